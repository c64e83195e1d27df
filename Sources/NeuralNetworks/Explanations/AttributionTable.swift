/// An attribution laid out for reading: what each row (a factor) in each column (a quarter) adds to an answer.
public struct AttributionTable: Sendable, Codable, Equatable {
  /// What is explained, as a key: `loan_loss`, `credit_card`, `crisis`.
  public var subject: String
  /// The same in words, e.g. `Loan losses of all banks over nine quarters`.
  public var title: String
  /// `fraction`, `millions`, `ratio`: of the answer and of every attribution.
  public var unit: String
  /// What the answer is compared with, in words.
  public var baseline: String
  /// e.g. quarters.
  public var columns: [String]
  public var rows: [Row]
  public var baselineValue: Double
  public var value: Double
  /// Σ attributions − (value − baseline value).
  public var completenessGap: Double
  /// At how many points of the line the gradient was taken.
  public var pointCount: Int

  public struct Row: Sendable, Codable, Equatable {
    /// e.g. `unemployment_rate`.
    public var id: String
    public var name: String
    /// One per column.
    public var values: [Double]

    public var total: Double { values.reduce(0, +) }

    public init(id: String, name: String, values: [Double]) {
      self.id = id
      self.name = name
      self.values = values
    }
  }

  /// - Parameters:
  ///   - names: one per row.
  ///   - attribution: its coordinates are `[column][row]`, time outermost.
  public init(
    subject: String, title: String, unit: String, baseline: String, columns: [String],
    names: [(id: String, name: String)], _ attribution: Attribution
  ) {
    precondition(
      attribution.values.count == columns.count * names.count,
      "\(attribution.values.count) attributions, expected \(columns.count) × \(names.count)")
    self.subject = subject
    self.title = title
    self.unit = unit
    self.baseline = baseline
    self.columns = columns
    rows = names.enumerated().map { index, name in
      Row(
        id: name.id, name: name.name,
        values: columns.indices.map { attribution.values[$0 * names.count + index] })
    }
    baselineValue = attribution.baselineValue
    value = attribution.value
    completenessGap = attribution.completenessGap
    pointCount = attribution.nodeCount
  }

  /// |Σ attributions − Δ| / |Δ|; 0 where both are 0.
  public var relativeGap: Double {
    completenessGap == 0 ? 0 : abs(completenessGap) / abs(value - baselineValue)
  }
}
