import NeuralNetworks
import StressTesting

extension ResultReader {
  /// § 11: whether the fitted models can be trusted.
  func models() -> Section {
    let title = "Models"
    let question = "Can I trust the fitted models?"
    guard let first = result.models.first else { return .notComputed(11, title, question) }
    let count = result.models.count
    var answer =
      count == 1 ? "One fitted model is used" : "\(count) fitted models are used, each beside a simple challenger"
    if count == 1, let comparison = comparison(first.card) { answer += "; \(comparison)" }
    return Section(
      number: 11, title: title, question: question, answer: answer + ".",
      blocks: result.models.flatMap { blocks(of: $0) })
  }

  /// The default model's error out of sample beside its challenger's, where the card has both.
  private func comparison(_ card: ModelCard) -> String? {
    func score(_ model: String) -> Double? {
      card.scores.first {
        $0.model == model && $0.metric == "rmse_relative_to_random_walk" && $0.subject == "all loan types"
          && $0.window == "all"
      }?.value
    }
    let chosen = card.scores.map(\.model).distinct.first {
      card.defaultModel.hasPrefix($0) || card.defaultModel.lowercased().hasPrefix(Self.words($0).lowercased())
    }
    let ratio = Measure(factor: 1, decimals: 2, unit: "")
    guard let chosen, let own = score(chosen) else { return nil }
    let challenger = chosen == "linear" ? nil : score("linear").map { ", the linear challenger's \(ratio.number($0))" }
    return "out of sample the error of the default (\(Self.words(chosen))) is \(ratio.number(own)) of a random walk's"
      + (challenger ?? "")
  }

  private func blocks(of model: StressTestResult.Model) -> [Block] {
    let card = model.card
    var blocks: [Block] = [
      .heading(card.name),
      .table(
        Table(
          "Model card: \(card.name)", [.text("What"), .text("Answer")],
          [
            ["Purpose", card.purpose], ["Architecture", card.architecture],
            ["Fitted on", card.data.joined(separator: "; ")], ["Window", card.window],
            ["Sample size", Measure.count.number(Double(card.sampleSize))], ["Default, and why", card.defaultModel],
            ["Weights", model.file], ["SHA-256 of the weights", model.hash],
          ])),
    ]
    blocks += scoreTables(card).map { .table($0) }
    if !card.scores.isEmpty {
      blocks.append(
        .paragraph([
          "Walk-forward: each model is fitted on what was known at an origin and judged on what came after, given the "
            + "economy that came.",
          "Below 1.00 in a figure relative to a random walk, a model beats the last known rate.",
          "In brackets: 90 % intervals, clustered by origin.",
        ]))
    }
    if !card.limits.isEmpty {
      blocks.append(.paragraph(["Limits of this model:"]))
      blocks.append(.list(card.limits))
    }
    return blocks
  }

  /// One table per metric and test window: what was judged by model.
  private func scoreTables(_ card: ModelCard) -> [Table] {
    struct Slice: Equatable {
      var metric: String
      var unit: String
      var window: String
    }
    var slices: [Slice] = []
    for score in card.scores {
      let slice = Slice(metric: score.metric, unit: score.unit, window: score.window)
      if !slices.contains(slice) { slices.append(slice) }
    }
    return slices.map { slice in
      let scores = card.scores.filter {
        $0.metric == slice.metric && $0.unit == slice.unit && $0.window == slice.window
      }
      let subjects = scores.map(\.subject).distinct
      let models = scores.map(\.model).distinct
      let measure =
        slice.unit == "fraction"
        ? (slice.metric.hasPrefix("coverage") ? Measure.percent : .finePercent)
        : Measure(factor: 1, decimals: 2, unit: slice.unit)
      return Table(
        "Walk-forward test, \(Self.words(slice.metric)), \(slice.window == "all" ? "all test quarters" : slice.window)",
        [.text("Loan type")] + models.map { .number(Self.words($0), measure.unit) },
        subjects.map { subject in
          [name(ofSubject: subject)]
            + models.map { model in
              guard let score = scores.first(where: { $0.subject == subject && $0.model == model }) else {
                return Self.notComputed
              }
              guard let lower = score.lower, let upper = score.upper else { return measure.number(score.value) }
              return "\(measure.number(score.value)) (\(measure.interval(lower, upper, error: nil)))"
            }
        })
    }
  }

  private func name(ofSubject subject: String) -> String {
    loanTypes.first { $0.id == subject }?.name ?? Self.words(subject)
  }

  static func words(_ key: String) -> String {
    switch key {
    case "lstm": "LSTM"
    case "rmse": "root mean square error"
    case "rmse_relative_to_random_walk": "root mean square error relative to a random walk"
    case "coverage_90": "share of outcomes inside the 90 % interval"
    case "random_walk": "random walk"
    default: key.split(separator: "_").joined(separator: " ")
    }
  }
}

extension Array where Element: Equatable {
  /// Without repetitions, in the order of first appearance.
  fileprivate var distinct: [Element] {
    var seen: [Element] = []
    for element in self where !seen.contains(element) { seen.append(element) }
    return seen
  }
}
