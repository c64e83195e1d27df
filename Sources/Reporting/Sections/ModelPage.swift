import NeuralNetworks
import StressTesting

/// One fitted model: its card, its test, and what its answers rest on. The same blocks make the report's § 11 and what
/// `kentledge model card` prints.
struct ModelPage {
  let model: StressTestResult.Model
  /// Among the models of the report, from 0: keeps the names of figures apart.
  let index: Int
  /// What the subjects of scores are called, by id.
  let names: [String: String]
  let money: Measure

  var card: ModelCard { model.card }

  var blocks: [Block] {
    [.heading(card.name), .table(facts)] + limits + test + importance + dependence + explanations
  }

  private var facts: Table {
    var rows = [
      ["Purpose", card.purpose], ["Architecture", card.architecture], ["Fitted on", card.data.joined(separator: "; ")],
      ["Window", card.window], ["Sample size", Measure.count.number(Double(card.sampleSize))],
    ]
    if let training = card.training {
      rows.append(["Training", training.settings])
      rows.append(["Seeds", training.seeds.map(String.init).joined(separator: ", ")])
      rows.append(["Rebuilt by", training.command])
    }
    rows.append(["Default, and why", card.defaultModel])
    for (name, text) in [
      ("Challenger", card.challenger), ("Monitoring", card.monitoring), ("Owner", card.owner),
      ("Version", card.version),
    ] { if let text { rows.append([name, text]) } }
    rows += [["Weights", model.file], ["SHA-256 of the weights", model.hash]]
    return Table("Model card: \(card.name)", [.text("What"), .text("Answer")], rows)
  }

  private var limits: [Block] {
    card.limits.isEmpty ? [] : [.subheading("Limits"), .list(card.limits)]
  }

  // MARK: The test

  private var test: [Block] {
    guard !card.scores.isEmpty else { return [] }
    var blocks: [Block] = [.subheading("Out-of-sample test")]
    let walkForward = WalkForwardTables(card, name: name)
    let told = walkForward == nil ? [] : WalkForwardTables.metrics
    blocks += ((walkForward?.tables ?? []) + scoreTables(without: told)).map { .table($0) }
    var sentences: [String] = []
    if card.scores.contains(where: { $0.metric.contains("random_walk") }) {
      sentences = [
        "Walk-forward: each model is fitted on what was known at an origin and judged on what came after, given the "
          + "economy that came.",
        "Below 1.00 in a figure relative to a random walk, a model beats the last known rate.",
      ]
    }
    if walkForward != nil {
      sentences += [
        "A nested choice is made anew at each origin from outcomes known there; the single models below it are read off the "
          + "whole test, which flatters the best of them.",
        "t: Diebold and Mariano's statistic, one loss an origin, with the correction of Harvey, Leybourne and Newbold; above 0 "
          + "where the model beats the challenger; p is two-sided.",
      ]
    }
    blocks.append(.paragraph(sentences + ["In brackets, if not said otherwise: 90 % intervals."]))
    return blocks
  }

  /// One table per metric and test window: what was judged by model.
  private func scoreTables(without told: [String]) -> [Table] {
    struct Slice: Equatable {
      var metric: String
      var unit: String
      var window: String
    }
    let slices = card.scores.filter { !told.contains($0.metric) }.map {
      Slice(metric: $0.metric, unit: $0.unit, window: $0.window)
    }.distinct
    return slices.map { slice in
      let scores = card.scores.filter {
        $0.metric == slice.metric && $0.unit == slice.unit && $0.window == slice.window
      }
      let models = scores.map(\.model).distinct
      let measure = Self.measure(of: scores[0])
      return Table(
        "Test, \(Self.words(slice.metric)), \(slice.window == "all" ? "all test quarters" : slice.window)",
        [.text("Subject")] + models.map { .number(Self.words($0), measure.unit) },
        scores.map(\.subject).distinct.map { subject in
          [name(of: subject)]
            + models.map { model in
              guard let score = scores.first(where: { $0.subject == subject && $0.model == model }) else {
                return ResultReader.notComputed
              }
              guard let lower = score.lower, let upper = score.upper else { return measure.number(score.value) }
              return "\(measure.number(score.value)) (\(measure.interval(lower, upper, error: nil)))"
            }
        })
    }
  }

  private func name(of subject: String) -> String { names[subject] ?? Self.words(subject) }

  // MARK: What its answers rest on

  private var importance: [Block] {
    guard let all = card.importance, let first = all.first else { return [] }
    let models = all.map(\.model).distinct
    func find(_ driver: String, _ model: String) -> ModelCard.Importance? {
      all.first { $0.driver == driver && $0.model == model }
    }
    let drivers = all.filter { $0.model == first.model }
    let largest = all.map { max(abs($0.value), abs($0.lower ?? 0), abs($0.upper ?? 0)) }.max() ?? 0
    // Two digits of what is to be told apart.
    let measure = Measure(
      factor: 1, decimals: largest >= 0.2 ? 2 : largest >= 0.02 ? 3 : 4,
      unit: ["ratio", "fraction"].contains(first.unit) ? "" : first.unit)
    let isRise = ["rise", "loss", "lost", "fall"].contains { first.metric.contains($0) }
    let rise = (isRise ? "" : "rise of the ") + Self.words(first.metric)
    let title =
      "What the accuracy rests on: \(rise) when a driver is taken from elsewhere; largest is "
      + first.title.loweredForSentence
    let marks: [Shapes.Mark] = [.dot, .diamond, .ring]
    let chart = DotRows(
      title: title,
      description:
        "For each driver, by how much the error out of sample rises when what a model reads of it comes from "
        + "another case: a dot for \(Self.words(first.model)), a diamond for the model beside it. The line spans the 90 % "
        + "interval of the first.",
      axisTitle: rise, measure: measure, names: drivers.map(\.title),
      series: models.prefix(marks.count).enumerated().map { place, model in
        .init(name: Self.words(model), mark: marks[place], values: drivers.map { find($0.driver, model)?.value })
      },
      ranges: drivers.map { driver in
        driver.lower.flatMap { lower in driver.upper.map { (lower: lower, upper: $0) } }
      }, startsAtZero: true)
    let table = Table(
      "Permutation importance", [.text("Driver")] + models.map { .number(Self.words($0), measure.unit) },
      drivers.map { driver in
        [driver.title]
          + models.map { model in
            guard let found = find(driver.driver, model) else { return ResultReader.notComputed }
            guard let lower = found.lower, let upper = found.upper else { return measure.signed(found.value) }
            return "\(measure.signed(found.value)) (\(measure.signed(lower)) to \(measure.signed(upper)))"
          }
      })
    return [
      .subheading("What its accuracy rests on"),
      .paragraph([
        "Permutation importance out of sample: what a model reads of a driver comes from another case, all of its quarters or "
          + "months together, so that nothing within them is torn apart.",
        "An interval that holds 0 says that the test cannot tell whether the driver is needed.",
      ]),
      .figure(Figure(figureName("importance"), title, [chart.drawing()], [table])),
    ]
  }

  private func figureName(_ name: String) -> String { index == 0 ? "model-\(name)" : "model-\(index + 1)-\(name)" }

  private var dependence: [Block] {
    guard let all = card.dependence, let first = all.first?.curves.first else { return [] }
    let models = (all.first?.curves ?? []).filter { $0.subject == first.subject }.map(\.model)
    let styles = ["curve-1", "curve-2", "curve-3"]
    let looks = ["dashed", "solid", "dotted"]
    let key = zip(models, looks).map { "\($1): \(Self.words($0))" }.joined(separator: ", ")
    let title = "How the answer bends with each driver, all else as it was (\(key))"
    let panels = all.map { driver in
      let grid = Self.measure(unit: driver.unit)
      let answer = Self.measure(unit: first.unit)
      let own = driver.curves.filter { $0.subject == first.subject }
      return CurvePanel(
        title: driver.title, description: "Mean answer for \(Self.words(first.subject)) with the driver held. \(key).",
        heading: Self.heading(driver.title, grid.unit), gridMeasure: grid, measure: answer,
        grid: driver.grid, curves: zip(own, styles).map { .init(values: $0.values, style: $1) }
      ).drawing()
    }
    return [
      .subheading("How it bends, beside its challenger"),
      .paragraph([
        "Partial dependence: the mean answer over the windows of history when one driver is held at a value and all others "
          + "go as they went.",
        "On the left axis: the answer for \(Self.words(first.subject))\(first.unit == "fraction" ? ", %" : "").",
      ]),
      .figure(Figure(figureName("dependence"), title, panels, all.map(dependenceTable))),
    ]
  }

  /// Short enough for a panel: `House price index, % a year` for its growth.
  private static func heading(_ title: String, _ unit: String) -> String {
    let growth = ", growth a year"
    guard !unit.isEmpty else { return title }
    return title.hasSuffix(growth) ? "\(title.dropLast(growth.count)), \(unit) a year" : "\(title), \(unit)"
  }

  private func dependenceTable(_ driver: PartialDependence) -> Table {
    let grid = Self.measure(unit: driver.unit)
    let range = "\(grid.number(driver.sampleMinimum)) to \(grid.text(driver.sampleMaximum))"
    return Table(
      "\(driver.title): mean answer by value held (history: \(range))",
      [.number("Held at", grid.unit)]
        + driver.curves.map {
          .number("\(name(of: $0.subject)), \(Self.words($0.model))", Self.measure(unit: $0.unit).unit)
        },
      driver.grid.indices.map { place in
        [grid.number(driver.grid[place])]
          + driver.curves.map { Self.measure(unit: $0.unit).number($0.values[place]) }
      })
  }

  private var explanations: [Block] {
    guard let tables = model.explanations, let first = tables.first else { return [] }
    return [
      .subheading("Why this run's answer is what it is"),
      .paragraph(
        [
          "Integrated gradients along the straight line from \(first.baseline) to what is explained: what each column of each "
            + "row adds to the answer.",
          "The figures of a map add up to the whole change, but for the gap that is stated.",
        ]
          + (first.columns.first?.contains("Q") == true
            ? ["A feature's share goes back to the factors and quarters it is made from, by the chain rule."] : [])),
    ] + tables.map { .figure(ExplanationFigure(table: $0, money: money, prefix: figureName("explained")).figure) }
  }

  // MARK: Words

  static func measure(of score: ModelCard.Score) -> Measure {
    if score.unit == "fraction" { return score.metric.hasPrefix("coverage") ? .percent : .finePercent }
    return Measure(factor: 1, decimals: 2, unit: ["ratio", "count"].contains(score.unit) ? "" : score.unit)
  }

  static func measure(unit: String) -> Measure {
    switch unit {
    case "fraction": .finePercent
    case "index": Measure(factor: 1, decimals: 1, unit: "")
    default: Measure(factor: 1, decimals: 2, unit: unit == "ratio" ? "" : unit)
    }
  }

  private static let abbreviations: Set = [
    "LSTM", "CNN", "PCA", "RMSE", "AUC", "GDP", "CPI", "BBB", "VIX", "CRE", "KS",
  ]

  static func words(_ key: String) -> String {
    switch key {
    case "lstm": "LSTM"
    case "rmse": "root mean square error"
    case "rmse_relative_to_random_walk": "root mean square error relative to a random walk"
    case "rise_of_rmse_relative_to_random_walk": "rise of the root mean square error relative to a random walk"
    case "rmse_relative_less_linear": "relative error less the linear challenger's"
    case "coverage_90": "share of outcomes inside the 90 % interval"
    case "random_walk": "random walk"
    case "pca": "PCA"
    case "pca_bridged": "PCA, residual bridged"
    case "autoencoder_bridged": "autoencoder, residual bridged"
    case "reconstruction_rmse": "root mean square error of windows rebuilt"
    case "reconstruction_rmse_less_pca": "the same less PCA's"
    case "rmse_relative_to_interpolation": "root mean square error of hidden values relative to interpolation"
    case "rmse_single_values_relative_to_interpolation":
      "root mean square error of single hidden values relative to interpolation"
    case "auc": "area under the ROC curve"
    default:
      key.split(separator: "_").map { abbreviations.contains($0.uppercased()) ? $0.uppercased() : String($0) }
        .joined(separator: " ")
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
