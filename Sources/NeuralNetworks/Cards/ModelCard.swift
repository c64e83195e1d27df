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
  /// Who answers for it.
  public var owner: String?
  /// Of the model, not of the program: another one when its figures may differ.
  public var version: String?
  /// The simple model it is held against, in words.
  public var challenger: String?
  /// How a user finds out that it no longer holds.
  public var monitoring: String?
  public var training: Training?
  /// Which score says best whether it earns its place.
  public var headline: Headline?
  /// What its answers rest on, out of sample.
  public var importance: [Importance]?
  public var dependence: [PartialDependence]?

  public init(
    name: String, purpose: String, architecture: String, data: [String], window: String, sampleSize: Int,
    defaultModel: String, scores: [Score], limits: [String], owner: String? = nil, version: String? = nil,
    challenger: String? = nil, monitoring: String? = nil, training: Training? = nil, headline: Headline? = nil,
    importance: [Importance]? = nil,
    dependence: [PartialDependence]? = nil
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
    self.owner = owner
    self.version = version
    self.challenger = challenger
    self.monitoring = monitoring
    self.training = training
    self.headline = headline
    self.importance = importance
    self.dependence = dependence
  }
}
