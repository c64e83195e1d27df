#ifndef KENTLEDGE_TILE_H
#define KENTLEDGE_TILE_H

#include <stdint.h>

/// Paths of a tile.
#define TILE_WIDTH 64
/// Loan types of a bank.
#define TILE_LOAN_TYPES 7
/// Rows of `TileCapital.totals` for each bank.
#define TILE_TOTALS 6

/// What the capital walk needs of one bank, in millions; spread evenly means a quarter's share.
typedef struct {
  double cet1, perRiskWeightedAssets, assets;
  /// A quarter's revenue before the response of the path.
  double revenue;
  /// Of the first quarter.
  double trading;
  /// Securities and other losses, and other comprehensive income, spread evenly.
  double losses, otherComprehensiveIncome;
  double openingAllowance;
  /// Tax over the horizon is not below this.
  double leastTax;
  /// A quarter's loss at an annualised rate of one: balance / 4.
  double exposures[TILE_LOAN_TYPES];
} TileBank;

/// How a factor's value comes of its deviation, as `CentralRow` documents it; log growth is a logarithm of the deviations
/// added up, and a shadow spread a shadow rate that stands on another.
typedef enum {
  TileScaleLevel, TileScaleSpread, TileScaleLogit, TileScaleLogarithm, TileScaleLogSpread, TileScaleShadowRate,
} TileScale;

/// How the rates of one loan series are mixed from a linear model and a network, on the scale of their roots.
typedef struct {
  /// Of the linear model: its value at the jump-off, what each quarter adds, and what it keeps of the quarter before.
  double start, intercept, persistence, linearShare;
  /// Of the network, its share included: mean + scale * output.
  double mean, scale;
  /// A root r stands for the rate r |r| - shift.
  double shift;
} TileSeries;

/// What the capital walk leaves; the bank after the last is the system.
typedef struct {
  /// [bank][6][64], over the quarters: loan losses; and what provisions, revenue, tax, distributions and all causes
  /// together did to CET1.
  double *totals;
  /// [bank][64] and [bank][quarter][64]: the lowest CET1 ratio, and those of the quarters.
  double *minima, *ratios;
  /// [loan type][64]: a quarter's loss of the system at an annualised rate of one.
  double *exposures;
  /// [bank][quarter][6][64] or null: net charge-offs, allowance, revenue, tax, distributions, CET1.
  double *steps;
} TileCapital;

/// The inner loops over a tile of neighbouring paths, which want the processor's widest vectors: Swift code is compiled
/// for the oldest x86-64 processor and cannot choose.
///
/// A row is one quantity of the tile's 64 paths, 64 doubles side by side. No lane looks at another, and all lanes go the
/// same way, so that a path's bits depend neither on its neighbours nor on its place.
typedef struct {
  /// normals[count][64]: numbers 0 ..< count of `step` for the 64 paths of those numbers; count is even. One counter
  /// (path, path >> 32, number / 4, step) of Philox4x32-10 gives two draws of 64 bits, and each makes two normals by
  /// the method of Box & Muller (1958): the upper 40 bits tell the radius, which reaches 7.5, the lower 24 the angle.
  void (*normals)(uint32_t key0, uint32_t key1, const uint64_t *paths, uint32_t step, long count, double *normals);

  /// y[m] = sum over k of a[m * stride + k] * x[k], of rows.
  void (*multiply)(const double *a, long stride, long rows, long depth, const double *x, double *y);

  /// exp(x) in place of each x, with a relative error below 5e-16; as if x lay in -708 ... 709. `count` values, a
  /// multiple of 8, as in the next two.
  void (*exponential)(long count, double *x);

  /// ln(x), with a relative error below 8e-16; NaN where x is no positive normal number.
  void (*logarithm)(long count, double *x);

  /// ln(1 + exp(x)), with a relative error below 1e-15.
  void (*softplus)(long count, double *x);

  /// Cubics in s = place - cell, place = (x + reach) * density, in place of one row's x: c0 + c1 s + c2 s^2 + c3 s^3.
  /// Returns a bit for each path whose place is in none of the cells; it keeps its x.
  uint64_t (*interpolate)(const double *cells, long count, double reach, double density, double *x);

  /// Between rows and paths, `stride` places apart: rows[k] = values[path * stride + k] for the first `paths` of a tile,
  /// and back.
  void (*collect)(const double *values, long stride, long count, long paths, double *rows);
  void (*deal)(const double *rows, long stride, long count, long paths, double *values);

  /// sums[2 * k] += sum of the first `paths` of row k, sums[2 * k + 1] += that of their squares.
  void (*addSums)(const double *rows, long count, long paths, double *sums);

  /// CET1 of every bank, quarter by quarter, as `CapitalWalk` documents it; rates[quarters + 4][type][64] a year,
  /// effects[bank][type][64] or null for none, responses[quarter][64].
  void (*walk)(
      const TileBank *banks, long bankCount, double taxRate, double payout, double perSystemAssets, long quarters,
      const double *rates, const double *effects, const double *responses, TileCapital result);

  /// The standard normal quantile in place of each x in (0, 1), with an error below 2e-15 of its size or of 1 where that is
  /// more; `count` values, a multiple of 8.
  void (*quantiles)(long count, double *x);

  /// normals[64] of one dimension of a scrambled digital net, points `index` ... `index` + 63; `index` is a multiple of 64.
  /// directions[32] belong to the bits of the index, their digits in reverse, the first in the lowest bit. The 32 digits
  /// are scrambled by a hash of each with those before it and the first two of keys[3] (Laine & Karras 2011), 20 further
  /// bits are a hash of all digits and the third, and the normal is the quantile of the middle of what that leaves.
  void (*netNormals)(const uint32_t *directions, uint32_t index, const uint32_t *keys, double *normals);

  // Plain arithmetic on rows; what is added was rounded before, so that the bits are those of the same in Swift.

  /// y[k] += factors[k] * x[k].
  void (*addProducts)(long rows, const double *factors, const double *x, double *y);
  /// y += factor * x, `count` values.
  void (*addMultiple)(long count, double factor, const double *x, double *y);
  /// y[k] *= by, one row.
  void (*multiplyBy)(long rows, const double *by, double *y);
  /// y[k] = exp(factors[k] * x[k] + shifts[k]), as `exponential` has it.
  void (*exponentialOfLine)(long rows, const double *factors, const double *shifts, const double *x, double *y);
  /// y = x in single precision, `count` values.
  void (*narrow)(long count, const double *x, float *y);
  /// values[path * count + k] = rows[k] in single precision, of a whole tile.
  void (*dealFloats)(const double *rows, long count, float *values);
  /// rates[quarter][series]: driven[quarter][series], what inputs alone make the linear model add, becomes its root;
  /// the root of a rate is linearShare * that + mean + scale * outputs[quarter][path][series] + errors[quarter][series].
  void (*mixRates)(
      long quarters, long count, const TileSeries *series, const float *outputs, const double *errors, double *driven,
      double *rates);
  /// y = (x - then - mean) * scale, one row; then may be null.
  void (*featureDifference)(const double *x, const double *then, double mean, double scale, double *y);
  /// y = ((sum of x and the rows `back`, 2 * `back` and 3 * `back` places before it) / 4 - mean) * scale, one row.
  void (*featureMean)(const double *x, long back, double mean, double scale, double *y);
  /// natural = the values of a factor at these deviations from its central value, one row: level anchor + d; spread base
  /// + (anchor + d); logit v e^d / (1 - v + v e^d); logarithm v e^d; log spread base + anchor e^d; shadow rate softness
  /// ln(1 + e^(s / softness)) of s = baseShadow (unless null) + (anchor + d), which goes to `shadow`.
  void (*deviate)(
      TileScale scale, double value, double anchor, double softness, const double *deviations, const double *base,
      const double *baseShadow, double *shadow, double *natural);
  /// counts: how many of the rows, `stride` places apart, lie below their limits, one row.
  void (*countBelow)(long rows, long stride, const double *limits, const double *x, double *counts);
  /// lowest = ratios * assets (unless null) and lost = start - that, one row.
  void (*depletion)(double start, double assets, const double *ratios, double *lowest, double *lost);
  /// shares[k] = (starts[k] - lowest[k]) / starts[k], from 0 to 1; by the reciprocal.
  void (*shortfalls)(long rows, const double *starts, const double *lowest, double *shares);
  /// losses[k] -= shocks[k], and system = sum of weights[k] times that; returns a bit for each path of which a loss was
  /// above 1.
  uint64_t (*distress)(long rows, const double *weights, const double *shocks, double *losses, double *system);
} TileKernels;

/// The kernels for vectors of 2, 4 or 8 doubles, or null where this processor has none.
const TileKernels *tile_kernels(long lanes);

#endif
