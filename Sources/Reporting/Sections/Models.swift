import NeuralNetworks
import StressTesting

extension ResultReader {
  /// § 11: whether the fitted models can be trusted; one page a model.
  func models() -> Section {
    let title = "Models"
    let question = "Can I trust the fitted models?"
    guard !result.models.isEmpty else { return .notComputed(11, title, question) }
    let count = result.models.count
    var answer =
      count == 1 ? "One fitted model is used" : "\(count) fitted models are used, each beside a simple challenger"
    let comparisons = result.models.compactMap { comparison($0.card) }
    if count == 1, let comparison = comparisons.first { answer += "; \(comparison)" }
    return Section(
      number: 11, title: title, question: question, answer: answer + ".",
      blocks: result.models.enumerated().flatMap { index, model in
        ModelPage(model: model, index: index, names: names, money: money).blocks
      })
  }

  /// Loan types by id, for the subjects of scores.
  private var names: [String: String] {
    Dictionary(loanTypes.map { ($0.id, $0.name) }) { first, _ in first }
  }

  /// The default model's headline out of sample beside its challenger's, where the card has both.
  private func comparison(_ card: ModelCard) -> String? {
    guard let headline = card.headline, let scores = card.headlineScores else { return nil }
    let measure = ModelPage.measure(of: scores.used)
    let own =
      "out of sample the default (\(ModelPage.words(headline.model))) reaches \(measure.text(scores.used.value))"
    return headline.model == headline.challenger
      ? "\(own) (\(headline.title))"
      : "\(own), its challenger (\(ModelPage.words(headline.challenger))) \(measure.text(scores.challenger.value)) "
        + "(\(headline.title))"
  }
}
