/// The seven loan categories of the Federal Reserve's stress test disclosures, in the published order.
///
/// The raw value is the position of a type in every `[loanType]` layout.
public enum LoanType: Int, Sendable, CaseIterable, Codable {
  case firstMortgage, juniorLien, commercialAndIndustrial, commercialRealEstate, creditCard, otherConsumer, otherLoans

  public static let count = LoanType.allCases.count

  /// The name used in tables, e.g. `first_mortgage`.
  public var id: String {
    switch self {
    case .firstMortgage: "first_mortgage"
    case .juniorLien: "junior_lien"
    case .commercialAndIndustrial: "commercial_and_industrial"
    case .commercialRealEstate: "commercial_real_estate"
    case .creditCard: "credit_card"
    case .otherConsumer: "other_consumer"
    case .otherLoans: "other_loans"
    }
  }

  /// The name a reader sees.
  public var title: String {
    switch self {
    case .firstMortgage: "First-lien mortgages"
    case .juniorLien: "Junior liens and home equity"
    case .commercialAndIndustrial: "Commercial and industrial"
    case .commercialRealEstate: "Commercial real estate"
    case .creditCard: "Credit cards"
    case .otherConsumer: "Other consumer"
    case .otherLoans: "Other loans"
    }
  }
}
