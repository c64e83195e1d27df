import StressTesting

extension ResultReader {
  private static let models = [("autoencoder", "Autoencoder"), ("pca", "Principal components")]
  private static let measures = [
    ("reconstruction_error", "Reconstruction error"), ("mahalanobis_distance", "Mahalanobis distance"),
  ]
  private static let crises = ["1990", "2001", "2008", "2020"]

  /// The end of § 2: whether anything like the central path has been seen before. Empty where no model was asked.
  func plausibility() -> [Block] {
    guard let windows = value(system, "plausibility", "history_windows") else { return [] }
    let standard =
      Self.models.first { value(system, "plausibility", "default", variant: $0.0) != nil } ?? Self.models[1]
    let futures = value(system, "plausibility", "futures") ?? 0
    return [
      .heading("Has anything like this path been seen before?"),
      .paragraph([
        plausibilityAnswer(by: standard, windows),
        "Compared are the path's first 13 quarters, all variables together on stationary scales, with "
          + "\(Measure.count.number(windows)) windows of history of the same length"
          + (futures > 0 ? " and with \(Measure.count.number(futures)) of this run's own futures." : "."),
        "Reconstruction error: how far the path strays from the patterns of history. Mahalanobis distance: how far it goes "
          + "along them.",
        "Ranks, no probabilities: the windows overlap, and each was ranked by a model that had seen none of its quarters. "
          + "The default is \(standard.1.loweredForSentence); § 11 says why.",
      ]),
      .table(plausibilityTable(windows, futures)),
    ] + (crisisMap(standard).map { [.figure($0)] } ?? [])
  }

  private func plausibilityAnswer(by model: (id: String, name: String), _ windows: Double) -> String {
    let parts = Self.measures.compactMap { measure, name -> String? in
      let item = "plausibility_\(measure)"
      guard let rank = value(system, item, "history_rank", variant: model.id) else { return nil }
      if value(system, item, "beyond_history", variant: model.id) == 1 {
        return "by \(name) it lies beyond all \(Measure.count.number(windows)) windows of history"
      }
      if rank == 0 { return "by \(name) no window of history is less unusual" }
      return "by \(name) it is more unusual than \(Measure(factor: 100, decimals: 0, unit: "%").text(rank)) of history"
    }
    guard !parts.isEmpty else { return "The path could not be ranked." }
    let text = parts.joined(separator: "; ") + "."
    return "Judged by \(model.name.loweredForSentence), "
      + text.replacing("by Reconstruction", with: "by reconstruction")
  }

  private func plausibilityTable(_ windows: Double, _ futures: Double) -> Table {
    let share = Measure(factor: 100, decimals: 0, unit: "%"), plain = Measure(factor: 1, decimals: 2, unit: "")
    let crises = Self.crises.filter { crisis in
      Self.models.contains {
        value(system, "plausibility_reconstruction_error", "crisis_\(crisis)", variant: $0.0) != nil
      }
    }
    return Table(
      "How unlike history the central path is, in standard deviations, and the share of windows of history and of "
        + "simulated futures that are less unusual",
      [
        .text("Model and measure"), .number("Central path"), .number("Highest in history"),
        .number("Rank in history", "%"), .number("Rank among futures", "%"), .number("Futures beyond history", "%"),
      ] + crises.map { .number("Crisis of \($0), and its rank in history") },
      Self.models.flatMap { model, name in
        Self.measures.map { measure, title in
          let item = "plausibility_\(measure)"
          func found(_ statistic: String) -> StressTestResult.Row? { row(system, item, statistic, variant: model) }
          let isBeyond = found("beyond_history")?.value == 1
          return [
            "\(name): \(title == Self.measures[0].1 ? title.loweredForSentence : title)", cell(found("central"), plain),
            cell(found("history_highest"), plain),
            cell(found("history_rank"), share) + (isBeyond ? " (beyond all)" : ""),
            cell(found("futures_rank"), share), cell(found("futures_beyond_history"), share),
          ]
            + crises.map {
              "\(cell(found("crisis_\($0)"), plain)) (\(found("crisis_\($0)_rank")?.value.map { share.text($0) } ?? Self.notComputed))"
            }
        }
      })
  }

  // MARK: Map

  private func mapPoint(_ variant: String?, quarter: String? = nil) -> PointMap.Point? {
    guard let x = value(system, "plausibility_map", "x", quarter: quarter, variant: variant),
      let y = value(system, "plausibility_map", "y", quarter: quarter, variant: variant)
    else { return nil }
    return (x, y)
  }

  private func axisTitle(_ axis: String, _ direction: String) -> String {
    let names = result.rows.filter { $0.item == "plausibility_map" && $0.statistic == "\(axis)_correlation" }
      .prefix(2).compactMap { row in
        row.variant.map { "\((row.value ?? 0) < 0 ? "lower" : "higher") \($0.loweredForSentence)" }
      }
    return names.isEmpty ? direction : "\(direction): \(names.joined(separator: ", "))"
  }

  private func crisisMap(_ model: (id: String, name: String)) -> Figure? {
    guard let own = mapPoint("scenario") else { return nil }
    let quarters = quarters(of: system, "plausibility_map", "x")
    let crises = Self.crises.compactMap { name in mapPoint(name).map { (name: name, point: $0) } }
    let futures = (0..<1000).lazy.map { mapPoint("future \($0)") }.prefix { $0 != nil }.compactMap { $0 }
    let nearest = crises.min { distance($0.point, own) < distance($1.point, own) }
    var finding = "The scenario among windows of history"
    if let nearest { finding += ": of the crises, that of \(nearest.name) lies nearest" }
    let map = PointMap(
      title: finding,
      description:
        "Each point is a window of 13 quarters in the two directions in which windows of history differ most, by "
        + "\(model.name.loweredForSentence), in standard deviations. Grey dots joined by a line: windows of history in the "
        + "order of their start. Diamonds: the windows that start after a peak of the business cycle.",
      xTitle: axisTitle("x", "To the right"), yTitle: axisTitle("y", "Upwards"),
      trace: quarters.compactMap { mapPoint(nil, quarter: $0) }, traceName: "windows of history",
      cloud: Array(futures), cloudName: "simulated futures",
      named: [.init(name: "This scenario", point: own, mark: .dot)]
        + crises.map { .init(name: $0.name, point: $0.point, mark: .diamond) },
      legend: [(.dot, "central path"), (.diamond, "crises")])
    return Figure("crisis-map", finding, [map.drawing()], [mapTable(own, crises, quarters)])
  }

  private func distance(_ a: PointMap.Point, _ b: PointMap.Point) -> Double {
    (a.x - b.x) * (a.x - b.x) + (a.y - b.y) * (a.y - b.y)
  }

  private func mapTable(
    _ own: PointMap.Point, _ crises: [(name: String, point: PointMap.Point)], _ quarters: [String]
  ) -> Table {
    let plain = Measure(factor: 1, decimals: 2, unit: "")
    func line(_ name: String, _ point: PointMap.Point) -> [String] {
      [name, plain.number(point.x), plain.number(point.y)]
    }
    return Table(
      "Places on the map: the scenario, the crises, and every window of history by its first quarter",
      [.text("Window"), .number("To the right", "standard deviations"), .number("Upwards", "standard deviations")],
      [line("This scenario", own)] + crises.map { line("Crisis of \($0.name)", $0.point) }
        + quarters.compactMap { quarter in mapPoint(nil, quarter: quarter).map { line(quarter, $0) } })
  }
}
