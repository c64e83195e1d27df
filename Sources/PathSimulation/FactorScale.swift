import Foundation
package import MacroScenarios

/// The scale on which a factor deviates from its central path: any deviation on it gives a value that can exist.
///
/// | scale | coordinate | factors |
/// |---|---|---|
/// | level | x | real growth rates, inflation |
/// | spread | x − base | nominal growth over real |
/// | logit | ln(x / (1 − x)) | unemployment: stays between 0 and 1 |
/// | logarithm | ln x | VIX |
/// | log spread | ln(x − base) | BBB and mortgage over 10-year, prime over 3-month: stay above |
/// | shadow rate | σ⁻¹(x) | 3-month rate: stays above 0 |
/// | shadow spread | σ⁻¹(x) − σ⁻¹(base) | 5-year over 3-month, 10-year over 5-year: stay above 0 |
/// | log growth | ln(x / x of the quarter before) | indices; deviations of growth add up |
///
/// σ(y) = w ln(1 + e^{y/w}) with w = 0.25 % is a softened max(y, 0): above about 1 % a shadow rate is the rate itself, and
/// toward 0 it goes to −∞, as the shadow rates of the zero lower bound do (Black 1995).
package enum FactorScale: Sendable, Equatable {
  case level
  case spread(base: Int)
  case logit
  case logarithm
  case logSpread(base: Int)
  case shadowRate
  case shadowSpread(base: Int)
  case logGrowth

  static let softplusWidth = 0.0025
  /// Rates are published to a tenth of a percent: 0.0 stands for 0 to 0.05 %, and is read as the middle.
  static let leastRate = 0.00025

  package var base: Int? {
    switch self {
    case .spread(let base), .logSpread(let base), .shadowSpread(let base): base
    default: nil
    }
  }

  package var name: String {
    switch self {
    case .level: "level"
    case .spread: "spread"
    case .logit: "logit"
    case .logarithm: "logarithm"
    case .logSpread: "log spread"
    case .shadowRate: "shadow rate"
    case .shadowSpread: "shadow-rate spread"
    case .logGrowth: "log growth"
    }
  }

  /// What each factor rides on; factors that are not in the catalogue deviate by level or log growth.
  private static let riders: [String: String] = [
    "nominal_gdp_growth": "real_gdp_growth",
    "nominal_disposable_income_growth": "real_disposable_income_growth",
    "treasury_5y": "treasury_3m", "treasury_10y": "treasury_5y",
    "bbb_yield": "treasury_10y", "mortgage_rate": "treasury_10y", "prime_rate": "treasury_3m",
  ]

  /// The scales of these factors, in their order; a rider whose base is missing stands on a scale of its own.
  package static func scales(of factors: [RiskFactor]) -> [FactorScale] {
    factors.map { factor in
      let base = riders[factor.id].flatMap { id in factors.firstIndex { $0.id == id } }
      return switch factor.id {
      case "nominal_gdp_growth", "nominal_disposable_income_growth": base.map { .spread(base: $0) } ?? .level
      case "unemployment_rate": .logit
      case "treasury_3m": .shadowRate
      case "treasury_5y", "treasury_10y": base.map { .shadowSpread(base: $0) } ?? .shadowRate
      case "bbb_yield", "mortgage_rate", "prime_rate": base.map { .logSpread(base: $0) } ?? .shadowRate
      case "vix": .logarithm
      default: factor.unit == .index ? .logGrowth : .level
      }
    }
  }

  /// Factors so ordered that each comes after what it rides on.
  package static func order(_ scales: [FactorScale]) -> [Int] {
    func depth(_ index: Int) -> Int { scales[index].base.map { depth($0) + 1 } ?? 0 }
    return scales.indices.sorted { (depth($0), $0) < (depth($1), $1) }
  }

  /// A spread over a rate as the shadow rate reads it, so that the rider comes back to its own value.
  static func spread(_ x: Double, over base: Double) -> Double { x - max(base, leastRate) }

  static func shadow(_ rate: Double) -> Double {
    let r = max(rate, leastRate) / softplusWidth
    // ln(eʳ − 1) without overflow.
    return softplusWidth * (r + log(-expm1(-r)))
  }

  static func rate(shadow: Double) -> Double {
    let y = shadow / softplusWidth
    return softplusWidth * (max(y, 0) + log1p(exp(-abs(y))))
  }

  /// The coordinate of factor `k` in a row of natural values; `nil` where the scale cannot hold the value.
  package func coordinate(of k: Int, in row: [Double], after previous: [Double]?) -> Double? {
    let x = row[k]
    let coordinate: Double
    switch self {
    case .level: coordinate = x
    case .spread(let base): coordinate = x - row[base]
    case .logit: coordinate = log(x / (1 - x))
    case .logarithm: coordinate = log(x)
    case .logSpread(let base): coordinate = log(Self.spread(x, over: row[base]))
    case .shadowRate: coordinate = x >= 0 ? Self.shadow(x) : .nan
    case .shadowSpread(let base):
      coordinate = x >= 0 && row[base] >= 0 ? Self.shadow(x) - Self.shadow(row[base]) : .nan
    case .logGrowth: coordinate = previous.map { log(x / $0[k]) } ?? .nan
    }
    return coordinate.isFinite ? coordinate : nil
  }

  /// What a value must be for `coordinate` to exist.
  package func requirement(_ factors: [RiskFactor]) -> String {
    switch self {
    case .level: "a number"
    case .spread(let base): "a number, and one for \(factors[base].id)"
    case .logit: "between 0 and 100 %"
    case .logarithm: "above 0"
    case .logSpread(let base): "above \(factors[base].id)"
    case .shadowRate: "0 or more"
    case .shadowSpread(let base): "0 or more, as must be \(factors[base].id)"
    case .logGrowth: "above 0, in the quarter before too"
    }
  }

  /// The natural value of factor `k` at these coordinates: the inverse of `coordinate`.
  package func value(of k: Int, coordinate y: Double, in row: [Double], after previous: [Double]) -> Double {
    switch self {
    case .level: y
    case .spread(let base): row[base] + y
    case .logit: 1 / (1 + exp(-y))
    case .logarithm: exp(y)
    case .logSpread(let base): row[base] + exp(y)
    case .shadowRate: Self.rate(shadow: y)
    case .shadowSpread(let base): Self.rate(shadow: Self.shadow(row[base]) + y)
    case .logGrowth: previous[k] * exp(y)
    }
  }
}
