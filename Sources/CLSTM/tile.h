// The kernels for vectors of LANES floats; included once for each number, which every name then carries.

#define Vector NAMED(Vector, LANES)
#define hyperbolicTangent NAMED(hyperbolicTangent, LANES)
#define halvedSigmoid NAMED(halvedSigmoid, LANES)
#define accumulate NAMED(accumulate, LANES)
#define sumOfLanes NAMED(sumOfLanes, LANES)
#define forwardStep NAMED(forwardStep, LANES)
#define forward NAMED(forward, LANES)
#define backwardStep NAMED(backwardStep, LANES)
#define backward NAMED(backward, LANES)
#define multiply NAMED(multiply, LANES)
#define outerBlock NAMED(outerBlock, LANES)
#define addOuterProducts NAMED(addOuterProducts, LANES)
#define addRowSums NAMED(addRowSums, LANES)
#define kernels NAMED(kernels, LANES)

#ifndef INLINE
#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")
#endif

typedef float Vector __attribute__((ext_vector_type(LANES)));

/// tanh(x) = x * P(x^2) / Q(x^2), fitted to the least largest relative error (2.1e-8) on [0, 9]; a float's tanh is 1
/// beyond. With rounding the error stays below 4e-7.
INLINE Vector hyperbolicTangent(Vector x) {
  x = __builtin_elementwise_min(__builtin_elementwise_max(x, (Vector)-9.0f), (Vector)9.0f);
  Vector s = x * x;
  Vector p = s * 1.335424876e-08f + 2.060877713e-05f;
  p = p * s + 3.495569503e-03f;
  p = p * s + 1.338101002e-01f;
  p = p * s + 9.999999795e-01f;
  Vector q = s * 7.776386852e-07f + 3.285604362e-04f;
  q = q * s + 2.587691149e-02f;
  q = q * s + 4.671432562e-01f;
  q = q * s + 1.0f;
  return x * p / q;
}

/// 1 / (1 + exp(-2 * x)): the weights of the sigmoid gates are halved beforehand.
INLINE Vector halvedSigmoid(Vector x) { return 0.5f * hyperbolicTangent(x) + 0.5f; }

/// sums[m] += sum over k of a[m * across + k * along] * x[k] for up to four m: eight sums, two factors and a weight
/// stay in sixteen registers, and eight sums under way hide how long one multiply-add takes.
INLINE void accumulate(
    Vector sums[4][2], const int rows, const float *a, const long across, const long along, long depth,
    const Vector *x) {
  for (long k = 0; k < depth; k++, a += along, x += 2) {
    Vector first = x[0], second = x[1];
    UNROLL for (int m = 0; m < rows; m++) {
      Vector weight = (Vector)a[m * across];
      sums[m][0] += weight * first;
      sums[m][1] += weight * second;
    }
  }
}

INLINE float sumOfLanes(Vector x) {
#if LANES == 4
  Vector four = x;
#elif LANES == 8
  __auto_type four = x.lo + x.hi;
#else
  __auto_type eight = x.lo + x.hi;
  __auto_type four = eight.lo + eight.hi;
#endif
  __auto_type two = four.lo + four.hi;
  return two.x + two.y;
}

/// - Parameter kept: where `gates` takes this step's, or null.
INLINE void forwardStep(
    long C, long H, const float *weights, const Vector *x, const Vector *before, Vector *after, const Vector *cell,
    Vector *newCell, Vector *kept) {
  for (long unit = 0; unit < H; unit++, weights += 4 * (1 + C + H)) {
    Vector z[4][2];
    UNROLL for (int gate = 0; gate < 4; gate++) z[gate][0] = z[gate][1] = (Vector)weights[gate];
    accumulate(z, 4, weights + 4, 1, 4, C, x);
    accumulate(z, 4, weights + 4 + 4 * C, 1, 4, H, before);
    UNROLL for (int v = 0; v < 2; v++) {
      long place = 2 * unit + v;
      Vector i = halvedSigmoid(z[0][v]), f = halvedSigmoid(z[1][v]);
      Vector candidate = hyperbolicTangent(z[2][v]), o = halvedSigmoid(z[3][v]);
      Vector c = f * cell[place] + i * candidate;
      Vector bounded = hyperbolicTangent(c);
      newCell[place] = c;
      after[place] = o * bounded;
      if (kept) {
        kept[place] = i;
        kept[place + 2 * H] = f;
        kept[place + 4 * H] = candidate;
        kept[place + 6 * H] = o;
        kept[place + 8 * H] = bounded;
      }
    }
  }
}

static void forward(
    long T, long C, long H, const float *weights, const float *inputs, float *hidden, float *cell, float *gates) {
  const Vector *x = (const Vector *)inputs;
  Vector *h = (Vector *)hidden, *c = (Vector *)cell, *kept = (Vector *)gates;
  for (long t = 0; t < T; t++, x += 2 * C, h += 2 * H) {
    if (kept) {
      forwardStep(C, H, weights, x, h, h + 2 * H, c, c + 2 * H, kept);
      c += 2 * H;
      kept += 10 * H;
    } else {
      forwardStep(C, H, weights, x, h, h + 2 * H, c, c, NULL);
    }
  }
}

static void multiply(const float *a, const float *bias, long rows, long depth, const float *input, float *output) {
  const Vector *x = (const Vector *)input;
  Vector *y = (Vector *)output;
  for (long first = 0; first < rows; first += 4, a += 4 * depth) {
    long count = rows - first < 4 ? rows - first : 4;
    Vector sums[4][2];
    UNROLL for (int m = 0; m < 4; m++)
      sums[m][0] = sums[m][1] = (Vector)(bias && m < count ? bias[first + m] : 0.0f);
    switch (count) {
      case 1: accumulate(sums, 1, a, depth, 1, depth, x); break;
      case 2: accumulate(sums, 2, a, depth, 1, depth, x); break;
      case 3: accumulate(sums, 3, a, depth, 1, depth, x); break;
      default: accumulate(sums, 4, a, depth, 1, depth, x);
    }
    UNROLL for (int m = 0; m < 4; m++) {
      if (m == count) break;
      y[2 * (first + m)] = sums[m][0];
      y[2 * (first + m) + 1] = sums[m][1];
    }
  }
}

INLINE void backwardStep(
    long H, const Vector *cell, const Vector *kept, const Vector *dy, const Vector *dh, Vector *dc, Vector *dz) {
  for (long place = 0; place < 2 * H; place++) {
    Vector i = kept[place], f = kept[place + 2 * H], candidate = kept[place + 4 * H];
    Vector o = kept[place + 6 * H], bounded = kept[place + 8 * H];
    Vector slope = dy[place] + dh[place];
    Vector cellSlope = dc[place] + slope * o * (1 - bounded * bounded);
    dz[place] = cellSlope * candidate * i * (1 - i);
    dz[place + 2 * H] = cellSlope * cell[place] * f * (1 - f);
    dz[place + 4 * H] = cellSlope * i * (1 - candidate * candidate);
    dz[place + 6 * H] = slope * bounded * o * (1 - o);
    dc[place] = cellSlope * f;
  }
}

static void backward(
    long T, long H, const float *recurrent, const float *cell, const float *gates, const float *outputSlope,
    float *hiddenSlope, float *cellSlope, float *gateSlope) {
  const Vector *c = (const Vector *)cell, *kept = (const Vector *)gates, *dy = (const Vector *)outputSlope;
  Vector *dz = (Vector *)gateSlope;
  for (long t = T - 1; t >= 0; t--) {
    backwardStep(
        H, c + 2 * H * t, kept + 10 * H * t, dy + 2 * H * t, (const Vector *)hiddenSlope, (Vector *)cellSlope,
        dz + 8 * H * t);
    multiply(recurrent, NULL, H, 4 * H, (const float *)(dz + 8 * H * t), hiddenSlope);
  }
}

/// Up to three rows of x against four of z: twelve sums.
INLINE void outerBlock(
    long T, const Vector *x, const int count, long rows, const Vector *z, long columns, float *sums) {
  Vector products[3][4];
  UNROLL for (int k = 0; k < count; k++)
    UNROLL for (int j = 0; j < 4; j++) products[k][j] = (Vector)0.0f;
  for (long t = 0; t < T; t++, x += 2 * rows, z += 2 * columns)
    UNROLL for (int v = 0; v < 2; v++)
      UNROLL for (int j = 0; j < 4; j++)
        UNROLL for (int k = 0; k < count; k++) products[k][j] += z[2 * j + v] * x[2 * k + v];
  UNROLL for (int k = 0; k < count; k++)
    UNROLL for (int j = 0; j < 4; j++) sums[k * columns + j] += sumOfLanes(products[k][j]);
}

static void addOuterProducts(long T, const float *left, long rows, const float *right, long columns, float *sums) {
  for (long k = 0; k < rows; k += 3, sums += 3 * columns)
    for (long j = 0; j < columns; j += 4) {
      const Vector *x = (const Vector *)left + 2 * k, *z = (const Vector *)right + 2 * j;
      switch (rows - k) {
        case 1: outerBlock(T, x, 1, rows, z, columns, sums + j); break;
        case 2: outerBlock(T, x, 2, rows, z, columns, sums + j); break;
        default: outerBlock(T, x, 3, rows, z, columns, sums + j);
      }
    }
}

static void addRowSums(long T, const float *right, long columns, float *sums) {
  for (long j = 0; j < columns; j++) {
    const Vector *z = (const Vector *)right + 2 * j;
    Vector sum = (Vector)0.0f;
    for (long t = 0; t < T; t++, z += 2 * columns) sum += z[0] + z[1];
    sums[j] += sumOfLanes(sum);
  }
}

static const LSTMKernels kernels = {2 * LANES, forward, backward, multiply, addOuterProducts, addRowSums};

#undef Vector
#undef hyperbolicTangent
#undef halvedSigmoid
#undef accumulate
#undef sumOfLanes
#undef forwardStep
#undef forward
#undef backwardStep
#undef backward
#undef multiply
#undef outerBlock
#undef addOuterProducts
#undef addRowSums
#undef kernels
