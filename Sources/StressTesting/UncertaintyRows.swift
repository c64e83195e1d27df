import RiskMeasures

/// Where the spread of the system's losses comes from: the economy, the networks' parameters, the models' error.
///
/// The first `pathCount` paths are told twice, with the same economies and the same ensemble members: as they are, and
/// without model error. With X the loss without it, Y with model error, and m the ensemble member,
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
  var dependence = Dependence.none

  /// Each spread with its Monte Carlo error. Of a variance it is the error of the mean of what each path adds to it, members
  /// taken as strata because each has its share of the paths; of the variance between members, that of their means:
  ///
  ///     SE² = Σᵢ (dᵢ − d̄ₘ)² / (n (n − M)),        d = (y − ȳ)², (x − x̄ₘ)², (y − ȳ)² − (x − x̄)²
  ///     SE² = Σₘ (4 (x̄ₘ − x̄)² sₘ²/nₘ + 2 (sₘ²/nₘ)²) / (M − 1)²
  ///
  /// and the error of its root is SE / (2 · spread). Paths that are too few for a figure or its error leave it without.
  func spreads(with full: [Float], without partial: [Float]) -> [StressTestResult.Row] {
    precondition(full.count == partial.count, "\(full.count) paths with model error, \(partial.count) without")
    let groups = byMember(partial), count = Double(groups.count)
    let within = groups.map(Self.variance), means = groups.map(Self.mean)
    let noises = zip(within, groups).map { $0 / Double($1.count) }
    let fullMean = Self.mean(full), partialMean = Self.mean(partial), membersMean = means.reduce(0, +) / count
    let meanOfMember = byAnyMember(partial).map { $0.isEmpty ? 0 : Self.mean($0) }

    func square(_ value: Float, about mean: Double) -> Double { (Double(value) - mean) * (Double(value) - mean) }
    let all = full.map { square($0, about: fullMean) }
    let macro = partial.indices.map { square(partial[$0], about: meanOfMember[memberOfPath($0)]) }
    let model = zip(all, partial).map { $0 - square($1, about: partialMean) }
    let pooled = zip(within, groups).reduce(0) { $0 + $1.0 * Double($1.1.count) } / Double(partial.count)
    let (between, betweenError) =
      dependence == .none
      ? (
        Self.variance(means) - noises.reduce(0, +) / count,
        zip(means, noises).reduce(0) { $0 + 4 * ($1.0 - membersMean) * ($1.0 - membersMean) * $1.1 + 2 * $1.1 * $1.1 }
          .squareRoot() / (count - 1)
      ) : betweenMembers(partial, meanOfMember)
    return [
      row("all", Self.variance(full), stratifiedError(all), hasEnough: full.count >= 2),
      row("macro", pooled, stratifiedError(macro), hasEnough: groups.allSatisfy { $0.count >= 2 }),
      row("parameters", between, betweenError, hasEnough: groups.count >= 2 && groups.allSatisfy { $0.count >= 2 }),
      row(
        "model", Self.variance(full) - Self.variance(partial), stratifiedError(model), hasEnough: full.count >= 2),
    ]
  }

  /// The variance between the members' means and its error where paths depend on one another, so that the noise of one
  /// mean is not that of another: with D the distance of a member's mean from their mean and v its variance, both from the
  /// groups' totals,
  ///
  ///     σ² = Σ (D² − v) / (M − 1),        SE² = Var(Σ 2 D D̂) / (M − 1)² + 2 Σ v² / (M − 1)²
  private func betweenMembers(_ values: [Float], _ meanOfMember: [Double]) -> (Double, Double) {
    var counts = [Double](repeating: 0, count: memberCount)
    for path in values.indices { counts[memberOfPath(path)] += 1 }
    let members = counts.indices.filter { counts[$0] > 0 }, count = Double(members.count), n = Double(values.count)
    let mean = members.reduce(0) { $0 + meanOfMember[$1] } / count
    /// What a path adds to the distance of that member's mean, times the number of paths.
    func influence(_ path: Int, on member: Int) -> Double {
      let own = memberOfPath(path), distance = Double(values[path]) - meanOfMember[own]
      return n / counts[own] * distance * ((own == member ? 1 : 0) - 1 / count)
    }
    let noises = members.map { member in
      dependence.standardError(ofMean: values.indices.map { influence($0, on: member) }).map { $0 * $0 } ?? 0
    }
    let distances = members.map { meanOfMember[$0] - mean }
    let together = dependence.standardError(
      ofMean: values.indices.map { path in
        zip(members, distances).reduce(0) { $0 + 2 * $1.1 * influence(path, on: $1.0) }
      })
    let variance = zip(distances, noises).reduce(0) { $0 + $1.0 * $1.0 - $1.1 } / (count - 1)
    let square = (together ?? 0) * (together ?? 0) + noises.reduce(0) { $0 + 2 * $1 * $1 }
    return (variance, square.squareRoot() / (count - 1))
  }

  private func row(_ name: String, _ variance: Double, _ error: Double?, hasEnough: Bool) -> StressTestResult.Row {
    let spread = hasEnough && variance >= 0 ? variance.squareRoot() : nil
    return StressTestResult.Row(
      entity: PathPipeline.systemEntity, item: "uncertainty", statistic: name, value: spread, unit: "millions",
      standardError: spread.flatMap { spread in
        error.flatMap { $0 == 0 ? 0 : spread > 0 ? $0 / (2 * spread) : nil }
      })
  }

  /// Standard error of a mean over paths of which each member has its share; `nil` with a path a member or fewer.
  ///
  /// Where paths depend on one another it is that of independent groups, in which the members have equal shares, unless
  /// that of independent paths is larger: squares rest on rare extremes, and groups that have met none agree.
  private func stratifiedError(_ values: [Double]) -> Double? {
    var sums = [Double](repeating: 0, count: memberCount), counts = sums
    for (path, value) in values.enumerated() {
      sums[memberOfPath(path)] += value
      counts[memberOfPath(path)] += 1
    }
    let spare = values.count - counts.count { $0 > 0 }
    guard spare > 0 else { return nil }
    let squares = values.enumerated().reduce(0) { total, path in
      let member = memberOfPath(path.offset)
      let distance = path.element - sums[member] / counts[member]
      return total + distance * distance
    }
    let independent = (squares / Double(spare) / Double(values.count)).squareRoot()
    guard dependence != .none else { return independent }
    let ofGroups = dependence.standardError(
      ofMean: values.enumerated().map { $1 - sums[memberOfPath($0)] / counts[memberOfPath($0)] })
    return ofGroups.map { max($0, independent) }
  }

  /// How far a figure differs between the members, their own Monte Carlo noise taken off; `nil` when the noise is all.
  func parameterErrors(of statistics: [Statistic], in column: [Float]) -> [Double?] {
    let groups = byMember(column)
    guard groups.count >= 2, groups.allSatisfy({ $0.count >= 2 }) else { return statistics.map { _ in nil } }
    let samples = members(of: column)
    return statistics.map { statistic in
      let estimates = samples.map { statistic.estimate(from: $0) }
      let errors = estimates.compactMap(\.standardError)
      guard errors.count == estimates.count else { return nil }
      let noise = errors.reduce(0) { $0 + $1 * $1 } / Double(errors.count)
      let variance = Self.variance(estimates.map(\.value)) - noise
      return variance > 0 ? variance.squareRoot() : nil
    }
  }

  /// Each member's paths.
  private func members(of column: [Float]) -> [PathSample] {
    var paths = [[Int]](repeating: [], count: memberCount)
    for path in column.indices { paths[memberOfPath(path)].append(path) }
    return paths.filter { !$0.isEmpty }.map { paths in
      PathSample(paths.map { column[$0] }, ofPaths: dependence == .none ? nil : paths, dependence)
    }
  }

  /// Of the members that have a path.
  private func byMember(_ column: [Float]) -> [[Float]] { byAnyMember(column).filter { !$0.isEmpty } }

  private func byAnyMember(_ column: [Float]) -> [[Float]] {
    var groups = [[Float]](repeating: [], count: memberCount)
    for (path, value) in column.enumerated() { groups[memberOfPath(path)].append(value) }
    return groups
  }

  private static func mean(_ values: [Float]) -> Double { values.reduce(0) { $0 + Double($1) } / Double(values.count) }

  private static func variance(_ values: [Float]) -> Double { variance(values.map { Double($0) }) }

  private static func variance(_ values: [Double]) -> Double {
    guard values.count >= 2 else { return 0 }
    let mean = values.reduce(0, +) / Double(values.count)
    return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)
  }
}
