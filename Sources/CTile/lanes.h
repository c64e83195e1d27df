// The kernels for vectors of LANES doubles; included once for each number, which every name then carries.

#define Vector NAMED(Vector, LANES)
#define Row NAMED(Row, LANES)
#define Bits NAMED(Bits, LANES)
#define Numbers NAMED(Numbers, LANES)
#define exponentialOf NAMED(exponentialOf, LANES)
#define positiveLogarithm NAMED(positiveLogarithm, LANES)
#define boxMuller NAMED(boxMuller, LANES)
#define philox NAMED(philox, LANES)
#define normals NAMED(normals, LANES)
#define normalQuantile NAMED(normalQuantile, LANES)
#define quantiles NAMED(quantiles, LANES)
#define netNormals NAMED(netNormals, LANES)
#define multiplyRows NAMED(multiplyRows, LANES)
#define multiply NAMED(multiply, LANES)
#define exponential NAMED(exponential, LANES)
#define logarithm NAMED(logarithm, LANES)
#define softplus NAMED(softplus, LANES)
#define interpolate NAMED(interpolate, LANES)
#define transposeFour NAMED(transposeFour, LANES)
#define collect NAMED(collect, LANES)
#define deal NAMED(deal, LANES)
#define addSums NAMED(addSums, LANES)
#define addProducts NAMED(addProducts, LANES)
#define addMultiple NAMED(addMultiple, LANES)
#define multiplyBy NAMED(multiplyBy, LANES)
#define exponentialOfLine NAMED(exponentialOfLine, LANES)
#define narrow NAMED(narrow, LANES)
#define dealFloats NAMED(dealFloats, LANES)
#define mixRates NAMED(mixRates, LANES)
#define featureDifference NAMED(featureDifference, LANES)
#define featureMean NAMED(featureMean, LANES)
#define lineOf NAMED(lineOf, LANES)
#define softplusOf NAMED(softplusOf, LANES)
#define deviate NAMED(deviate, LANES)
#define countBelow NAMED(countBelow, LANES)
#define depletion NAMED(depletion, LANES)
#define shortfalls NAMED(shortfalls, LANES)
#define distress NAMED(distress, LANES)
#define walkBank NAMED(walkBank, LANES)
#define walk NAMED(walk, LANES)
#define kernels NAMED(kernels, LANES)

typedef double Vector __attribute__((ext_vector_type(LANES)));
typedef uint64_t Bits __attribute__((ext_vector_type(LANES)));
typedef int32_t Numbers __attribute__((ext_vector_type(LANES)));
/// In memory, where a row begins at any double.
typedef Vector Row __attribute__((aligned(8)));

#define VECTORS (TILE_WIDTH / LANES)
/// 2^52, whose last place is 1: adding it turns a small whole number's bits into the number, and back.
#define WHOLE 0x1p52
#define WHOLE_BITS 0x4330000000000000ull

/// exp(x) = 2^n exp(r), |r| <= ln(2) / 2, by the polynomial of least largest relative error (3e-18).
INLINE Vector exponentialOf(Vector x) {
  // Written so that a NaN stays one.
  x = (Vector)-708.0 > x ? (Vector)-708.0 : x;
  x = (Vector)709.0 < x ? (Vector)709.0 : x;
  Vector shifted = x * 0x1.71547652b82fep+0 + 0x1.8p52;
  Vector n = shifted - 0x1.8p52;
  Vector r = (x - n * 0x1.62e42fefa3800p-1) - n * 0x1.ef35793c76730p-45;
  Vector p = r * 0x1.ad663cb498005p-26 + 0x1.28b31245cb74cp-22;
  p = p * r + 0x1.71df450b9721bp-19;
  p = p * r + 0x1.a01992d07a5aap-16;
  p = p * r + 0x1.a01a01106242ap-13;
  p = p * r + 0x1.6c16c1878140ap-10;
  p = p * r + 0x1.1111111130da6p-7;
  p = p * r + 0x1.555555554f36fp-5;
  p = p * r + 0x1.55555555554a2p-3;
  p = p * r + 0x1.0000000000010p-1;
  p = p * r + 1.0;
  p = p * r + 1.0;
  // The lower bits of `shifted` are n; times 2^n in two steps, because n = 1023 + 1 has no exponent of its own.
  Vector power = (Vector)(((Bits)shifted << 52) + 0x3fe0000000000000ull);
  return (p * power) * 2.0;
}

/// ln(x) of a positive normal x = 2^n m, m in [sqrt(1/2), sqrt(2)): ln(m) = 2 artanh(s), s = (m - 1) / (m + 1), by the
/// polynomial of least largest relative error (2e-16).
INLINE Vector positiveLogarithm(Vector x) {
  Bits bits = (Bits)x;
  Bits biased = (bits + (0x3ff0000000000000ull - 0x3fe6a09e667f3bcdull)) >> 52;
  Vector n = (Vector)(biased | WHOLE_BITS) - (WHOLE + 1023.0);
  Vector m = (Vector)(bits - (biased << 52) + 0x3ff0000000000000ull);
  Vector s = (m - 1.0) / (m + 1.0);
  Vector z = s * s;
  Vector p = z * 0x1.58e29ed895d40p-3 + 0x1.73220ec35391bp-3;
  p = p * z + 0x1.c722d57f24581p-3;
  p = p * z + 0x1.249240a8b5a83p-2;
  p = p * z + 0x1.999999a44f089p-2;
  p = p * z + 0x1.5555555552cd3p-1;
  return n * 0x1.62e42fefa3800p-1 + (2.0 * s + (s * (z * p) + n * 0x1.ef35793c76730p-45));
}

/// Two normals of 64 bits: radius sqrt(-2 ln u) with u = (upper 40 bits + 1/2) / 2^40; an angle of (t - 1/2) pi/2 with
/// t = (lower 22 bits + 1/2) / 2^22, which the two bits above mirror at the diagonal and at the origin. Sine and cosine
/// by polynomials of least largest relative error (5e-15 and 6e-17).
INLINE void boxMuller(Bits draw, Row *first, Row *second) {
  Vector u = ((Vector)(draw >> 24 | WHOLE_BITS) - (WHOLE - 0.5)) * 0x1p-40;
  Vector logarithm = -2.0 * positiveLogarithm(u);
  Vector radius = __builtin_elementwise_sqrt(logarithm);
  radius = (Vector)((Bits)radius ^ (draw << 40 & 0x8000000000000000ull));
  Vector t = ((Vector)((draw & 0x3fffff) | WHOLE_BITS) - (WHOLE + 0x1p21) + 0.5) * 0x1p-22;
  Vector z = t * t;
  Vector s = z * -0x1.dd4e540dd007bp-19 + 0x1.5071bed48d435p-13;
  s = s * z - 0x1.32d2c6298bf98p-8;
  s = s * z + 0x1.466bc670fd150p-4;
  s = s * z - 0x1.4abbce62577b9p-1;
  s = (s * z + 0x1.921fb54442cf8p+0) * t;
  Vector c = z * 0x1.f3c92625fe55ep-22 - 0x1.a6c989827eda9p-16;
  c = c * z + 0x1.e1f4fae0e90f1p-11;
  c = c * z - 0x1.55d3c7db782edp-6;
  c = c * z + 0x1.03c1f081affa4p-2;
  c = c * z - 0x1.3bd3cc9be4580p+0;
  c = c * z + 0x1.fffffffffffffp-1;
  s *= radius;
  c *= radius;
  __auto_type mirrored = (draw & 0x400000) != 0;
  *first = mirrored ? s : c;
  *second = mirrored ? c : s;
}

/// The two draws of each counter, of two vectors of counters at once: one alone would wait for its own products. Words
/// stand in 64-bit lanes because then the product of two is one instruction; it reads the lower halves alone, so the
/// upper ones may hold anything until the end.
INLINE void philox(uint32_t key0, uint32_t key1, const Bits paths[2], uint64_t number, uint64_t step, Bits draws[2][2]) {
  Bits c[2][4];
  UNROLL for (int v = 0; v < 2; v++) {
    c[v][0] = paths[v];
    c[v][1] = paths[v] >> 32;
    c[v][2] = (Bits)number;
    c[v][3] = (Bits)step;
  }
  UNROLL for (int round = 0; round < 10; round++) {
    UNROLL for (int v = 0; v < 2; v++) {
      Bits first = (c[v][0] & 0xffffffff) * 0xd2511f53ull;
      Bits second = (c[v][2] & 0xffffffff) * 0xcd9e8d57ull;
      c[v][0] = second >> 32 ^ (c[v][1] ^ (uint64_t)key0);
      c[v][1] = second;
      c[v][2] = first >> 32 ^ (c[v][3] ^ (uint64_t)key1);
      c[v][3] = first;
    }
    key0 += 0x9e3779b9u;
    key1 += 0xbb67ae85u;
  }
  UNROLL for (int v = 0; v < 2; v++) {
    draws[v][0] = (c[v][0] & 0xffffffff) | c[v][1] << 32;
    draws[v][1] = (c[v][2] & 0xffffffff) | c[v][3] << 32;
  }
}

static void normals(uint32_t key0, uint32_t key1, const uint64_t *numbers, uint32_t step, long count, double *values) {
  Row *rows = (Row *)values;
  for (long column = 0; column < VECTORS; column += 2) {
    Bits paths[2];
    UNROLL for (int lane = 0; lane < LANES; lane++) {
      paths[0][lane] = numbers[column * LANES + lane];
      paths[1][lane] = numbers[(column + 1) * LANES + lane];
    }
    for (long number = 0; number < count; number += 4) {
      Bits draws[2][2];
      philox(key0, key1, paths, number / 4, step, draws);
      Row *row = rows + number * VECTORS + column;
      boxMuller(draws[0][0], row, row + VECTORS);
      boxMuller(draws[1][0], row + 1, row + VECTORS + 1);
      if (number + 2 == count) break;
      boxMuller(draws[0][1], row + 2 * VECTORS, row + 3 * VECTORS);
      boxMuller(draws[1][1], row + 2 * VECTORS + 1, row + 3 * VECTORS + 1);
    }
  }
}

/// The standard normal quantile of u in (0, 1) by the rational functions of Wichura (1988), algorithm AS 241: of u - 1/2
/// in the middle, of sqrt(-ln p) in the tails, p the smaller of u and 1 - u. The lanes choose their coefficients.
INLINE Vector normalQuantile(Vector u) {
  Vector q = u - 0.5;
  Vector p = u < 0.5 ? u : 1.0 - u;
  __auto_type central = __builtin_elementwise_abs(q) <= 0.425;
  Vector root = __builtin_elementwise_sqrt(-positiveLogarithm(p));
  Vector r = central ? 0.180625 - q * q : root - 1.6;
#define PICK(middle, tail) (central ? (Vector)(middle) : (Vector)(tail))
  Vector top = PICK(2.5090809287301226727e+3, 7.74545014278341407640e-4);
  top = top * r + PICK(3.3430575583588128105e+4, 2.27238449892691845833e-2);
  top = top * r + PICK(6.7265770927008700853e+4, 2.41780725177450611770e-1);
  top = top * r + PICK(4.5921953931549871457e+4, 1.27045825245236838258e0);
  top = top * r + PICK(1.3731693765509461125e+4, 3.64784832476320460504e0);
  top = top * r + PICK(1.9715909503065514427e+3, 5.76949722146069140550e0);
  top = top * r + PICK(1.3314166789178437745e+2, 4.63033784615654529590e0);
  top = top * r + PICK(3.3871328727963666080e0, 1.42343711074968357734e0);
  Vector below = PICK(5.2264952788528545610e+3, 1.05075007164441684324e-9);
  below = below * r + PICK(2.8729085735721942674e+4, 5.47593808499534494600e-4);
  below = below * r + PICK(3.9307895800092710610e+4, 1.51986665636164571966e-2);
  below = below * r + PICK(2.1213794301586595867e+4, 1.48103976427480074590e-1);
  below = below * r + PICK(5.3941960214247511077e+3, 6.89767334985100004550e-1);
  below = below * r + PICK(6.8718700749205790830e+2, 1.67638483018380384940e0);
  below = below * r + PICK(4.2313330701600911252e+1, 2.05319162663775882187e0);
#undef PICK
  Vector size = top / (below * r + 1.0);
  // Beyond p = exp(-25), which a path in a hundred million sees.
  __auto_type far = !central & (root > 5.0);
  if (__builtin_reduce_or(far)) {
    r = root - 5.0;
    top = r * 2.01033439929228813265e-7 + 2.71155556874348757815e-5;
    top = top * r + 1.24266094738807843860e-3;
    top = top * r + 2.65321895265761230930e-2;
    top = top * r + 2.96560571828504891230e-1;
    top = top * r + 1.78482653991729133580e0;
    top = top * r + 5.46378491116411436990e0;
    top = top * r + 6.65790464350110377720e0;
    below = r * 2.04426310338993978564e-15 + 1.42151175831644588870e-7;
    below = below * r + 1.84631831751005468180e-5;
    below = below * r + 7.86869131145613259100e-4;
    below = below * r + 1.48753612908506148525e-2;
    below = below * r + 1.36929880922735805310e-1;
    below = below * r + 5.99832206555887937690e-1;
    size = far ? top / (below * r + 1.0) : size;
  }
  return size * (central ? q : q < 0.0 ? (Vector)-1.0 : (Vector)1.0);
}

static void quantiles(long count, double *values) {
  Row *x = (Row *)values;
  for (long index = 0; index < count / LANES; index++) x[index] = normalQuantile(x[index]);
}

static void netNormals(const uint32_t *directions, uint32_t index, const uint32_t *keys, double *values) {
  uint32_t points[TILE_WIDTH], tails[TILE_WIDTH];
  points[0] = 0;
  for (uint32_t rest = index; rest; rest &= rest - 1) points[0] ^= directions[__builtin_ctz(rest)];
  for (int bit = 0; 1 << bit < TILE_WIDTH; bit++)
    for (int place = 0; place < 1 << bit; place++) points[(1 << bit) + place] = points[place] ^ directions[bit];
  for (int place = 0; place < TILE_WIDTH; place++) {
    // A digit is moved by itself and by those before it alone, which here are the lower bits.
    uint32_t x = points[place];
    x ^= x * 0x3d20adeau;
    x += keys[0];
    x *= keys[0] >> 16 | 1;
    x ^= x * 0x05526c56u;
    x ^= x * 0x53a22864u;
    x += keys[1];
    x *= keys[1] >> 16 | 1;
    x ^= x * 0x3d20adeau;
    x ^= x * 0x05526c56u;
    x = x >> 16 | x << 16;
    x = (x >> 8 & 0x00ff00ffu) | (x & 0x00ff00ffu) << 8;
    x = (x >> 4 & 0x0f0f0f0fu) | (x & 0x0f0f0f0fu) << 4;
    x = (x >> 2 & 0x33333333u) | (x & 0x33333333u) << 2;
    x = (x >> 1 & 0x55555555u) | (x & 0x55555555u) << 1;
    points[place] = x;
    uint32_t tail = (x ^ keys[2]) * 0x9e3779b1u;
    tail = (tail ^ tail >> 15) * 0x85ebca77u;
    tails[place] = (tail ^ tail >> 13) >> 12;
  }
  Row *row = (Row *)values;
  for (long column = 0; column < VECTORS; column++) {
    Bits digits;
    UNROLL for (int lane = 0; lane < LANES; lane++)
      digits[lane] = (uint64_t)points[column * LANES + lane] << 20 | tails[column * LANES + lane];
    row[column] = normalQuantile(((Vector)(digits | WHOLE_BITS) - (WHOLE - 0.5)) * 0x1p-52);
  }
}

/// Up to four rows of the product: eight sums, two factors and a weight stay in sixteen registers, and eight sums under
/// way hide how long one multiply-add takes.
INLINE void multiplyRows(const double *a, long stride, const int rows, long depth, const Row *x, Row *y) {
  for (long column = 0; column < VECTORS; column += 2) {
    Vector sums[4][2];
    UNROLL for (int m = 0; m < rows; m++) sums[m][0] = sums[m][1] = (Vector)0.0;
    for (long k = 0; k < depth; k++) {
      Vector left = x[k * VECTORS + column], right = x[k * VECTORS + column + 1];
      UNROLL for (int m = 0; m < rows; m++) {
        Vector weight = (Vector)a[m * stride + k];
        sums[m][0] += weight * left;
        sums[m][1] += weight * right;
      }
    }
    UNROLL for (int m = 0; m < rows; m++) {
      y[m * VECTORS + column] = sums[m][0];
      y[m * VECTORS + column + 1] = sums[m][1];
    }
  }
}

static void multiply(const double *a, long stride, long rows, long depth, const double *input, double *output) {
  const Row *x = (const Row *)input;
  Row *y = (Row *)output;
  for (; rows >= 4; rows -= 4, a += 4 * stride, y += 4 * VECTORS) multiplyRows(a, stride, 4, depth, x, y);
  switch (rows) {
    case 1: multiplyRows(a, stride, 1, depth, x, y); break;
    case 2: multiplyRows(a, stride, 2, depth, x, y); break;
    case 3: multiplyRows(a, stride, 3, depth, x, y); break;
  }
}

static void exponential(long count, double *values) {
  Row *x = (Row *)values;
  for (long index = 0; index < count / LANES; index++) x[index] = exponentialOf(x[index]);
}

static void logarithm(long count, double *values) {
  Row *x = (Row *)values;
  for (long index = 0; index < count / LANES; index++) {
    Vector value = x[index];
    Vector result = positiveLogarithm(value);
    result = value >= 0x1p-1022 ? result : (Vector)__builtin_nan("");
    x[index] = value <= 0x1.fffffffffffffp1023 ? result : (Vector)__builtin_nan("");
  }
}

INLINE Vector softplusOf(Vector value) {
  Vector e = exponentialOf(-__builtin_elementwise_abs(value));
  // ln(1 + e) without the loss of 1 + e, by what 1 + e really is (Kahan).
  Vector u = 1.0 + e;
  Vector rest = u - 1.0;
  Vector l = rest > 0.0 ? positiveLogarithm(u) * (e / rest) : e;
  return (value > 0.0 ? value : (Vector)0.0) + l;
}

static void softplus(long count, double *values) {
  Row *x = (Row *)values;
  for (long index = 0; index < count / LANES; index++) x[index] = softplusOf(x[index]);
}

static uint64_t interpolate(const double *cells, long count, double reach, double density, double *values) {
  Row *x = (Row *)values;
  uint64_t beyond = 0;
  for (long column = 0; column < VECTORS; column++) {
    Vector value = x[column];
    Vector place = (value + reach) * density;
    // Also true of a NaN.
    __auto_type outside = !(place >= 0.0) | !(place < (double)count);
    place = outside ? (Vector)0.0 : place;
    Numbers number = __builtin_convertvector(place, Numbers);
    Vector c0, c1, c2, c3;
#if LANES == 4
    Four a = *(const Four *)(cells + 4 * (long)number[0]), b = *(const Four *)(cells + 4 * (long)number[1]);
    Four c = *(const Four *)(cells + 4 * (long)number[2]), d = *(const Four *)(cells + 4 * (long)number[3]);
    Four ab = __builtin_shufflevector(a, b, 0, 4, 2, 6), cd = __builtin_shufflevector(c, d, 0, 4, 2, 6);
    Four ba = __builtin_shufflevector(a, b, 1, 5, 3, 7), dc = __builtin_shufflevector(c, d, 1, 5, 3, 7);
    c0 = __builtin_shufflevector(ab, cd, 0, 1, 4, 5);
    c1 = __builtin_shufflevector(ba, dc, 0, 1, 4, 5);
    c2 = __builtin_shufflevector(ab, cd, 2, 3, 6, 7);
    c3 = __builtin_shufflevector(ba, dc, 2, 3, 6, 7);
    beyond |= (uint64_t)__builtin_ia32_movmskpd256((Vector)outside) << (column * LANES);
#else
    UNROLL for (int lane = 0; lane < LANES; lane++) {
      const double *c = cells + 4 * (long)number[lane];
      c0[lane] = c[0];
      c1[lane] = c[1];
      c2[lane] = c[2];
      c3[lane] = c[3];
      beyond |= (uint64_t)(outside[lane] != 0) << (column * LANES + lane);
    }
#endif
    Vector s = place - __builtin_convertvector(number, Vector);
    x[column] = outside ? value : c0 + s * (c1 + s * (c2 + s * c3));
  }
  return beyond;
}

/// Four rows of four become columns.
INLINE void transposeFour(const double *from, long fromStride, double *to, long toStride) {
  Four a = *(const Four *)from, b = *(const Four *)(from + fromStride);
  Four c = *(const Four *)(from + 2 * fromStride), d = *(const Four *)(from + 3 * fromStride);
  Four ab = __builtin_shufflevector(a, b, 0, 4, 2, 6), cd = __builtin_shufflevector(c, d, 0, 4, 2, 6);
  Four ba = __builtin_shufflevector(a, b, 1, 5, 3, 7), dc = __builtin_shufflevector(c, d, 1, 5, 3, 7);
  *(Four *)to = __builtin_shufflevector(ab, cd, 0, 1, 4, 5);
  *(Four *)(to + toStride) = __builtin_shufflevector(ba, dc, 0, 1, 4, 5);
  *(Four *)(to + 2 * toStride) = __builtin_shufflevector(ab, cd, 2, 3, 6, 7);
  *(Four *)(to + 3 * toStride) = __builtin_shufflevector(ba, dc, 2, 3, 6, 7);
}

static void collect(const double *values, long stride, long count, long paths, double *rows) {
  for (long path = 0; path < paths; path += 4)
    for (long k = 0; k < count; k += 4) {
      if (path + 4 <= paths && k + 4 <= count) {
        transposeFour(values + path * stride + k, stride, rows + k * TILE_WIDTH + path, TILE_WIDTH);
        continue;
      }
      for (long p = path; p < paths && p < path + 4; p++)
        for (long j = k; j < count && j < k + 4; j++) rows[j * TILE_WIDTH + p] = values[p * stride + j];
    }
}

static void deal(const double *rows, long stride, long count, long paths, double *values) {
  for (long path = 0; path < paths; path += 4)
    for (long k = 0; k < count; k += 4) {
      if (path + 4 <= paths && k + 4 <= count) {
        transposeFour(rows + k * TILE_WIDTH + path, TILE_WIDTH, values + path * stride + k, stride);
        continue;
      }
      for (long p = path; p < paths && p < path + 4; p++)
        for (long j = k; j < count && j < k + 4; j++) values[p * stride + j] = rows[j * TILE_WIDTH + p];
    }
}

static void addSums(const double *rows, long count, long paths, double *sums) {
  for (long k = 0; k < count; k++, rows += TILE_WIDTH) {
    // Lanes beyond the paths hold numbers of no path.
    Row values[VECTORS];
    memset(values, 0, sizeof values);
    memcpy(values, rows, paths * sizeof *rows);
    Vector sum = (Vector)0.0, squares = (Vector)0.0;
    for (long column = 0; column < VECTORS; column++) {
      sum += values[column];
      squares += values[column] * values[column];
    }
    UNROLL for (int lane = 0; lane < LANES; lane++) {
      sums[2 * k] += sum[lane];
      sums[2 * k + 1] += squares[lane];
    }
  }
}

/// From here on to `walk`, products are rounded before they are added, as in Swift.
#define ROUNDED _Pragma("clang fp contract(off)")

static void addProducts(long rows, const double *factors, const double *x, double *y) {
  ROUNDED
  for (long k = 0; k < rows; k++) {
    const Row *from = (const Row *)x + k * VECTORS;
    Row *to = (Row *)y + k * VECTORS;
    for (long column = 0; column < VECTORS; column++) to[column] += factors[k] * from[column];
  }
}

static void addMultiple(long count, double factor, const double *x, double *y) {
  ROUNDED
  for (long index = 0; index < count; index++) y[index] += factor * x[index];
}

static void multiplyBy(long rows, const double *by, double *y) {
  const Row *factor = (const Row *)by;
  for (long k = 0; k < rows; k++) {
    Row *row = (Row *)y + k * VECTORS;
    for (long column = 0; column < VECTORS; column++) row[column] *= factor[column];
  }
}

/// Apart, because the exponential may fuse its own products and the line may not.
INLINE Vector lineOf(double factor, Vector x, double shift) {
  ROUNDED
  return factor * x + shift;
}

static void exponentialOfLine(long rows, const double *factors, const double *shifts, const double *x, double *y) {
  for (long k = 0; k < rows; k++)
    for (long column = 0; column < VECTORS; column++) {
      Vector value = ((const Row *)x)[k * VECTORS + column];
      ((Row *)y)[k * VECTORS + column] = exponentialOf(lineOf(factors[k], value, shifts[k]));
    }
}

static void narrow(long count, const double *x, float *y) {
  for (long index = 0; index < count; index++) y[index] = (float)x[index];
}

static void dealFloats(const double *rows, long count, float *values) {
  for (long path = 0; path < TILE_WIDTH; path++)
    for (long k = 0; k < count; k++) values[path * count + k] = (float)rows[k * TILE_WIDTH + path];
}

static void mixRates(
    long quarters, long count, const TileSeries *series, const float *outputs, const double *errors, double *driven,
    double *rates) {
  ROUNDED
  for (long quarter = 0; quarter < quarters; quarter++)
    for (long k = 0; k < count; k++) {
      TileSeries s = series[k];
      long row = (quarter * count + k) * TILE_WIDTH;
      for (long column = 0; column < VECTORS; column++) {
        Vector output;
        UNROLL for (int lane = 0; lane < LANES; lane++)
          output[lane] = outputs[(quarter * TILE_WIDTH + column * LANES + lane) * count + k];
        long place = row + column * LANES;
        Vector last = quarter == 0 ? (Vector)s.start : *(const Row *)(driven + place - count * TILE_WIDTH);
        Vector linear = *(const Row *)(driven + place) + (s.intercept + s.persistence * last);
        *(Row *)(driven + place) = linear;
        Vector network = s.mean + s.scale * output;
        Vector mixed = s.linearShare * linear + network + *(const Row *)(errors + place);
        *(Row *)(rates + place) = mixed * __builtin_elementwise_abs(mixed) - s.shift;
      }
    }
}

static void featureDifference(const double *x, const double *then, double mean, double scale, double *y) {
  ROUNDED
  for (long column = 0; column < VECTORS; column++) {
    Vector value = ((const Row *)x)[column];
    if (then) value -= ((const Row *)then)[column];
    ((Row *)y)[column] = (value - mean) * scale;
  }
}

static void featureMean(const double *x, long back, double mean, double scale, double *y) {
  ROUNDED
  for (long column = 0; column < VECTORS; column++) {
    const double *place = x + column * LANES;
    Vector sum = *(const Row *)place + *(const Row *)(place - back) + *(const Row *)(place - 2 * back) +
                 *(const Row *)(place - 3 * back);
    ((Row *)y)[column] = (sum / 4.0 - mean) * scale;
  }
}

static void deviate(
    TileScale scale, double value, double anchor, double softness, const double *deviations, const double *base,
    const double *baseShadow, double *shadow, double *natural) {
  ROUNDED
  for (long column = 0; column < VECTORS; column++) {
    Vector deviation = ((const Row *)deviations)[column], below = base ? ((const Row *)base)[column] : (Vector)0.0;
    Vector result;
    switch (scale) {
      case TileScaleLevel: result = anchor + deviation; break;
      case TileScaleSpread: result = below + (anchor + deviation); break;
      case TileScaleLogit: {
        Vector odds = value * exponentialOf(deviation);
        result = odds / ((1 - value) + odds);
        break;
      }
      case TileScaleLogarithm: result = exponentialOf(deviation) * value; break;
      case TileScaleLogSpread: result = below + anchor * exponentialOf(deviation); break;
      case TileScaleShadowRate: {
        Vector rate = anchor + deviation;
        if (baseShadow) rate = ((const Row *)baseShadow)[column] + rate;
        ((Row *)shadow)[column] = rate;
        result = softplusOf(rate / softness) * softness;
        break;
      }
    }
    ((Row *)natural)[column] = result;
  }
}

static void countBelow(long rows, long stride, const double *limits, const double *x, double *counts) {
  for (long column = 0; column < VECTORS; column++) {
    Vector count = (Vector)0.0;
    for (long k = 0; k < rows; k++)
      count += *(const Row *)(x + k * stride + column * LANES) < limits[k] ? (Vector)1.0 : (Vector)0.0;
    ((Row *)counts)[column] = count;
  }
}

static void depletion(double start, double assets, const double *ratios, double *lowest, double *lost) {
  ROUNDED
  for (long column = 0; column < VECTORS; column++) {
    Vector level = ((const Row *)ratios)[column] * assets;
    if (lowest) ((Row *)lowest)[column] = level;
    ((Row *)lost)[column] = start - level;
  }
}

static void shortfalls(long rows, const double *starts, const double *lowest, double *shares) {
  ROUNDED
  for (long k = 0; k < rows; k++) {
    double perStart = 1 / starts[k];
    for (long column = 0; column < VECTORS; column++) {
      Vector share = (starts[k] - ((const Row *)lowest)[k * VECTORS + column]) * perStart;
      share = share > 0.0 ? share : (Vector)0.0;
      ((Row *)shares)[k * VECTORS + column] = share < 1.0 ? share : (Vector)1.0;
    }
  }
}

static uint64_t distress(long rows, const double *weights, const double *shocks, double *losses, double *system) {
  ROUNDED
  uint64_t beyond = 0;
  for (long column = 0; column < VECTORS; column++) {
    Vector largest = (Vector)0.0, sum = (Vector)0.0;
    for (long k = 0; k < rows; k++) {
      Row *place = (Row *)losses + k * VECTORS + column;
      Vector loss = *place;
      largest = loss > largest ? loss : largest;
      Vector suffered = loss - ((const Row *)shocks)[k * VECTORS + column];
      *place = suffered;
      sum += weights[k] * suffered;
    }
    ((Row *)system)[column] = sum;
    UNROLL for (int lane = 0; lane < LANES; lane++)
      beyond |= (uint64_t)(largest[lane] > 1.0) << (column * LANES + lane);
  }
  return beyond;
}

#undef ROUNDED

/// One bank on the paths of one vector.
/// - Parameters:
///   - losses: net charge-offs of the quarters and the four after them.
///   - responses, totals, minimum, ratios, steps: at this vector's place in their first row.
///   - system: receives [quarter] CET1, added.
INLINE void walkBank(
    const TileBank *bank, double taxRate, double payout, long quarters, const Vector *losses, const Row *responses,
    Row *totals, Row *minimum, Row *ratios, Row *steps, Vector *system) {
  Vector cet1 = (Vector)bank->cet1, allowance = (Vector)bank->openingAllowance, lowest = (Vector)__builtin_inf();
  Vector preTaxSoFar = (Vector)0.0, taxSoFar = (Vector)0.0;
  Vector lost = (Vector)0.0, provided = (Vector)0.0, earned = (Vector)0.0, distributed = (Vector)0.0;
  for (long quarter = 0; quarter < quarters; quarter++) {
    Vector chargeOffs = losses[quarter];
    Vector ahead = (losses[quarter + 1] + losses[quarter + 2]) + (losses[quarter + 3] + losses[quarter + 4]);
    ahead = ahead > bank->openingAllowance ? ahead : (Vector)bank->openingAllowance;
    Vector provisions = chargeOffs + (ahead - allowance);
    Vector revenue = bank->revenue + bank->assets * responses[quarter * VECTORS];
    Vector preTax = revenue - provisions - (quarter == 0 ? bank->trading : 0.0) - bank->losses;
    preTaxSoFar += preTax;
    Vector newTax = taxRate * preTaxSoFar;
    newTax = newTax > bank->leastTax ? newTax : (Vector)bank->leastTax;
    Vector tax = newTax - taxSoFar;
    Vector netIncome = preTax - tax;
    Vector distributions = payout * (netIncome > 0.0 ? netIncome : (Vector)0.0);
    cet1 += netIncome + bank->otherComprehensiveIncome - distributions;
    Vector ratio = cet1 * bank->perRiskWeightedAssets;
    lowest = ratio < lowest ? ratio : lowest;
    allowance = ahead;
    taxSoFar = newTax;
    lost += chargeOffs;
    provided += provisions;
    earned += revenue;
    distributed += distributions;
    ratios[quarter * VECTORS] = ratio;
    system[quarter] += cet1;
    if (steps) {
      Vector kept[6] = {chargeOffs, allowance, revenue, tax, distributions, cet1};
      UNROLL for (int row = 0; row < 6; row++) steps[(quarter * 6 + row) * VECTORS] = kept[row];
    }
  }
  *minimum = lowest;
  Vector kept[TILE_TOTALS] = {lost, -provided, earned, -taxSoFar, -distributed, cet1 - bank->cet1};
  UNROLL for (int row = 0; row < TILE_TOTALS; row++) totals[row * VECTORS] = kept[row];
}

static void walk(
    const TileBank *banks, long bankCount, double taxRate, double payout, double perSystemAssets, long quarters,
    const double *rates, const double *effects, const double *responses, TileCapital result) {
  long rateCount = (quarters + 4) * TILE_LOAN_TYPES;
  for (long column = 0; column < VECTORS; column++) {
    // Vector by vector through all banks, with the rates side by side: places of one column of the tile lie a power of
    // two apart and would compete for the same lines of the cache.
    Vector rate[rateCount], losses[quarters + 4], system[quarters], exposures[TILE_LOAN_TYPES], sums[TILE_TOTALS];
    for (long row = 0; row < rateCount; row++) rate[row] = ((const Row *)rates)[row * VECTORS + column];
    for (long quarter = 0; quarter < quarters; quarter++) system[quarter] = (Vector)0.0;
    UNROLL for (int type = 0; type < TILE_LOAN_TYPES; type++) exposures[type] = (Vector)0.0;
    UNROLL for (int row = 0; row < TILE_TOTALS; row++) sums[row] = (Vector)0.0;
    for (long bank = 0; bank < bankCount; bank++) {
      Vector weights[TILE_LOAN_TYPES];
      UNROLL for (int type = 0; type < TILE_LOAN_TYPES; type++) {
        weights[type] = (Vector)banks[bank].exposures[type];
        if (effects) weights[type] *= ((const Row *)effects)[(bank * TILE_LOAN_TYPES + type) * VECTORS + column];
        exposures[type] += weights[type];
      }
      for (long quarter = 0; quarter < quarters + 4; quarter++) {
        const Vector *row = rate + quarter * TILE_LOAN_TYPES;
        Vector loss = weights[0] * row[0];
        UNROLL for (int type = 1; type < TILE_LOAN_TYPES; type++) loss += weights[type] * row[type];
        losses[quarter] = loss;
      }
      Row *totals = (Row *)result.totals + bank * TILE_TOTALS * VECTORS + column;
      walkBank(
          &banks[bank], taxRate, payout, quarters, losses, (const Row *)responses + column, totals,
          (Row *)result.minima + bank * VECTORS + column, (Row *)result.ratios + bank * quarters * VECTORS + column,
          result.steps ? (Row *)result.steps + bank * quarters * 6 * VECTORS + column : NULL, system);
      UNROLL for (int row = 0; row < TILE_TOTALS; row++) sums[row] += totals[row * VECTORS];
    }
    Vector lowest = (Vector)__builtin_inf();
    for (long quarter = 0; quarter < quarters; quarter++) {
      Vector ratio = system[quarter] * perSystemAssets;
      lowest = ratio < lowest ? ratio : lowest;
      ((Row *)result.ratios)[(bankCount * quarters + quarter) * VECTORS + column] = ratio;
    }
    ((Row *)result.minima)[bankCount * VECTORS + column] = lowest;
    UNROLL for (int row = 0; row < TILE_TOTALS; row++)
      ((Row *)result.totals)[(bankCount * TILE_TOTALS + row) * VECTORS + column] = sums[row];
    UNROLL for (int type = 0; type < TILE_LOAN_TYPES; type++)
      ((Row *)result.exposures)[type * VECTORS + column] = exposures[type];
  }
}

static const TileKernels kernels = {
    normals,     multiply, exponential, logarithm, softplus,
    interpolate, collect,  deal,        addSums,   walk,     quantiles, netNormals,
    addProducts, addMultiple, multiplyBy, exponentialOfLine, narrow, dealFloats, mixRates,
    featureDifference, featureMean, deviate, countBelow, depletion, shortfalls, distress,
};

#undef VECTORS
#undef WHOLE
#undef WHOLE_BITS
#undef Vector
#undef Row
#undef Bits
#undef Numbers
#undef exponentialOf
#undef positiveLogarithm
#undef boxMuller
#undef philox
#undef normals
#undef normalQuantile
#undef quantiles
#undef netNormals
#undef multiplyRows
#undef multiply
#undef exponential
#undef logarithm
#undef softplus
#undef interpolate
#undef transposeFour
#undef collect
#undef deal
#undef addSums
#undef addProducts
#undef addMultiple
#undef multiplyBy
#undef exponentialOfLine
#undef narrow
#undef dealFloats
#undef mixRates
#undef featureDifference
#undef featureMean
#undef lineOf
#undef softplusOf
#undef deviate
#undef countBelow
#undef depletion
#undef shortfalls
#undef distress
#undef walkBank
#undef walk
#undef kernels
