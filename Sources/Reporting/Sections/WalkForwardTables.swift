import NeuralNetworks

/// The tables of a card whose test tried many models: first the one that is used beside its challenger, then a row for
/// each model tried.
struct WalkForwardTables {
  private static let relative = "rmse_relative_to_random_walk"
  private static let difference = "rmse_relative_less_linear"
  private static let overall = "all loan types"
  /// The metrics told here, which need no table of their own.
  static let metrics = [
    "rmse", relative, difference, "coverage_90", "network_share", "diebold_mariano_against_linear",
    "diebold_mariano_p_value",
  ]

  private let scores: [ModelCard.Score]
  private let used: String
  private let challenger: String
  private let name: (String) -> String

  /// - Parameter name: of a score's subject, for a reader.
  /// - Returns: `nil` for a card without such a test.
  init?(_ card: ModelCard, name: @escaping (String) -> String) {
    guard let headline = card.headline, headline.metric == Self.relative,
      card.scores.contains(where: { $0.metric == "network_share" })
    else { return nil }
    scores = card.scores
    used = headline.model
    challenger = headline.challenger
    self.name = name
  }

  var tables: [Table] { [comparison, everyModel] }

  private func find(_ metric: String, _ model: String, _ subject: String, window: String = "all") -> ModelCard.Score? {
    scores.first { $0.metric == metric && $0.model == model && $0.subject == subject && $0.window == window }
  }

  private func text(_ score: ModelCard.Score?, _ measure: Measure) -> String {
    guard let score else { return ResultReader.notComputed }
    guard let lower = score.lower, let upper = score.upper else { return measure.number(score.value) }
    return "\(measure.number(score.value)) (\(measure.interval(lower, upper, error: nil)))"
  }

  private static let ratio = Measure(factor: 1, decimals: 2, unit: "")

  /// A row a loan type: the default, its challenger, and what tells them apart.
  private var comparison: Table {
    let tested = scores.filter { $0.metric == "diebold_mariano_against_linear" }.map(\.model)
    let network = tested.first { $0 != used }
    func test(_ model: String?, _ subject: String) -> String {
      guard let model, let statistic = find("diebold_mariano_against_linear", model, subject),
        let probability = find("diebold_mariano_p_value", model, subject)
      else { return ResultReader.notComputed }
      return "\(Self.ratio.number(statistic.value)) (\(Measure.plain.number(probability.value)))"
    }
    let subjects = scores.filter { $0.metric == "coverage_90" }.map(\.subject)
    let rows = subjects.map { subject in
      let isOverall = subject == Self.overall
      let metric = isOverall ? Self.relative : "rmse"
      let measure = isOverall ? Self.ratio : .finePercent
      return [
        isOverall ? "All, relative to a random walk" : name(subject), text(find(metric, used, subject), measure),
        text(find(metric, challenger, subject), measure), test(used, subject), test(network, subject),
        isOverall ? "" : text(find("network_share", used, subject), .percent),
        text(find("coverage_90", used, subject), .percent),
      ]
    }
    return Table(
      "The default beside its challenger: root mean square error out of sample",
      [
        .text("Loan type"), .number("Default, chosen at each origin", "%"), .number("Linear challenger", "%"),
        .number("Default against challenger, t (p)"), .number("Network alone against challenger, t (p)"),
        .number("Network's share today", "%"), .number("Outcomes inside the 90 % interval", "%"),
      ], rows)
  }

  /// A row a model.
  private var everyModel: Table {
    let errors = scores.filter { $0.metric == "rmse" && $0.window == "all" }
    var subjects: [String] = []
    for score in errors where !subjects.contains(score.subject) { subjects.append(score.subject) }
    var models: [String] = []
    for score in scores where score.metric == Self.relative && !models.contains(score.model) {
      models.append(score.model)
    }
    let windows = scores.filter { $0.metric == Self.relative }.map(\.window)
    let short = windows.first { $0 != "all" }
    return Table(
      "Every model tried: root mean square error out of sample, % of the loans a year, and relative to a random walk",
      [.text("Model")] + subjects.map { .number(name($0), "%") } + [
        .number("Relative"), .number("Less the linear challenger's"),
        .number("Relative, \(short ?? "other quarters")"),
      ],
      models.map { model in
        [ModelPage.words(model)] + subjects.map { text(withoutInterval(find("rmse", model, $0)), .finePercent) } + [
          text(find(Self.relative, model, Self.overall), Self.ratio),
          text(find(Self.difference, model, Self.overall), Self.ratio),
          text(short.flatMap { find(Self.relative, model, Self.overall, window: $0) }, Self.ratio),
        ]
      })
  }

  private func withoutInterval(_ score: ModelCard.Score?) -> ModelCard.Score? {
    var score = score
    score?.lower = nil
    return score
  }
}
