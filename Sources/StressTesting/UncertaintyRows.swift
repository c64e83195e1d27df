import RiskMeasures

/// Where the spread of the system's losses comes from: the economy, the networks' parameters, the models' error.
///
/// A second run over the first `pathCount` paths draws the same economies and the same ensemble members, but no model
/// error. With X the loss in that run, Y with model error, and m the ensemble member,
///
///     macro      = √ E[Var(X | m)]          pooled over the members
///     parameters = √ (Var(E[X | m]) − noise)  the noise of the members' means taken off
///     model      = √ (Var(Y) − Var(X))
///
/// A difference that is not positive is lost in Monte Carlo noise and has no value. The members stand for parameter error
/// as far as they differ; what all of them have in common is not seen.
struct UncertaintyRows {
  static let pathCount = 16_384

  /// The ensemble member of each path, and how many there are.
  let memberOfPath: @Sendable (Int) -> Int
  let memberCount: Int

  func spreads(with full: [Float], without partial: [Float]) -> [StressTestResult.Row] {
    let groups = byMember(partial)
    let within = groups.map(Self.variance)
    let sizes = groups.map { Double($0.count) }
    let macro = zip(within, sizes).reduce(0) { $0 + $1.0 * $1.1 } / sizes.reduce(0, +)
    let noise = zip(within, sizes).reduce(0) { $0 + $1.0 / $1.1 } / Double(groups.count)
    let parameters = Self.variance(groups.map(Self.mean)) - noise
    let total = Self.variance(full)
    let model = total - Self.variance(partial)
    return [("all", total), ("macro", macro), ("parameters", parameters), ("model", model)].map { name, variance in
      let spread = variance >= 0 ? variance.squareRoot() : nil
      return StressTestResult.Row(
        entity: PathPipeline.systemEntity, item: "uncertainty", statistic: name, value: spread, unit: "millions",
        // The error of a standard deviation of a nearly normal sample.
        standardError: spread.map { $0 / (2 * Double(full.count)).squareRoot() })
    }
  }

  /// How far a figure differs between the members, their own Monte Carlo noise taken off; `nil` when the noise is all.
  func parameterErrors(of statistics: [Statistic], in column: [Float]) -> [Double?] {
    let groups = byMember(column)
    guard groups.count >= 2, groups.allSatisfy({ $0.count >= 2 }) else { return statistics.map { _ in nil } }
    let samples = groups.map { SortedSample(sorting: $0) }
    return statistics.map { statistic in
      let estimates = samples.map { statistic.estimate(from: $0) }
      let errors = estimates.compactMap(\.standardError)
      guard errors.count == estimates.count else { return nil }
      let noise = errors.reduce(0) { $0 + $1 * $1 } / Double(errors.count)
      let variance = Self.variance(estimates.map(\.value)) - noise
      return variance > 0 ? variance.squareRoot() : nil
    }
  }

  private func byMember(_ column: [Float]) -> [[Float]] {
    var groups = [[Float]](repeating: [], count: memberCount)
    for (path, value) in column.enumerated() { groups[memberOfPath(path)].append(value) }
    return groups.filter { !$0.isEmpty }
  }

  private static func mean(_ values: [Float]) -> Double { values.reduce(0) { $0 + Double($1) } / Double(values.count) }

  private static func variance(_ values: [Float]) -> Double { variance(values.map { Double($0) }) }

  private static func variance(_ values: [Double]) -> Double {
    guard values.count >= 2 else { return 0 }
    let mean = values.reduce(0, +) / Double(values.count)
    return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)
  }
}
