#ifndef KENTLEDGE_LSTM_H
#define KENTLEDGE_LSTM_H

/// The inner loops of the LSTM layer, which want the processor's widest fused multiply-add: Swift code is compiled for
/// the oldest x86-64 processor and cannot choose.
///
/// Letters: T steps, C inputs, H hidden units, W sequences of one tile. The sequences of a tile lie side by side in the
/// lanes of two vectors: every row of a tile is W floats, aligned to a vector. No lane looks at another, so that a
/// sequence's bits depend neither on its neighbours nor on its place; only the last two functions sum over lanes. Gates
/// stand in the order i, f, c~, o.
typedef struct {
  /// W: twice the floats of a vector.
  long width;

  /// From weights[H][1 + C + H][4] (bias, input, recurrent; those of the sigmoid gates halved) and x[T][C][W] to
  /// h[T + 1][H][W], of which h[0] is given. Where `gates` is null, c[H][W] goes from the first state to the last in
  /// place; else c is [T + 1][H][W] with c[0] given, and gates[T][5][H][W] receives i, f, c~, o and tanh(c).
  void (*forward)(
      long T, long C, long H, const float *weights, const float *x, float *h, float *c, float *gates);

  /// From dy[T][H][W] and what `forward` left to dz[T][4][H][W], the gradient at the gates before their activation.
  /// dh[H][W] and dc[H][W] hold the gradient of the last state at first, that of the first state in the end.
  /// recurrent[H][4][H] is as the layer stores it.
  void (*backward)(
      long T, long H, const float *recurrent, const float *c, const float *gates, const float *dy, float *dh,
      float *dc, float *dz);

  /// y[m] = bias[m] + sum over k of a[m][k] * x[k] for a[rows][depth] and x[depth][W]; no bias where it is null.
  void (*multiply)(const float *a, const float *bias, long rows, long depth, const float *x, float *y);

  /// sums[k][j] += sum over steps and lanes of x[t][k] * z[t][j] for x[T][rows][W] and z[T][columns][W], columns a
  /// multiple of 4.
  void (*addOuterProducts)(
      long T, const float *x, long rows, const float *z, long columns, float *sums);

  /// sums[j] += sum over steps and lanes of z[t][j] for z[T][columns][W].
  void (*addRowSums)(long T, const float *z, long columns, float *sums);
} LSTMKernels;

/// The kernels for vectors of 4, 8 or 16 floats, or null where this processor has none.
const LSTMKernels *lstm_kernels(long lanes);

#endif
