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
    for finding in table.findings { progress(finding.text) }
    return try run(table, candidates: AccountNetwork.Settings.candidates, progress: progress)
  }

  /// The loss of each epoch of the first member, fitted again as it was for that model.
  public static func firstLosses(_ table: AccountTable, of model: AccountModel) throws -> [Double] {
    let parts = Parts(table, try outcomes(of: table), AccountSplit(table))
    let hidden = model.members[0].network.recurrentLayers[0].hidden
    return try AccountNetwork(
      fittedTo: parts.training.features, parts.training.defaults, AccountScale(parts.training.features),
      settings: AccountNetwork.Settings(hidden: hidden, dropout: model.dropout), seed: seed
    ).losses
  }

  static func run(
    _ table: AccountTable, candidates: [AccountNetwork.Settings], progress: (String) -> Void
  ) throws -> AccountModel {
    let defaults = try outcomes(of: table)
    let split = AccountSplit(table)
    let parts = Parts(table, defaults, split)
    progress(
      "\(parts.training.table.count) accounts to learn from, \(parts.validation.table.count) to choose and calibrate "
        + "on, \(parts.test.table.count) to judge by")
    let fit = try fit(parts, candidates, progress)
    let share = chosenShare(fit.candidates, parts.validation)
    let chosen = AccountCandidate.name(ofShare: share)
    let importance = AccountImportance.all(
      fit.candidates.filter { [chosen, AccountCandidate.logistic].contains($0.name) }, parts.validation)
    progress("the test part is read now, once")
    let evaluation = AccountEvaluation(fit.candidates, networkShare: share, parts.validation, parts.test)
    let card = AccountCard(
      table: table, split: split, settings: fit.settings, trials: fit.trials, penalty: fit.penalty,
      members: fit.members,
      networkShare: share, evaluation: evaluation, importance: importance)
    return AccountModel(
      card: card.card, networkShare: share, scale: fit.scale, logistic: fit.logistic, members: fit.members,
      calibration: evaluation.calibration, dropout: fit.settings.dropout, learnedFrom: table.fingerprint)
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

  /// Settings that were tried, and how well one network of each ranked the validation part.
  struct Trial {
    let settings: AccountNetwork.Settings
    let areaUnderCurve: IntervalEstimate
  }

  private struct Fit {
    let scale: AccountScale
    let settings: AccountNetwork.Settings
    let trials: [Trial]
    let logistic: LogisticRegression
    let penalty: Double
    let members: [AccountNetwork]
    let candidates: [AccountCandidate]
  }

  private static func fit(
    _ parts: Parts, _ settings: [AccountNetwork.Settings], _ progress: (String) -> Void
  ) throws(TrainingFailure) -> Fit {
    let (training, validation) = (parts.training, parts.validation)
    let scale = AccountScale(training.features)
    let rows = training.features.flat(scale)
    let validationRows = validation.features.flat(scale)
    let regressions = penalties.map {
      LogisticRegression(rows, width: AccountFeatures.flatWidth, targets: training.defaults, penalty: $0)
    }
    let best = bestIndex(
      regressions.map { RankingQuality($0.logits(validationRows), validation.defaults).areaUnderCurve.value })
    progress("logistic regression: penalty \(penalties[best])")
    var trials: [Trial] = []
    if settings.count > 1 {
      for candidate in settings {
        let trial = try AccountNetwork(
          fittedTo: training.features, training.defaults, scale, settings: candidate, seed: seed)
        let quality = RankingQuality(trial.logits(validation.features, scale), validation.defaults)
        trials.append(Trial(settings: candidate, areaUnderCurve: quality.areaUnderCurve))
        progress("tried LSTM \(candidate.name): AUC \(quality.areaUnderCurve.value) on the validation part")
      }
    }
    let chosen = trials.isEmpty ? settings[0] : settings[bestIndex(trials.map(\.areaUnderCurve.value))]
    var members: [AccountNetwork] = []
    for member in 0..<chosen.members {
      progress("LSTM \(chosen.name), member \(member + 1) of \(chosen.members)")
      members.append(
        try AccountNetwork(
          fittedTo: training.features, training.defaults, scale, settings: chosen, seed: seed &+ UInt64(member)))
    }
    let logistic = regressions[best]
    return Fit(
      scale: scale, settings: chosen, trials: trials, logistic: logistic, penalty: penalties[best], members: members,
      candidates: candidates(training.table, scale, logistic, members))
  }

  /// The first of the largest.
  private static func bestIndex(_ values: [Double]) -> Int {
    values.indices.reduce(0) { values[$1] > values[$0] ? $1 : $0 }
  }

  /// Simplest first.
  private static func candidates(
    _ training: AccountTable, _ scale: AccountScale, _ logistic: LogisticRegression, _ members: [AccountNetwork]
  ) -> [AccountCandidate] {
    let statusAlone = AccountScorecard(training, characteristics: [.lastStatus])
    let scorecard = AccountScorecard(training)
    func linear(_ part: Part) -> [Double] { logistic.logits(part.features.flat(scale)) }
    func network(_ part: Part) -> [Double] { AccountModel.mean(members, part.features, scale) }
    return [
      AccountCandidate(name: "last_status") { statusAlone.scores($0.table) },
      AccountCandidate(name: "scorecard") { scorecard.scores($0.table) },
      AccountCandidate(name: AccountCandidate.logistic, score: linear),
      AccountCandidate(name: AccountCandidate.network, score: network),
      AccountCandidate(name: AccountCandidate.combination) { part in
        zip(linear(part), network(part)).map { ($0 + $1) / 2 }
      },
    ]
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
