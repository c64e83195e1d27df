import NeuralNetworks

/// What one model projected at every origin: `[origin][quarter][series]`, transformed.
struct WalkForwardForecast: Sendable, Equatable {
  let model: String
  let values: [[[Double]]]

  /// The last known rates, unchanged.
  static func randomWalk(_ cases: [WalkForward.Case]) -> WalkForwardForecast {
    .init(model: WalkForwardVariant.randomWalk, values: cases.map { test in test.future.map { _ in test.start } })
  }
}

/// What every variant projected from every origin.
struct WalkForwardForecasts: Sendable {
  /// In the order of the variants.
  let all: [WalkForwardForecast]
  private let ensembles: [Ensemble]

  /// The networks of one variant, and what each of them projected.
  private struct Ensemble {
    let variant: String
    /// `[origin][member]`
    let networks: [[LossRateNetwork]]
    /// `[origin][member][quarter][series]`, the first quarter being the origin itself.
    let projections: [[[[Double]]]]
  }

  subscript(model: String) -> WalkForwardForecast {
    guard let forecast = all.first(where: { $0.model == model }) else {
      preconditionFailure("no variant '\(model)' among \(all.map(\.model))")
    }
    return forecast
  }

  /// Forecasts made elsewhere.
  init(_ all: [WalkForwardForecast]) {
    self.all = all
    ensembles = []
  }

  init(
    _ cases: [WalkForward.Case], _ variants: [WalkForwardVariant], progress: @escaping @Sendable (String) -> Void
  ) throws(TrainingFailure) {
    var all: [WalkForwardForecast] = []
    var ensembles: [Ensemble] = []
    func earlier(_ model: String) -> [[[Double]]] { all.first { $0.model == model }?.values ?? [] }
    for variant in variants {
      let values: [[[Double]]]
      switch variant.kind {
      case .randomWalk:
        values = WalkForwardForecast.randomWalk(cases).values
      case .linear(let specification):
        values = cases.map { Self.linear($0, specification) }
      case .network(let settings):
        let ensemble = try Self.ensemble(cases, settings, variant.id, progress)
        ensembles.append(ensemble)
        values = ensemble.projections.map { Array(Self.mean($0).dropFirst()) }
      case .anchored(let network, let decay):
        let members = ensembles.first { $0.variant == network }?.projections ?? []
        values = zip(cases, members).map { Self.anchored(Self.mean($1), at: $0.start, decay: decay) }
      case .mean(let models):
        values = cases.indices.map { origin in Self.mean(models.map { earlier($0)[origin] }) }
      }
      all.append(WalkForwardForecast(model: variant.id, values: values))
    }
    self.all = all
    self.ensembles = ensembles
  }

  private static func linear(_ test: WalkForward.Case, _ specification: LinearSpecification) -> [[Double]] {
    let model = LinearChallenger(fittedTo: test.sample, normalisation: test.normalisation, specification)
    guard specification.scale != .squareRoot else { return model.project(test.future, from: test.start) }
    let start = test.start.map { specification.scale.transform(RateScale.rate($0)) }
    return model.project(test.future, from: start).map { row in
      row.map { RateScale.transform(specification.scale.rate($0)) }
    }
  }

  private static func ensemble(
    _ cases: [WalkForward.Case], _ settings: LossRateNetwork.Settings, _ name: String,
    _ progress: @escaping @Sendable (String) -> Void
  ) throws(TrainingFailure) -> Ensemble {
    let count = settings.members
    let flat = try LossRateTraining.trainSideBySide(count: cases.count * count) { index throws(TrainingFailure) in
      let test = cases[index / count]
      return try LossRateNetwork(
        fittedTo: test.sample, normalisation: test.normalisation, settings: settings,
        seed: LossRateNetwork.seed(index % count))
    }
    progress("walk-forward, \(name): \(cases.count) origins × \(count) networks")
    let networks = cases.indices.map { origin in Array(flat[origin * count..<(origin + 1) * count]) }
    let projections = zip(cases, networks).map { test, networks in
      networks.map { $0.projectFromOrigin(prefix: test.prefix, future: test.future) }
    }
    return Ensemble(variant: name, networks: networks, projections: projections)
  }

  /// - Parameter values: `[quarter][series]`, the first quarter being the origin, at which `start` was observed.
  private static func anchored(_ values: [[Double]], at start: [Double], decay: Double) -> [[Double]] {
    var missed = zip(start, values[0]).map { $0 - $1 }
    return values.dropFirst().map { row in
      missed = missed.map { $0 * decay }
      return zip(row, missed).map { $0 + $1 }
    }
  }

  /// Of several `[quarter][series]`.
  private static func mean(_ values: [[[Double]]]) -> [[Double]] {
    values[0].indices.map { quarter in
      values[0][quarter].indices.map { series in
        values.reduce(0) { $0 + $1[quarter][series] } / Double(values.count)
      }
    }
  }

  /// Per origin, a variant's networks as they were fitted there.
  func networks(of variant: String) -> [[LossRateNetwork]] {
    ensembles.first { $0.variant == variant }?.networks ?? []
  }

  /// Mean variance of a network's members about their mean, `[series]`, transformed scale; 0 for a single member.
  func memberVariances(of network: String) -> [Double] {
    let values = ensembles.first { $0.variant == network }?.projections ?? []
    return (0..<LoanSeries.count).map { series in
      var sum = 0.0
      var count = 0
      for members in values where members.count > 1 {
        let means = Self.mean(members)
        for quarter in means.indices.dropFirst() {
          let spread = members.reduce(0) { sum, member in
            let distance = member[quarter][series] - means[quarter][series]
            return sum + distance * distance
          }
          sum += spread / Double(members.count - 1)
          count += 1
        }
      }
      return count == 0 ? 0 : sum / Double(count)
    }
  }
}

extension LossRateNetwork {
  /// The pinned seed of a member; the same in the test and in the shipped model.
  static func seed(_ member: Int) -> UInt64 { UInt64(member + 1) }
}

extension LossRateNetwork.Settings {
  /// e.g. `50-50-50`.
  var name: String { hidden.map(String.init).joined(separator: "-") }
}
