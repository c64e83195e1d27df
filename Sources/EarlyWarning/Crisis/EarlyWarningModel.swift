public import MacroScenarios
public import NeuralNetworks

/// Reads two years of the macro-financial panel and says how likely its last quarter is calm, elevated or a crisis:
/// a convolutional network beside its simple challenger, both fitted on nothing after the jump-off.
public struct EarlyWarningModel: Sendable, Equatable {
  /// The two models; their words stand in results and on the command line.
  public enum Kind: String, Sendable, CaseIterable, Codable {
    case network = "cnn"
    case logistic

    public var title: String { self == .network ? "CNN" : "logistic" }
  }

  /// The last quarter it could see.
  public let jumpOff: Quarter
  public let card: ModelCard
  /// Whose level is the product's. The network's only when its Brier score over the crises left out is better than the
  /// logistic model's and the 90 % interval of the difference lies clear of zero; otherwise the simpler one's.
  public let leaning: Kind

  let scale: PanelScale
  let logistic: MultinomialLogistic
  let network: CrisisNetwork
  let range: ObservedRange
  /// With which the network was fitted; kept so that its first epochs can be repeated.
  let weightDecay: Double

  /// What the models make of the window that ends with a quarter.
  public struct Assessment: Sendable, Equatable {
    public let quarter: Quarter
    /// By kind, in the order of `Kind.allCases`; `nil` where the window is not full or misses too much.
    public let outlooks: [LevelProbabilities]?
    /// Standard deviation over the ensemble of the probability of a warning; of the network alone.
    public let memberSpread: Double
    /// Cells of the window without a value: each stands at its training mean.
    public let missingCells: Int
    /// Indicators of this quarter that lie far outside what the models were fitted on, by id; used as they are.
    public let outliers: [String]

    public subscript(kind: Kind) -> LevelProbabilities? { outlooks?[kind == .network ? 0 : 1] }
  }

  public static let windowCells = IndicatorPanel.windowLength * MacroIndicator.count
  /// Factors that the table or scenario must give.
  public static var factors: [String] { MacroIndicator.factors }
  /// Quarters before the first that can be assessed.
  public static let leadIn = IndicatorPanel.windowLength - 1 + MacroIndicator.longestLag

  /// - Returns: one assessment a quarter, in order.
  public func assess(_ panel: IndicatorPanel, quarters: [Quarter]) -> [Assessment] {
    let windows = quarters.map { panel.window(endingIn: $0) }
    let isUsable = windows.map { $0.map(Self.isUsable) ?? false }
    let images = zip(windows, isUsable).compactMap { window, usable in usable ? window.map(scale.image) : nil }
    let members = network.memberProbabilities(images)
    let simple = logistic.probabilities(images)
    var next = 0
    return quarters.indices.map { place in
      let missing = windows[place].map(IndicatorPanel.missingCount) ?? Self.windowCells
      let outliers = panel.row(quarters[place]).map(range.outliers) ?? []
      guard isUsable[place] else {
        return Assessment(
          quarter: quarters[place], outlooks: nil, memberSpread: 0, missingCells: missing, outliers: outliers)
      }
      defer { next += 1 }
      let own = members.map { $0[next] }
      return Assessment(
        quarter: quarters[place],
        outlooks: [LevelProbabilities(Self.mean(own)), LevelProbabilities(simple[next])],
        memberSpread: Self.spread(own.map { 1 - $0[0] }), missingCells: missing, outliers: outliers)
    }
  }

  static func isUsable(_ window: [[Double?]]) -> Bool {
    Double(IndicatorPanel.missingCount(window)) <= IndicatorPanel.mostMissingShare * Double(windowCells)
  }

  private static func mean(_ rows: [[Double]]) -> [Double] {
    rows[0].indices.map { level in rows.reduce(0) { $0 + $1[level] } / Double(rows.count) }
  }

  private static func spread(_ values: [Double]) -> Double {
    guard values.count > 1 else { return 0 }
    let mean = values.reduce(0, +) / Double(values.count)
    return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)).squareRoot()
  }
}
