extension StressTestResult {
  /// What a value of a `TailPath` is.
  public struct TailColumn: Sendable, Codable, Equatable {
    public var entity: String
    public var item: String
    /// `value`, or `lowest` and `highest` over the quarters of the economy.
    public var statistic: String
    public var variant: String?
    public var unit: String

    public init(entity: String, item: String, statistic: String, variant: String? = nil, unit: String) {
      self.entity = entity
      self.item = item
      self.statistic = statistic
      self.variant = variant
      self.unit = unit
    }
  }

  /// One of the paths on which the system loses most.
  public struct TailPath: Sendable, Codable, Equatable {
    /// Number of the path, from 0: its random numbers depend on nothing else.
    public var path: Int
    /// What the path counts for in an estimate; 1 where all count alike.
    public var weight: Double
    /// Member of the loss-rate model's ensemble, from 0.
    public var member: Int
    /// One per `TailColumn`.
    public var values: [Double]

    public init(path: Int, weight: Double, member: Int, values: [Double]) {
      self.path = path
      self.weight = weight
      self.member = member
      self.values = values
    }
  }
}
