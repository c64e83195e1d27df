import Foundation
import MacroScenarios

/// How a linear model with one lag is fitted: the challenger's own way, or one of the variants tried beside it.
struct LinearSpecification: Sendable, Equatable {
  /// λ per observation on standardised features.
  var penalty = LinearChallenger.penalty
  /// Ids of the features it reads; all of them when `nil`.
  var features: [String]?
  /// Whether a coefficient must have the sign that economics expects, or be 0.
  var keepsExpectedSigns = false
  /// Whether coefficients are shrunk towards the mean of all loan types (each in units of its own spread) and not to 0.
  var sharesCoefficients = false
  var scale = TargetScale.squareRoot

  /// The few that a supervisor would name first.
  static let sixFeatures = [
    "unemployment", "unemployment_change_4q", "gdp_growth_4q", "house_prices_4q", "cre_prices_4q", "corporate_spread",
  ]
}

/// The scale on which a variant is fitted; all are scored on rates.
enum TargetScale: String, Sendable, Equatable {
  case squareRoot, logarithm, level

  /// Of the logarithm: no rate on record comes near its negative.
  private static let shift = 0.0025

  func transform(_ rate: Double) -> Double {
    switch self {
    case .squareRoot: RateScale.transform(rate)
    case .logarithm: log(max(rate + Self.shift, 1e-6))
    case .level: rate
    }
  }

  func rate(_ transformed: Double) -> Double {
    switch self {
    case .squareRoot: RateScale.rate(transformed)
    case .logarithm: exp(transformed) - Self.shift
    case .level: transformed
    }
  }
}

extension MacroFeature {
  /// The direction in which it moves losses by itself; 0 where either can be argued.
  var expectedSign: Int {
    switch observable {
    case .unemployment, .corporateSpread, .volatility: 1
    case .growth, .income, .logHousePrices, .logCommercialPropertyPrices, .logEquities: -1
    case .shortRate, .termSpread: 0
    }
  }
}

extension LinearChallenger {
  /// On the scale of the specification.
  init(fittedTo sample: LossRateSample, normalisation: FeatureNormalisation, _ specification: LinearSpecification) {
    let width = MacroFeature.all.count
    let chosen = MacroFeature.all.indices.filter { index in
      specification.features.map { $0.contains(MacroFeature.all[index].id) } ?? true
    }
    let regressions = LoanSeries.allCases.map {
      LaggedRegression($0, sample, normalisation, chosen, specification.scale)
    }
    let fits =
      specification.sharesCoefficients
      ? LaggedRegression.fitTogether(regressions, penalty: specification.penalty)
      : regressions.map {
        $0.fit(
          penalty: specification.penalty,
          signs: specification.keepsExpectedSigns ? chosen.map { MacroFeature.all[$0].expectedSign } : nil)
      }
    var coefficients = [Double](repeating: 0, count: LoanSeries.count * width)
    for (series, fit) in fits.enumerated() {
      for (place, feature) in chosen.enumerated() {
        coefficients[series * width + feature] = fit.coefficients[place + 1]
      }
    }
    self.init(
      intercepts: fits.map(\.intercept), persistence: fits.map { $0.coefficients[0] }, coefficients: coefficients)
  }
}

/// One loan type's regression on its own lag and some features.
struct LaggedRegression {
  /// `[observation][regressor]`, the lag first.
  let rows: [[Double]]
  let targets: [Double]

  init(
    _ series: LoanSeries, _ sample: LossRateSample, _ normalisation: FeatureNormalisation, _ features: [Int],
    _ scale: TargetScale
  ) {
    var rows: [[Double]] = []
    var targets: [Double] = []
    for row in LossRateSample.prefix..<sample.quarterCount {
      let quarter = sample.firstQuarter.advanced(by: row)
      guard let now = sample.chargeOffs.rate(series, in: quarter),
        let before = sample.chargeOffs.rate(series, in: quarter.advanced(by: -1))
      else { continue }
      let standardised = normalisation.standardise(sample.features[row])
      rows.append([scale.transform(before)] + features.map { standardised[$0] })
      targets.append(scale.transform(now))
    }
    self.rows = rows
    self.targets = targets
  }

  /// The lag bears no penalty.
  private func penalties(_ penalty: Double) -> [Double] {
    [0] + [Double](repeating: penalty, count: rows[0].count - 1)
  }

  func fit(penalty: Double, signs: [Int]? = nil) -> RidgeRegression {
    signs.map { RidgeRegression(rows, targets, penalties: penalties(penalty), signs: [0] + $0) }
      ?? RidgeRegression(rows, targets, penalties: penalties(penalty))
  }

  private var spread: Double {
    let mean = targets.reduce(0, +) / Double(targets.count)
    return (targets.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(targets.count)).squareRoot()
  }

  /// Each loan type's coefficients are shrunk to m σ, σ its spread, with m the mean of all types' b / σ: found by turns,
  /// since either is a least-squares problem given the other.
  static func fitTogether(_ regressions: [LaggedRegression], penalty: Double) -> [RidgeRegression] {
    let spreads = regressions.map(\.spread)
    let width = regressions[0].rows[0].count - 1
    var centre = [Double](repeating: 0, count: width)
    var fits: [RidgeRegression] = []
    for _ in 0..<30 {
      fits = zip(regressions, spreads).map { regression, spread in
        let expected = centre.map { $0 * spread }
        let rest = zip(regression.rows, regression.targets).map { row, target in
          target - zip(row.dropFirst(), expected).reduce(0) { $0 + $1.0 * $1.1 }
        }
        let fit = RidgeRegression(regression.rows, rest, penalties: regression.penalties(penalty))
        return RidgeRegression(
          intercept: fit.intercept, coefficients: zip(fit.coefficients, [0] + expected).map { $0 + $1 })
      }
      centre = (0..<width).map { j in
        zip(fits, spreads).reduce(0) { $0 + $1.0.coefficients[j + 1] / $1.1 } / Double(fits.count)
      }
    }
    return fits
  }
}
