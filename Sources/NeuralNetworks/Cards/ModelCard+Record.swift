extension ModelCard {
  /// How a model was fitted: enough to do it again, and to see within seconds when it would come out differently.
  public struct Training: Sendable, Codable, Equatable {
    /// Loss, optimiser, epochs, regularisation, in words.
    public var settings: String
    /// One per member of an ensemble.
    public var seeds: [UInt64]
    /// Of the member with the first seed, epoch by epoch from the first: what a short rebuild must find again.
    public var firstLosses: [Double]
    /// What rebuilds the file.
    public var command: String

    public init(settings: String, seeds: [UInt64], firstLosses: [Double], command: String) {
      self.settings = settings
      self.seeds = seeds
      self.firstLosses = firstLosses
      self.command = command
    }

    /// How many epochs are recorded.
    public static let recordedEpochs = 10
    /// Largest relative difference between a recorded first loss and the same one of a short rebuild. On one machine they
    /// are equal; another instruction set adds in another order, and ten steps carry that to about 1e-4.
    public static let tolerance = 1e-3

    /// The largest relative difference of a rebuild's first losses from those recorded; infinite when there are fewer.
    public func difference(from losses: [Double]) -> Double {
      guard losses.count >= firstLosses.count, !firstLosses.isEmpty else { return .infinity }
      return zip(firstLosses, losses).map { recorded, found in
        found.isFinite ? abs(found - recorded) / max(abs(recorded), 1e-12) : .infinity
      }.max() ?? .infinity
    }
  }

  /// By how much an error rises when what a model reads of one driver comes from other cases.
  public struct Importance: Sendable, Codable, Equatable {
    /// e.g. `unemployment_rate`.
    public var driver: String
    public var title: String
    /// As in the scores, e.g. `combination`, `linear`.
    public var model: String
    /// The error that rises, e.g. `rmse_relative_to_random_walk`.
    public var metric: String
    public var unit: String
    public var value: Double
    /// 90 % interval; `nil` where none was estimated.
    public var lower: Double?
    public var upper: Double?

    public init(
      driver: String, title: String, model: String, metric: String, unit: String, value: Double, lower: Double? = nil,
      upper: Double? = nil
    ) {
      self.driver = driver
      self.title = title
      self.model = model
      self.metric = metric
      self.unit = unit
      self.value = value
      self.lower = lower
      self.upper = upper
    }
  }

  /// Names the one score that is told first, and whose it is.
  public struct Headline: Sendable, Codable, Equatable {
    public var subject: String
    public var metric: String
    public var window: String
    /// As in the scores: the model that is used, and the simple one beside it.
    public var model: String
    public var challenger: String
    /// The metric in words, e.g. `RMSE relative to a random walk`.
    public var title: String

    public init(subject: String, metric: String, window: String, model: String, challenger: String, title: String) {
      self.subject = subject
      self.metric = metric
      self.window = window
      self.model = model
      self.challenger = challenger
      self.title = title
    }
  }

  /// The headline's score of the model that is used, and of its challenger; `nil` without a headline or its scores.
  public var headlineScores: (used: Score, challenger: Score)? {
    guard let headline else { return nil }
    func score(_ model: String) -> Score? {
      scores.first {
        $0.subject == headline.subject && $0.metric == headline.metric && $0.window == headline.window
          && $0.model == model
      }
    }
    guard let used = score(headline.model), let challenger = score(headline.challenger) else { return nil }
    return (used, challenger)
  }

  /// What a complete card says and this one does not; the cards that ship lack nothing.
  public var gaps: [String] {
    let parts: [(String, Bool)] = [
      ("owner", owner != nil), ("version", version != nil), ("challenger", challenger != nil),
      ("monitoring", monitoring != nil), ("training", training.map { !$0.firstLosses.isEmpty } ?? false),
      ("headline", headlineScores != nil), ("importance", !(importance ?? []).isEmpty), ("data", !data.isEmpty),
      ("scores", !scores.isEmpty),
      ("limits", !limits.isEmpty), ("an interval of any score", scores.contains { $0.lower != nil }),
    ]
    return parts.filter { !$0.1 }.map(\.0)
  }

  /// What contradicts itself: a card that holds such a thing is refused like one that is missing.
  var contradictions: [String] {
    var found: [String] = []
    for (key, text) in [("name", name), ("purpose", purpose), ("architecture", architecture), ("window", window)]
    where text.isEmpty { found.append("an empty '\(key)'") }
    if sampleSize < 0 { found.append("a sample of \(sampleSize)") }
    for score in scores where (score.lower ?? -.infinity) > (score.upper ?? .infinity) {
      found.append("an interval of '\(score.metric)' of '\(score.model)' whose lower end lies above the upper")
    }
    for driver in dependence ?? [] where driver.curves.contains(where: { $0.values.count != driver.grid.count }) {
      found.append("a dependence on '\(driver.driver)' with another number of values than of places")
    }
    return found
  }
}
