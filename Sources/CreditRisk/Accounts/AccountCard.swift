import Foundation
import NeuralNetworks

/// Writes the card of an account model: its figures are computed, not recalled.
struct AccountCard {
  let table: AccountTable
  let split: AccountSplit
  let settings: AccountNetwork.Settings
  let penalty: Double
  let parameterCount: Int
  let networkShare: Double
  let evaluation: AccountEvaluation

  var card: ModelCard {
    ModelCard(
      name: "Card accounts, statements to \(table.lastMonth)",
      purpose:
        "Puts credit card accounts in the order of their risk: probability of default in the month after six monthly "
        + "statements. In a stress test only the order and the odds between accounts are used, around a level that the "
        + "loss-rate model gives. Not for decisions on single customers.",
      architecture:
        "\(AccountFeatures.width) features a month → LSTM \(settings.hidden) over \(AccountTable.monthCount) "
        + "months → dense 1, \(settings.members) members of \(parameterCount) parameters; beside it logistic regression on "
        + "the same features of all months side by side (penalty \(penalty)); both averaged as logits with \(shareText), "
        + "then a line fitted on the validation part. Dropout \(settings.dropout), weight decay \(settings.weightDecay), "
        + "\(settings.epochs) epochs of Adam in batches of \(settings.batchSize), cross-entropy",
      data: [
        "\((table.file as NSString).lastPathComponent): \(table.count) accounts of one bank in Taiwan, statements to "
          + "\(table.lastMonth), default in the month after (Yeh 2009, UCI Machine Learning Repository, CC BY 4.0)"
      ],
      window: "\(table.lastMonth.advanced(by: 1 - AccountTable.monthCount))–\(table.lastMonth)",
      sampleSize: split.training.count, defaultModel: defaultModel, scores: evaluation.scores, limits: limits)
  }

  private var shareText: String {
    networkShare == 0
      ? "no weight on the network" : networkShare == 1 ? "all weight on the network" : "half the weight each"
  }

  private var defaultModel: String {
    let rule =
      "Chosen on the validation part by a rule set before: the network if its lead in AUC over logistic regression "
      + "is clear (90 % interval above 0), else the mean of both if its lead is, else logistic regression. "
    let chosen =
      networkShare == 1 ? "LSTM alone" : networkShare == 0 ? "Logistic regression alone" : "Combination: half each"
    func lead(_ name: String) -> String {
      guard let lead = evaluation.results.first(where: { $0.name == name })?.leadOverLogistic else {
        return "not known"
      }
      let verdict = lead.isClearlyPositive ? "clear" : lead.upper < 0 ? "behind" : "no clear difference"
      return "\(Self.text(lead)), \(verdict)"
    }
    return "\(chosen). \(rule)On the test part, AUC less that of logistic regression: LSTM "
      + "\(lead(AccountCandidate.network)); combination \(lead(AccountCandidate.combination))."
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
      "Settings of the network were chosen among seven on a validation part by AUC; they differed by less than 0.002.",
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
