public import MacroScenarios
public import NeuralNetworks

/// Why a path is unusual: what each factor in each quarter adds to the squared Mahalanobis distance of its code, from the
/// mean of history on. Integrated gradients; for principal components the distance is quadratic and they are exact.
extension PlausibilityModel {
  /// - Parameters:
  ///   - path: `[quarter][factor]`, natural values, as for `assess`.
  ///   - history: as known at the jump-off.
  /// - Returns: a table for each kind of model, the default's first; none when part of the path cannot be read.
  /// - Throws: `IncompleteAttribution` when the attributions do not add up.
  public func explain(
    path: [Double], history: QuarterlyTable
  ) throws(IncompleteAttribution) -> [AttributionTable] {
    let window = window(of: path, after: history)
    guard !window.isKnown.contains(false) else { return [] }
    let first = history.lastQuarter.advanced(
      by: 1 - max(0, HistorySample.windowLength - path.count / scale.factors.count))
    let tables = [
      try table(autoencoder, .autoencoder, window, from: first), try table(pca, .pca, window, from: first),
    ]
    return defaultKind == .autoencoder ? tables : tables.reversed()
  }

  private func table<Model>(
    _ family: ModelFamily<Model>, _ kind: PlausibilityModelKind, _ window: MaskedGrid, from first: Quarter
  ) throws(IncompleteAttribution) -> AttributionTable {
    let attribution = try IntegratedGradients.attributions(
      from: [Double](repeating: 0, count: window.values.count), to: window.values
    ) { points in
      family.crossFit.evaluation(at: points.map { MaskedGrid($0, factorCount: window.factorCount) })
    }[0]
    return AttributionTable(
      subject: "plausibility_\(kind.rawValue)",
      title: "Squared Mahalanobis distance from history, "
        + (kind == .pca ? "principal components" : "autoencoder") + ", mean of the ten fits",
      unit: "ratio", baseline: "the mean of history",
      columns: (0..<HistorySample.windowLength).map { "\(first.advanced(by: $0))" },
      names: scale.factors.indices.map { (scale.factors[$0].id, scale.title(of: $0)) }, attribution)
  }
}

extension CrossFit {
  /// Mean over the members of the squared distance, and its gradient by the cells of complete windows.
  func evaluation(at windows: [MaskedGrid]) -> IntegratedGradients.Evaluation {
    var values = windows.map { _ in [0.0] }
    var gradients = windows.map { [[Double](repeating: 0, count: $0.values.count)] }
    let share = 1 / Double(members.count)
    for member in members {
      let codes = member.model.read(windows).map(\.code)
      let slopes = member.model.codeGradients(at: windows, weights: codes.map(member.law.squaredDistanceGradient))
      for row in windows.indices {
        let distance = member.law.distance(codes[row])
        values[row][0] += share * distance * distance
        for cell in slopes[row].indices { gradients[row][0][cell] += share * slopes[row][cell] }
      }
    }
    return .init(values: values, gradients: gradients)
  }
}
