import NeuralNetworks
import Stochastics

/// What the loss-rate models' accuracy out of sample rests on: by how much their walk-forward error over nine quarters
/// rises when everything they read of one observable comes from another origin.
///
/// An origin's quarters stay together, the eight that lead in and the nine projected, and so do the features made from
/// one observable: each origin takes that block from every other origin once. The networks are those fitted at each
/// origin on nothing later, never the final ones; which parts, and how much of each, is the final choice.
struct LossRateImportance {
  /// Quarters projected; origins with fewer behind them are left out.
  static let quarters = 9
  static let metric = "rise_of_rmse_relative_to_random_walk"

  /// Squared errors of one model: `[origin][observable or none][source origin][series]`.
  private struct Errors {
    var values: [[[[Double]]]]
  }

  private let cases: [WalkForward.Case]
  private let randomWalk: [[Double]]
  private let models: [(name: String, errors: Errors)]

  /// - Parameters:
  ///   - networks: per origin, the ensemble fitted there.
  ///   - shares: of the network in the model that is used, `[series]`.
  ///   - linear: of the other part of that model.
  ///   - names: of the model that is used and of the challenger.
  init(
    _ cases: [WalkForward.Case], networks: [[LossRateNetwork]], shares: [Double],
    linear specification: LinearSpecification = .init(), names: (used: String, linear: String)
  ) {
    let eligible = cases.indices.filter { cases[$0].future.count >= Self.quarters }
    self.cases = eligible.map { cases[$0] }
    let chosen = self.cases
    randomWalk = chosen.map { Self.squaredErrors([[Double]](repeating: $0.start, count: Self.quarters), $0) }
    var used = Errors(values: [])
    var linear = Errors(values: [])
    for (place, origin) in eligible.enumerated() {
      let windows = Self.windows(place, chosen)
      let challenger = LinearChallenger(fittedTo: chosen[place].sample, normalisation: chosen[place].normalisation)
      let part = LinearChallenger(
        fittedTo: chosen[place].sample, normalisation: chosen[place].normalisation, specification)
      let byLinear = windows.map { challenger.project($0.future, from: chosen[place].start) }
      let byPart = windows.map { part.project($0.future, from: chosen[place].start) }
      let byNetwork = LossRateNetwork.means(of: networks[origin], over: windows)
      let byUsed = zip(byPart, byNetwork).map { linear, network in
        zip(linear, network).map { NestedSelection.combine($0, $1, shares: shares) }
      }
      used.values.append(Self.grouped(byUsed.map { Self.squaredErrors($0, chosen[place]) }, origins: chosen.count))
      linear.values.append(Self.grouped(byLinear.map { Self.squaredErrors($0, chosen[place]) }, origins: chosen.count))
    }
    models = [(names.used, used), (names.linear, linear)]
  }

  /// For each observable and each origin, the case's own window with that observable's features from that origin.
  private static func windows(
    _ place: Int, _ cases: [WalkForward.Case]
  ) -> [(prefix: [[Double]], future: [[Double]])] {
    let test = cases[place]
    let own = (prefix: test.prefix, future: Array(test.future.prefix(quarters)))
    return MacroFeature.Observable.allCases.flatMap { observable in
      cases.enumerated().map { number, source in
        // Its own, bit for bit: what a model does not read then changes nothing at all.
        if number == place { return own }
        let isTaken = MacroFeature.all.map { $0.observable == observable }
        func taking(_ rows: [[Double]], _ others: [[Double]]) -> [[Double]] {
          zip(rows, others).map { row, other in
            row.indices.map { feature in
              guard isTaken[feature] else { return row[feature] }
              // As far from the source's mean, told in the standard deviations of this origin.
              let raw =
                source.normalisation.means[feature] + source.normalisation.standardDeviations[feature] * other[feature]
              return (raw - test.normalisation.means[feature]) / test.normalisation.standardDeviations[feature]
            }
          }
        }
        return (taking(own.prefix, source.prefix), taking(own.future, source.future))
      }
    }
  }

  /// `[observable][source][series]`
  private static func grouped(_ flat: [[Double]], origins: Int) -> [[[Double]]] {
    stride(from: 0, to: flat.count, by: origins).map { Array(flat[$0..<$0 + origins]) }
  }

  /// Σ (rate − projected rate)² over the quarters that were observed, `[series]`.
  private static func squaredErrors(_ projected: [[Double]], _ test: WalkForward.Case) -> [Double] {
    (0..<LoanSeries.count).map { k in
      zip(projected, test.actual).reduce(0) { sum, pair in
        guard let actual = pair.1[k] else { return sum }
        let error = RateScale.rate(actual) - RateScale.rate(pair.0[k])
        return sum + error * error
      }
    }
  }

  /// Mean over the series of RMSE over the random walk's, for origins that may repeat.
  private func relative(_ origins: [Int], _ errors: (Int) -> [Double]) -> Double {
    var ratios: [Double] = []
    for series in 0..<LoanSeries.count {
      var own = 0.0
      var reference = 0.0
      for origin in origins {
        own += errors(origin)[series]
        reference += randomWalk[origin][series]
      }
      if reference > 0 { ratios.append((own / reference).squareRoot()) }
    }
    return ratios.isEmpty ? 0 : ratios.reduce(0, +) / Double(ratios.count)
  }

  private func rises(_ errors: Errors, _ origins: [Int]) -> [Double] {
    PermutationImportance.rises(
      groups: MacroFeature.Observable.allCases.count, permutations: PermutationImportance.cyclicShifts(of: cases.count)
    ) { group, sources in
      relative(origins) { origin in errors.values[origin][group ?? 0][group == nil ? origin : sources[origin]] }
    }.map(\.mean)
  }

  /// One figure an observable and model, largest first for the model that is used; 90 % intervals by a bootstrap of whole
  /// origins.
  var importance: [ModelCard.Importance] {
    guard cases.count > 1 else { return [] }
    let all = Array(cases.indices)
    var stream = RandomStream(seed: 2, stream: .backtests, path: 0)
    let resamples = (0..<200).map { _ in all.map { _ in stream.index(below: all.count) } }
    var found: [[ModelCard.Importance]] = []
    for (name, errors) in models {
      let rises = rises(errors, all)
      let resampled = resamples.map { self.rises(errors, $0) }
      found.append(
        MacroFeature.Observable.allCases.map { observable in
          let sorted = resampled.map { $0[observable.rawValue] }.sorted()
          return ModelCard.Importance(
            driver: observable.id, title: observable.title, model: name, metric: Self.metric, unit: "ratio",
            value: rises[observable.rawValue], lower: sorted[10], upper: sorted[189])
        })
    }
    let order = found[0].indices.sorted { found[0][$0].value > found[0][$1].value }
    return found.flatMap { list in order.map { list[$0] } }
  }
}

extension LossRateNetwork {
  /// The mean of an ensemble's projections over many windows of one length at once.
  /// - Returns: `[window][quarter][series]`, transformed.
  static func means(
    of members: [LossRateNetwork], over windows: [(prefix: [[Double]], future: [[Double]])]
  ) -> [[[Double]]] {
    guard let first = windows.first else { return [] }
    let steps = first.prefix.count + first.future.count
    let width = MacroFeature.all.count
    var input = Tensor([steps, windows.count, width])
    for (place, window) in windows.enumerated() {
      for (step, row) in (window.prefix + window.future).enumerated() {
        for index in 0..<width { input.storage[(step * windows.count + place) * width + index] = Float(row[index]) }
      }
    }
    let empty = [[Double]](repeating: [Double](repeating: 0, count: LoanSeries.count), count: first.future.count)
    var sums = windows.map { _ in empty }
    for member in members {
      let output = member.network(input).storage
      for place in windows.indices {
        for quarter in first.future.indices {
          let row = ((first.prefix.count + quarter) * windows.count + place) * LoanSeries.count
          for series in 0..<LoanSeries.count {
            sums[place][quarter][series] +=
              (member.targetMeans[series] + member.targetScales[series] * Double(output[row + series]))
              / Double(members.count)
          }
        }
      }
    }
    return sums
  }
}
