/// One variable of the economy that a scenario gives a path to.
public struct RiskFactor: Sendable, Hashable, Identifiable {
  /// How a factor is measured. Inside the program rates are fractions (5.5 % is 0.055); indices are levels.
  public enum Unit: String, Sendable {
    /// A rate or yield; tables give percent, the program holds a fraction.
    case percent
    /// An index level, as published.
    case index
  }

  /// The name used in tables and scenario files, e.g. `unemployment_rate`.
  public let id: String
  /// The name a reader sees, e.g. `Unemployment rate`.
  public let title: String
  public let unit: Unit

  package init(id: String, title: String, unit: Unit) {
    self.id = id
    self.title = title
    self.unit = unit
  }

  /// The sixteen domestic variables of the Federal Reserve's scenarios, in the published order.
  /// Growth and inflation are annualised quarterly rates; yields are quarterly averages; the VIX is the quarter's
  /// maximum daily close (Board of Governors, supervisory scenario documentation).
  public static let catalogue: [RiskFactor] = [
    .init(id: "real_gdp_growth", title: "Real GDP growth", unit: .percent),
    .init(id: "nominal_gdp_growth", title: "Nominal GDP growth", unit: .percent),
    .init(id: "real_disposable_income_growth", title: "Real disposable income growth", unit: .percent),
    .init(id: "nominal_disposable_income_growth", title: "Nominal disposable income growth", unit: .percent),
    .init(id: "unemployment_rate", title: "Unemployment rate", unit: .percent),
    .init(id: "cpi_inflation_rate", title: "CPI inflation rate", unit: .percent),
    .init(id: "treasury_3m", title: "3-month Treasury rate", unit: .percent),
    .init(id: "treasury_5y", title: "5-year Treasury yield", unit: .percent),
    .init(id: "treasury_10y", title: "10-year Treasury yield", unit: .percent),
    .init(id: "bbb_yield", title: "BBB corporate yield", unit: .percent),
    .init(id: "mortgage_rate", title: "Mortgage rate", unit: .percent),
    .init(id: "prime_rate", title: "Prime rate", unit: .percent),
    .init(id: "dow_jones_total_stock_market", title: "Dow Jones Total Stock Market Index", unit: .index),
    .init(id: "house_price_index", title: "House price index", unit: .index),
    .init(id: "cre_price_index", title: "Commercial real estate price index", unit: .index),
    .init(id: "vix", title: "Market volatility index (VIX)", unit: .index),
  ]

  /// The factor of that name in the catalogue.
  public static func named(_ id: String) -> RiskFactor? { catalogue.first { $0.id == id } }

  /// Outside of this a value cannot be: an unemployment rate above all workers, a price index of nothing.
  package var possibleValues: ClosedRange<Double> {
    switch id {
    case "unemployment_rate": 0...1
    case _ where unit == .index: Double.leastNormalMagnitude...1e9
    // The lowest policy rate on record is −0.75 %, the worst quarter of growth −28 % at an annual rate.
    case _ where id.hasSuffix("growth") || id == "cpi_inflation_rate": -0.9...2
    default: -0.02...1
    }
  }
}
