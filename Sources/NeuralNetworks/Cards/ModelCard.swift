/// What a reader must know before trusting a fitted model; stored in the metadata of its weights.
public struct ModelCard: Sendable, Codable, Equatable {
  /// One out-of-sample figure, beside the same figure of the simple challenger.
  public struct Score: Sendable, Codable, Equatable {
    /// Which slice of the test, e.g. `credit_cards` or `all loan types`.
    public var subject: String
    /// e.g. `lstm`, `linear`, `combination`, `random_walk`.
    public var model: String
    /// e.g. `rmse`, `rmse_relative_to_random_walk`, `coverage_90`.
    public var metric: String
    /// `fraction` for rates and coverages, `ratio` for relative figures.
    public var unit: String
    public var value: Double
    /// 90 % interval, clustered by forecast origin; `nil` where none was estimated.
    public var lower: Double?
    public var upper: Double?
    /// Which test quarters: `all`, or `without 2020Q2–2021Q4`.
    public var window: String

    public init(
      subject: String, model: String, metric: String, unit: String, value: Double, lower: Double? = nil,
      upper: Double? = nil, window: String
    ) {
      self.subject = subject
      self.model = model
      self.metric = metric
      self.unit = unit
      self.value = value
      self.lower = lower
      self.upper = upper
      self.window = window
    }
  }

  public var name: String
  public var purpose: String
  public var architecture: String
  /// Tables it was fitted on, with their dates.
  public var data: [String]
  /// First and last quarter it was fitted on, e.g. `1991Q1–2025Q4`.
  public var window: String
  public var sampleSize: Int
  /// Which of the tested models is used, and why.
  public var defaultModel: String
  public var scores: [Score]
  public var limits: [String]

  public init(
    name: String, purpose: String, architecture: String, data: [String], window: String, sampleSize: Int,
    defaultModel: String, scores: [Score], limits: [String]
  ) {
    self.name = name
    self.purpose = purpose
    self.architecture = architecture
    self.data = data
    self.window = window
    self.sampleSize = sampleSize
    self.defaultModel = defaultModel
    self.scores = scores
    self.limits = limits
  }
}
