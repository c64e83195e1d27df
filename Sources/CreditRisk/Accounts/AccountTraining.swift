import MacroScenarios
import NeuralNetworks

/// Fits the account model and its challengers, chooses between them, judges them once, and writes the card.
///
/// Training part: everything is fitted. Validation part: the penalty, the choice between network and logistic regression,
/// and the calibration of each. Test part: read once, for the figures of the card.
public enum AccountTraining {
  /// λ of the logistic regression; the best on the validation part is taken.
  static let penalties = [0.001, 0.003, 0.01, 0.03, 0.1]
  /// Fewer accounts of one outcome leave nothing to judge by.
  static let fewestOfOutcome = 50
  static let seed: UInt64 = 20_050_930

  /// - Parameter progress: told a line at each stage.
  /// - Throws: `InvalidInput` for a table that cannot be learned from, `TrainingFailure` when a network diverges.
  public static func run(_ table: AccountTable, progress: (String) -> Void) throws -> AccountModel {
    try run(table, settings: .shipped, progress: progress)
  }

  static func run(
    _ table: AccountTable, settings: AccountNetwork.Settings, progress: (String) -> Void
  ) throws -> AccountModel {
    let defaults = try outcomes(of: table)
    for finding in table.findings { progress(finding.text) }
    let split = AccountSplit(table)
    let parts = Parts(table, defaults, split)
    progress(
      "\(parts.training.table.count) accounts to learn from, \(parts.validation.table.count) to choose and calibrate "
        + "on, \(parts.test.table.count) to judge by")
    let fit = try fit(parts, settings, progress)
    let candidates = fit.candidates
    let share = chosenShare(candidates, parts.validation)
    progress("the test part is read now, once")
    let evaluation = AccountEvaluation(candidates, networkShare: share, parts.validation, parts.test)
    let card = AccountCard(
      table: table, split: split, settings: settings, penalty: fit.penalty,
      parameterCount: fit.members[0].network.parameterCount, networkShare: share, evaluation: evaluation)
    return AccountModel(
      card: card.card, networkShare: share, scale: fit.scale, logistic: fit.logistic, members: fit.members,
      calibration: evaluation.calibration, learnedFrom: table.fingerprint)
  }

  /// Who defaulted; refused where too few of one kind are there to learn or judge by.
  private static func outcomes(of table: AccountTable) throws(InvalidInput) -> [Bool] {
    guard let defaults = table.defaults else {
      throw InvalidInput(
        .invalid,
        [
          Diagnostic(
            "A001", "there is no column 'default_\(table.lastMonth.advanced(by: 1).columnSuffix)' to learn from",
            at: .init(file: table.file))
        ])
    }
    let count = defaults.count { $0 }
    guard min(count, defaults.count - count) >= fewestOfOutcome else {
      throw InvalidInput(
        .invalid,
        [
          Diagnostic(
            "A009",
            "\(count) of \(defaults.count) accounts defaulted, expected at least \(fewestOfOutcome) of each outcome",
            at: .init(file: table.file))
        ])
    }
    return defaults
  }

  /// One part of the split with all that is computed from it.
  struct Part {
    let table: AccountTable
    let defaults: [Bool]
    let features: AccountFeatures

    init(_ table: AccountTable, _ defaults: [Bool], _ places: [Int]) {
      self.table = table.accounts(places)
      self.defaults = places.map { defaults[$0] }
      features = AccountFeatures(self.table)
    }

    init(_ table: AccountTable, _ defaults: [Bool], _ features: AccountFeatures) {
      self.table = table
      self.defaults = defaults
      self.features = features
    }
  }

  struct Parts {
    let training, validation, test: Part

    init(_ table: AccountTable, _ defaults: [Bool], _ split: AccountSplit) {
      training = Part(table, defaults, split.training)
      validation = Part(table, defaults, split.validation)
      test = Part(table, defaults, split.test)
    }
  }

  private struct Fit {
    let scale: AccountScale
    let logistic: LogisticRegression
    let penalty: Double
    let members: [AccountNetwork]
    let candidates: [AccountCandidate]
  }

  private static func fit(
    _ parts: Parts, _ settings: AccountNetwork.Settings, _ progress: (String) -> Void
  ) throws(TrainingFailure) -> Fit {
    let (training, validation) = (parts.training, parts.validation)
    let scale = AccountScale(training.features)
    let rows = training.features.flat(scale)
    let validationRows = validation.features.flat(scale)
    let regressions = penalties.map {
      LogisticRegression(rows, width: AccountFeatures.flatWidth, targets: training.defaults, penalty: $0)
    }
    let areas = regressions.map {
      RankingQuality($0.logits(validationRows), validation.defaults).areaUnderCurve.value
    }
    let best = areas.indices.max { areas[$0] < areas[$1] } ?? 0
    let logistic = regressions[best]
    progress("logistic regression: penalty \(penalties[best])")
    var members: [AccountNetwork] = []
    for member in 0..<settings.members {
      progress("network \(member + 1) of \(settings.members)")
      members.append(
        try AccountNetwork(
          fittedTo: training.features, training.defaults, scale, settings: settings, seed: seed &+ UInt64(member)))
    }
    let statusAlone = AccountScorecard(training.table, characteristics: [.lastStatus])
    let scorecard = AccountScorecard(training.table)
    let networks = members
    func linear(_ part: Part) -> [Double] { logistic.logits(part.features.flat(scale)) }
    func network(_ part: Part) -> [Double] { AccountModel.mean(networks, part.features, scale) }
    return Fit(
      scale: scale, logistic: logistic, penalty: penalties[best], members: members,
      candidates: [
        AccountCandidate(name: "last_status") { statusAlone.scores($0.table) },
        AccountCandidate(name: "scorecard") { scorecard.scores($0.table) },
        AccountCandidate(name: AccountCandidate.logistic, score: linear),
        AccountCandidate(name: AccountCandidate.network, score: network),
        AccountCandidate(name: AccountCandidate.combination) { part in
          zip(linear(part), network(part)).map { ($0 + $1) / 2 }
        },
      ])
  }

  /// The network alone, the combination, or logistic regression alone: the first of them whose lead in AUC over logistic
  /// regression on the validation part is clear (90 % interval above 0).
  static func chosenShare(_ candidates: [AccountCandidate], _ validation: Part) -> Double {
    func quality(_ name: String) -> RankingQuality? {
      candidates.first { $0.name == name }.map { RankingQuality($0.score(validation), validation.defaults) }
    }
    guard let logistic = quality(AccountCandidate.logistic) else { return 0 }
    for (name, share) in [(AccountCandidate.network, 1.0), (AccountCandidate.combination, 0.5)] {
      if let candidate = quality(name), candidate.lead(over: logistic).isClearlyPositive { return share }
    }
    return 0
  }
}

/// A way to rank accounts, fitted.
struct AccountCandidate {
  static let logistic = "logistic"
  static let network = "lstm"
  static let combination = "combination"

  let name: String
  /// Logits, or what stands for them: higher is riskier, `[account]`.
  let score: (AccountTraining.Part) -> [Double]

  init(name: String, score: @escaping (AccountTraining.Part) -> [Double]) {
    self.name = name
    self.score = score
  }

  static func name(ofShare share: Double) -> String {
    share == 0 ? logistic : share == 1 ? network : combination
  }
}
