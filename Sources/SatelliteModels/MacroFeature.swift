/// One input of the loss-rate models: an observable of the economy, as a level, a change or a mean over four quarters.
struct MacroFeature: Sendable, Equatable {
  /// What is read off one quarter of the macro factors.
  enum Observable: Int, Sendable, CaseIterable {
    case unemployment, growth, income, logHousePrices, logCommercialPropertyPrices, logEquities
    case corporateSpread, shortRate, termSpread, volatility

    /// Factors it needs, as named in `RiskFactor.catalogue`; the second is subtracted from the first.
    var factors: [String] {
      switch self {
      case .unemployment: ["unemployment_rate"]
      case .growth: ["real_gdp_growth"]
      case .income: ["real_disposable_income_growth"]
      case .logHousePrices: ["house_price_index"]
      case .logCommercialPropertyPrices: ["cre_price_index"]
      case .logEquities: ["dow_jones_total_stock_market"]
      case .corporateSpread: ["bbb_yield", "treasury_10y"]
      case .shortRate: ["treasury_3m"]
      case .termSpread: ["treasury_10y", "treasury_3m"]
      case .volatility: ["vix"]
      }
    }

    /// Prices enter as logarithms, so that a change is a growth rate and the base of the index drops out.
    var isLogarithm: Bool {
      switch self {
      case .logHousePrices, .logCommercialPropertyPrices, .logEquities: true
      default: false
      }
    }
  }

  enum Form: Sendable, Equatable {
    case level
    /// Now less `quarters` ago.
    case change(quarters: Int)
    /// Mean of this quarter and the three before.
    case yearMean
  }

  let id: String
  let title: String
  let observable: Observable
  let form: Form

  /// The longest look back of any feature, in quarters.
  static let longestLag = 8

  /// The inputs in the order of `[feature]`.
  static let all: [MacroFeature] = [
    .init(id: "unemployment", title: "Unemployment rate", .unemployment, .level),
    .init(
      id: "unemployment_change_1q", title: "Unemployment, change over a quarter", .unemployment, .change(quarters: 1)),
    .init(id: "unemployment_change_4q", title: "Unemployment, change over a year", .unemployment, .change(quarters: 4)),
    .init(id: "gdp_growth", title: "Real GDP growth", .growth, .level),
    .init(id: "gdp_growth_4q", title: "Real GDP growth, mean of a year", .growth, .yearMean),
    .init(id: "income_growth_4q", title: "Real disposable income growth, mean of a year", .income, .yearMean),
    .init(
      id: "house_prices_1q", title: "House prices, log growth over a quarter", .logHousePrices, .change(quarters: 1)),
    .init(id: "house_prices_4q", title: "House prices, log growth over a year", .logHousePrices, .change(quarters: 4)),
    .init(
      id: "house_prices_8q", title: "House prices, log growth over two years", .logHousePrices, .change(quarters: 8)),
    .init(
      id: "cre_prices_1q", title: "Commercial property prices, log growth over a quarter", .logCommercialPropertyPrices,
      .change(quarters: 1)),
    .init(
      id: "cre_prices_4q", title: "Commercial property prices, log growth over a year", .logCommercialPropertyPrices,
      .change(quarters: 4)),
    .init(
      id: "cre_prices_8q", title: "Commercial property prices, log growth over two years", .logCommercialPropertyPrices,
      .change(quarters: 8)),
    .init(id: "equities_4q", title: "Equities, log growth over a year", .logEquities, .change(quarters: 4)),
    .init(id: "corporate_spread", title: "BBB yield over the 10-year Treasury", .corporateSpread, .level),
    .init(id: "short_rate", title: "3-month Treasury rate", .shortRate, .level),
    .init(
      id: "short_rate_change_4q", title: "3-month Treasury rate, change over a year", .shortRate, .change(quarters: 4)),
    .init(id: "term_spread", title: "10-year Treasury over the 3-month rate", .termSpread, .level),
    .init(id: "vix", title: "Market volatility index (VIX)", .volatility, .level),
  ]

  init(id: String, title: String, _ observable: Observable, _ form: Form) {
    self.id = id
    self.title = title
    self.observable = observable
    self.form = form
  }
}
