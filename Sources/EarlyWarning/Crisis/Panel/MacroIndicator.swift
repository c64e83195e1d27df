import Foundation

/// One column of the image that the crisis models read: a factor, a spread or a quarter's growth.
struct MacroIndicator: Sendable, Equatable {
  enum Form: Sendable, Equatable {
    case level
    /// The first factor less the second.
    case spread
    /// Now less a quarter ago.
    case change
    /// Log growth over a quarter: the base of an index drops out.
    case growth
    case logarithm
  }

  let id: String
  /// What a reader sees.
  let title: String
  /// As named in `RiskFactor.catalogue`.
  let factors: [String]
  let form: Form

  /// Quarters before the first that a form looks back to.
  static let longestLag = 1

  /// The columns in order. Chosen beforehand for what the literature on early warning reads (term spread, credit spreads,
  /// property prices, equity, volatility) beside the business cycle itself.
  static let all: [MacroIndicator] = [
    .init("unemployment", "Unemployment rate", ["unemployment_rate"], .level),
    .init("unemployment_change", "Unemployment, change over a quarter", ["unemployment_rate"], .change),
    .init("gdp_growth", "Real GDP growth", ["real_gdp_growth"], .level),
    .init("inflation", "CPI inflation", ["cpi_inflation_rate"], .level),
    .init("short_rate_change", "3-month Treasury rate, change over a quarter", ["treasury_3m"], .change),
    .init("term_spread", "10-year Treasury over the 3-month rate", ["treasury_10y", "treasury_3m"], .spread),
    .init("corporate_spread", "BBB yield over the 10-year Treasury", ["bbb_yield", "treasury_10y"], .spread),
    .init("mortgage_spread", "Mortgage rate over the 10-year Treasury", ["mortgage_rate", "treasury_10y"], .spread),
    .init("house_prices", "House prices, log growth over a quarter", ["house_price_index"], .growth),
    .init("cre_prices", "Commercial property prices, log growth over a quarter", ["cre_price_index"], .growth),
    .init("equities", "Equities, log growth over a quarter", ["dow_jones_total_stock_market"], .growth),
    .init("volatility", "Market volatility index (VIX), log", ["vix"], .logarithm),
  ]
  static let count = all.count

  /// Factors that some indicator needs, in the order of the columns, none twice.
  static let factors = all.flatMap(\.factors).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }

  private init(_ id: String, _ title: String, _ factors: [String], _ form: Form) {
    self.id = id
    self.title = title
    self.factors = factors
    self.form = form
  }

  /// - Parameter value: a factor so many quarters ago (0 or 1), fraction or index level; `nil` where missing.
  /// - Returns: `nil` where a value that it needs is missing.
  func value(_ value: (_ factor: String, _ quartersAgo: Int) -> Double?) -> Double? {
    guard let now = value(factors[0], 0) else { return nil }
    switch form {
    case .level: return now
    case .logarithm: return log(now)
    case .spread: return value(factors[1], 0).map { now - $0 }
    case .change: return value(factors[0], 1).map { now - $0 }
    case .growth: return value(factors[0], 1).map { log(now / $0) }
    }
  }
}
