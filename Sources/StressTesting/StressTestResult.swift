public import NeuralNetworks

/// Everything a report says, and the only thing it is made from; `results.json` is this value, key for key.
///
/// It holds no clock, host, path of a machine or thread count: one run identity gives one value, bit for bit.
/// Rates, ratios and probabilities are fractions; money is in millions of `scenario.currency`.
public struct StressTestResult: Sendable, Codable, Equatable {
  public static let currentSchema = "kentledge-results/1"

  public var schema: String
  public var engine: String
  /// SHA-256 of the resolved scenario, its data and models, the seed and the engine.
  public var runIdentity: String
  public var scenario: ScenarioSummary
  /// Banks, loan types and factors in the order of the report.
  public var entities: [Entity]
  public var rows: [Row]
  public var histograms: [Histogram]
  /// The estimate of the system's headline measure after so many paths.
  public var convergence: [ConvergencePoint]
  public var checks: [Check]
  public var models: [Model]
  public var notes: [Note]
  public var inputs: [Input]
  /// The paths on which the system loses most, worst first, and what their values are; `nil` in results of older engines.
  public var tailColumns: [TailColumn]?
  public var tailPaths: [TailPath]?

  public struct ScenarioSummary: Sendable, Codable, Equatable {
    public var id: String
    public var title: String
    public var description: String
    public var source: String
    public var currency: String
    public var severity: String
    public var jumpOff: String
    /// Quarters of the economy, and of capital, after the jump-off.
    public var horizon: Int
    public var capitalHorizon: Int
    public var audience: String
    public var paths: Int
    public var seed: UInt64
    /// Every value the run used, by key, with where it came from.
    public var resolved: [Setting]

    public init(
      id: String, title: String, description: String, source: String, currency: String, severity: String,
      jumpOff: String, horizon: Int, capitalHorizon: Int, audience: String, paths: Int, seed: UInt64,
      resolved: [Setting]
    ) {
      self.id = id
      self.title = title
      self.description = description
      self.source = source
      self.currency = currency
      self.severity = severity
      self.jumpOff = jumpOff
      self.horizon = horizon
      self.capitalHorizon = capitalHorizon
      self.audience = audience
      self.paths = paths
      self.seed = seed
      self.resolved = resolved
    }
  }

  /// A key of the resolved scenario, such as `uncertainty.copula.family`, its value as text and its origin:
  /// `file:line`, `default` or `flag`.
  public struct Setting: Sendable, Codable, Equatable {
    public var key: String
    public var value: String
    public var origin: String

    public init(key: String, value: String, origin: String) {
      self.key = key
      self.value = value
      self.origin = origin
    }
  }

  public struct Entity: Sendable, Codable, Equatable {
    public enum Kind: String, Sendable, Codable { case system, bank, loanType, factor, segment }
    public var id: String
    public var kind: Kind
    public var name: String
    /// For a factor `fraction` or `index`; for the rest empty.
    public var unit: String

    public init(id: String, kind: Kind, name: String, unit: String = "") {
      self.id = id
      self.kind = kind
      self.name = name
      self.unit = unit
    }
  }

  /// One figure, in long form.
  public struct Row: Sendable, Codable, Equatable {
    public var entity: String
    /// `2026Q3`, or `nil` for a figure of the whole horizon.
    public var quarter: String?
    public var item: String
    public var statistic: String
    /// A choice under which the figure holds, e.g. `inside_share=10%`; `nil` where there is none.
    public var variant: String?
    /// `nil` when the figure cannot be estimated (a conditional figure of an event that never happened).
    public var value: Double?
    /// `fraction`, `millions`, `index`, `count`, `standard deviations`.
    public var unit: String
    /// Monte Carlo standard error, and a 95 % interval.
    public var standardError: Double?
    public var lower: Double?
    public var upper: Double?
    /// Standard deviation of the figure over the ensemble members.
    public var parameterError: Double?
    /// How much of the figure is owed to the drawn residuals and bank effects.
    public var modelError: Double?

    public init(
      entity: String, quarter: String? = nil, item: String, statistic: String, variant: String? = nil, value: Double?,
      unit: String, standardError: Double? = nil, lower: Double? = nil, upper: Double? = nil,
      parameterError: Double? = nil, modelError: Double? = nil
    ) {
      self.entity = entity
      self.quarter = quarter
      self.item = item
      self.statistic = statistic
      self.variant = variant
      self.value = value
      self.unit = unit
      self.standardError = standardError
      self.lower = lower
      self.upper = upper
      self.parameterError = parameterError
      self.modelError = modelError
    }
  }

  /// Equal-width bins: `counts[i]` paths lie in `[lowest + i·width, lowest + (i + 1)·width)`.
  public struct Histogram: Sendable, Codable, Equatable {
    public var entity: String
    public var item: String
    public var unit: String
    public var lowest: Double
    public var width: Double
    public var counts: [Int]

    public init(entity: String, item: String, unit: String, lowest: Double, width: Double, counts: [Int]) {
      self.entity = entity
      self.item = item
      self.unit = unit
      self.lowest = lowest
      self.width = width
      self.counts = counts
    }
  }

  public struct ConvergencePoint: Sendable, Codable, Equatable {
    public var paths: Int
    public var item: String
    public var statistic: String
    public var estimate: Double
    public var lower: Double
    public var upper: Double

    public init(paths: Int, item: String, statistic: String, estimate: Double, lower: Double, upper: Double) {
      self.paths = paths
      self.item = item
      self.statistic = statistic
      self.estimate = estimate
      self.lower = lower
      self.upper = upper
    }
  }

  /// An author's assertion and what came of it.
  public struct Check: Sendable, Codable, Equatable {
    public var id: String
    public var assertion: String
    /// `error` or `warning`.
    public var severity: String
    public var value: Double
    public var limit: Double
    public var passed: Bool

    public init(id: String, assertion: String, severity: String, value: Double, limit: Double, passed: Bool) {
      self.id = id
      self.assertion = assertion
      self.severity = severity
      self.value = value
      self.limit = limit
      self.passed = passed
    }
  }

  public struct Model: Sendable, Codable, Equatable {
    public var card: ModelCard
    /// SHA-256 of the weights file.
    public var hash: String
    public var file: String
    /// What the model's answers in this run are made up of; `nil` where nothing was explained.
    public var explanations: [AttributionTable]?

    public init(card: ModelCard, hash: String, file: String, explanations: [AttributionTable]? = nil) {
      self.card = card
      self.hash = hash
      self.file = file
      self.explanations = explanations
    }
  }

  /// Something a reader must be told: missing data, a proxy, an assumption, a warning.
  public struct Note: Sendable, Codable, Equatable {
    public enum Topic: String, Sendable, Codable {
      case warning, dataQuality, assumption, method, proxy
    }
    public var topic: Topic
    public var text: String

    public init(_ topic: Topic, _ text: String) {
      self.topic = topic
      self.text = text
    }
  }

  /// A file that was read: path relative to the scenario, SHA-256, and the dates of what it holds.
  public struct Input: Sendable, Codable, Equatable {
    public var file: String
    public var hash: String
    public var asOf: String

    public init(file: String, hash: String, asOf: String) {
      self.file = file
      self.hash = hash
      self.asOf = asOf
    }
  }

  public init(
    engine: String, runIdentity: String, scenario: ScenarioSummary, entities: [Entity], rows: [Row],
    histograms: [Histogram], convergence: [ConvergencePoint], checks: [Check], models: [Model], notes: [Note],
    inputs: [Input], tailColumns: [TailColumn]? = nil, tailPaths: [TailPath]? = nil
  ) {
    schema = Self.currentSchema
    self.engine = engine
    self.runIdentity = runIdentity
    self.scenario = scenario
    self.entities = entities
    self.rows = rows
    self.histograms = histograms
    self.convergence = convergence
    self.checks = checks
    self.models = models
    self.notes = notes
    self.inputs = inputs
    self.tailColumns = tailColumns
    self.tailPaths = tailPaths
  }
}
