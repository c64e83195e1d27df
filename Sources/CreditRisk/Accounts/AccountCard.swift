import Foundation
import NeuralNetworks

/// Writes the card of an account model: its figures are computed, not recalled.
struct AccountCard {
  let table: AccountTable
  let split: AccountSplit
  let settings: AccountNetwork.Settings
  let trials: [AccountTraining.Trial]
  let penalty: Double
  let members: [AccountNetwork]
  let networkShare: Double
  let evaluation: AccountEvaluation
  let importance: [AccountImportance]

  var card: ModelCard {
    ModelCard(
      name: "Card accounts, statements to \(table.lastMonth)",
      purpose:
        "Puts credit card accounts in the order of their risk: probability of default in the month after six monthly "
        + "statements. In a stress test only the order and the odds between accounts are used, around a level that the "
        + "loss-rate model gives. Not for decisions on single customers.",
      architecture: architecture,
      data: [
        "\((table.file as NSString).lastPathComponent): \(table.count) accounts of one bank in Taiwan, statements to "
          + "\(table.lastMonth), default in the month after (Yeh 2009, UCI Machine Learning Repository, CC BY 4.0)"
      ],
      window: "\(table.lastMonth.advanced(by: 1 - AccountTable.monthCount))–\(table.lastMonth)",
      sampleSize: split.training.count, defaultModel: defaultModel, scores: evaluation.scores + trialScores,
      limits: limits, owner: "The authors of Kentledge", version: "1",
      challenger:
        "Ridge-penalised logistic regression on the same features; beneath it a scorecard of five characteristics made by "
        + "counting, and the last month's repayment status alone.",
      monitoring:
        "kentledge model backtest accounts repeats fit and test and compares them with these figures. A portfolio's own "
        + "defaults, once known, show whether the order holds.",
      training: training, headline: headline, importance: importance.map(\.record))
  }

  private var architecture: String {
    let use =
      networkShare == 0
      ? "Logistic regression alone is used" : networkShare == 1 ? "The network alone is used" : "Half of each is used"
    return
      "\(AccountFeatures.width) features a month → LSTM \(settings.hidden) over \(AccountTable.monthCount) months → "
      + "dense 1, \(members.count) members of \(members[0].network.parameterCount) parameters, their logits averaged; "
      + "beside it logistic regression on the same features of all months side by side (penalty \(penalty)). \(use); a "
      + "line fitted on the validation part makes the logit a probability."
  }

  private var training: ModelCard.Training {
    .init(
      settings: "cross-entropy of the default after the last month; Adam, rate \(settings.learningRate) falling by a "
        + "half cosine, weight decay \(settings.weightDecay); dropout \(settings.dropout); batches of "
        + "\(settings.batchSize); \(settings.epochs) epochs; no early stopping",
      seeds: members.indices.map { AccountTraining.seed &+ UInt64($0) },
      firstLosses: Array(members[0].losses.prefix(ModelCard.Training.recordedEpochs)),
      command: "kentledge train accounts")
  }

  private var headline: ModelCard.Headline {
    .init(
      subject: AccountEvaluation.subject, metric: "auc", window: AccountEvaluation.window,
      model: AccountCandidate.name(ofShare: networkShare), challenger: AccountCandidate.logistic,
      title: "area under the curve on accounts kept apart, higher is better")
  }

  /// Every setting that was tried, as it did on the validation part.
  private var trialScores: [ModelCard.Score] {
    trials.map { trial in
      ModelCard.Score(
        subject: "LSTM \(trial.settings.name), one member", model: "tried", metric: "auc", unit: "fraction",
        value: trial.areaUnderCurve.value, lower: trial.areaUnderCurve.lower, upper: trial.areaUnderCurve.upper,
        window: "validation accounts")
    }
  }

  private var defaultModel: String {
    let chosen =
      networkShare == 1 ? "LSTM alone" : networkShare == 0 ? "Logistic regression alone" : "Combination: half each"
    func lead(_ name: String) -> String {
      guard let lead = evaluation.results.first(where: { $0.name == name })?.leadOverLogistic else {
        return "not known"
      }
      let verdict = lead.isClearlyPositive ? "clear" : lead.upper < 0 ? "behind" : "no clear difference"
      return "\(Self.text(lead)), \(verdict)"
    }
    return
      "\(chosen). Chosen on the validation part by a rule set before: the network if its lead in AUC over logistic "
      + "regression is clear (90 % interval above 0), else the mean of both if its lead is, else logistic regression. On "
      + "the test part, AUC less that of logistic regression: LSTM \(lead(AccountCandidate.network)); combination "
      + "\(lead(AccountCandidate.combination))."
  }

  private var limits: [String] {
    [
      "One bank, Taiwan, 2005, on the eve of its card crisis; NT$. Neither the level of default nor its spread is that of "
        + "another country or year: the level is replaced by that of the loss-rate model, the spread is taken over as an "
        + "assumption.",
      "Default in the next month, given six statements; a stress test looks quarters ahead, where the order of accounts "
        + "fades.",
      "Published work on this table finds an AUC of 0.77 to 0.78; far more would mean that the answer leaked into the "
        + "features. All of them are dated before the default.",
      "Who is granted a card, and lines that are cut before default, are not seen.",
      "Size and dropout of the network were chosen among \(max(trials.count, 1)) by AUC on the validation part. The "
        + "features were drafted on another split of the same table, some of whose accounts are in this test part: that "
        + "flatters networks and logistic regression alike, a little.",
      "Split \(split.training.count) / \(split.validation.count) / \(split.test.count) accounts for fitting, choice and "
        + "calibration, and test; stratified by default; equal accounts always in one part; the test part read once.",
      "Sex, education and marital status are not in the table; age is, and may not be a lawful feature everywhere.",
      "Holds no account: weights, means, deviations and the line only.",
    ] + table.findings.filter { $0.count > 0 }.map { "Data: \($0.text)" }
  }

  private static func text(_ estimate: IntervalEstimate) -> String {
    "\(text(estimate.value)) (\(text(estimate.lower)) to \(text(estimate.upper)))"
  }

  /// Four decimals, a sign that is a minus; the card must not depend on a locale.
  private static func text(_ value: Double) -> String {
    let digits = String(format: "%.4f", abs(value))
    return value < 0 && digits.contains { ("1"..."9").contains($0) } ? "−\(digits)" : digits
  }
}
