/// The loan types whose charge-off rates are modelled: the series that the Federal Reserve publishes for all banks.
///
/// The order of the cases is the order of `[series]` in every layout of this module.
public enum LoanSeries: Int, Sendable, CaseIterable, Codable {
  case creditCards, commercialAndIndustrial, commercialRealEstate, residentialRealEstate, otherConsumer

  public static let count = allCases.count

  /// The column of the charge-off table.
  public var id: String {
    switch self {
    case .creditCards: "credit_cards"
    case .commercialAndIndustrial: "commercial_and_industrial"
    case .commercialRealEstate: "commercial_real_estate"
    case .residentialRealEstate: "residential_real_estate"
    case .otherConsumer: "other_consumer"
    }
  }

  /// The name a reader sees.
  public var title: String {
    switch self {
    case .creditCards: "Credit cards"
    case .commercialAndIndustrial: "Commercial and industrial"
    case .commercialRealEstate: "Commercial real estate"
    case .residentialRealEstate: "Residential real estate"
    case .otherConsumer: "Other consumer"
    }
  }
}
