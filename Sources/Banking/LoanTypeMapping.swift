public import MacroScenarios
import TileArithmetic

/// How the seven loan categories of a bank take their loss rates from the series that a loss-rate model projects.
///
/// First mortgages, C&I, CRE, cards and other consumer loans have a series of their own. The other two have a proxy:
/// - junior liens take the residential series, which holds them;
/// - other loans take the C&I series × 0.52: in the 2021–2023 exercises their loss rate was 49, 52 and 57 % of that of
///   C&I loans (`scenarios/data/us-supervisory-results.csv`).
public struct LoanTypeMapping: Sendable, Equatable {
  public struct Source: Sendable, Equatable {
    public let loanType: LoanType
    /// Id of the modelled series.
    public let series: String
    public let scale: Double
    /// Whether the series describes other loans than these.
    public let isProxy: Bool
  }

  /// One per loan type, in order.
  public static let sources: [Source] = [
    .init(loanType: .firstMortgage, series: "residential_real_estate", scale: 1, isProxy: false),
    .init(loanType: .juniorLien, series: "residential_real_estate", scale: 1, isProxy: true),
    .init(loanType: .commercialAndIndustrial, series: "commercial_and_industrial", scale: 1, isProxy: false),
    .init(loanType: .commercialRealEstate, series: "commercial_real_estate", scale: 1, isProxy: false),
    .init(loanType: .creditCard, series: "credit_cards", scale: 1, isProxy: false),
    .init(loanType: .otherConsumer, series: "other_consumer", scale: 1, isProxy: false),
    .init(loanType: .otherLoans, series: "commercial_and_industrial", scale: 0.52, isProxy: true),
  ]

  public static func isProxy(_ type: LoanType) -> Bool { sources[type.rawValue].isProxy }

  private let positions: [Int]
  private let scales: [Double]
  private let seriesCount: Int

  /// - Parameters:
  ///   - series: ids in the order of the model's output.
  ///   - file: the model's file, named when a series is missing.
  /// - Throws: when a series that a loan type needs is not among them.
  public init(series: [String], file: String) throws(InvalidInput) {
    let missing = Self.sources.map(\.series).filter { !series.contains($0) }
    guard missing.isEmpty else {
      let wanted = Set(Self.sources.map(\.series)).sorted().joined(separator: ", ")
      throw InvalidInput(
        .invalid,
        [
          Diagnostic(
            "T057", "the model projects \(series.joined(separator: ", ")), expected \(wanted)", at: .init(file: file))
        ])
    }
    positions = Self.sources.map { source in series.firstIndex(of: source.series)! }
    scales = Self.sources.map(\.scale)
    seriesCount = series.count
  }

  /// Spreads the series' rates over the loan types.
  /// - Parameters:
  ///   - series: `[quarter][series][place]`.
  ///   - loanTypes: `[quarter][loanType][place]`, overwritten. Any run of quarters or paths may be mapped at once.
  ///   - width: places, e.g. the paths of a tile.
  public func spread(_ series: Span<Double>, into loanTypes: inout MutableSpan<Double>, width: Int = 1) {
    let quarterCount = series.count / (seriesCount * width)
    precondition(
      series.count == quarterCount * seriesCount * width && loanTypes.count == quarterCount * LoanType.count * width,
      "\(series.count) rates of \(seriesCount) series do not fill \(loanTypes.count) of \(LoanType.count) loan types")
    for quarter in 0..<quarterCount {
      for type in 0..<LoanType.count {
        if width == Tile.width {
          // (x − 0) · scale: one row.
          Tile.standardise(
            series, row: quarter * seriesCount + positions[type], mean: 0, scale: scales[type], into: &loanTypes,
            at: quarter * LoanType.count + type)
          continue
        }
        let input = (quarter * seriesCount + positions[type]) * width
        let output = (quarter * LoanType.count + type) * width
        let scale = scales[type]
        for place in 0..<width { loanTypes[unchecked: output + place] = scale * series[unchecked: input + place] }
      }
    }
  }
}
