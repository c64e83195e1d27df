import NeuralNetworks
import Synchronization

/// What every model of the test projected from every origin.
struct WalkForwardForecasts: Sendable {
  let randomWalk: WalkForwardForecast
  let linear: WalkForwardForecast
  /// The mean of the ensemble on the transformed scale.
  let network: WalkForwardForecast
  let reference: WalkForwardForecast
  /// Half linear, half network.
  let combination: WalkForwardForecast
  let referenceCombination: WalkForwardForecast
  /// Mean variance of the members about their mean, `[series]`, transformed scale.
  let memberVariances: [Double]
  /// Per origin, the small networks fitted there.
  let networks: [[LossRateNetwork]]

  init(
    _ cases: [WalkForward.Case], settings: LossRateNetwork.Settings, reference: LossRateNetwork.Settings,
    progress: @escaping @Sendable (String) -> Void
  ) throws(TrainingFailure) {
    randomWalk = .randomWalk(cases)
    linear = .linear(cases)
    networks = try Self.ensembles(cases, settings, progress)
    let small = Self.projections(networks, cases)
    let large = Self.projections(try Self.ensembles(cases, reference, progress), cases)
    network = WalkForwardForecast(model: "lstm_\(settings.name)", values: small.map(Self.mean))
    self.reference = WalkForwardForecast(model: "lstm_\(reference.name)", values: large.map(Self.mean))
    combination = network.combined(with: linear, as: "combination")
    referenceCombination = self.reference.combined(with: linear, as: "combination_lstm_\(reference.name)")
    memberVariances = Self.variances(small)
  }

  var all: [WalkForwardForecast] { [randomWalk, linear, network, reference, combination, referenceCombination] }

  /// `[origin][member]`
  private static func ensembles(
    _ cases: [WalkForward.Case], _ settings: LossRateNetwork.Settings, _ progress: @escaping @Sendable (String) -> Void
  ) throws(TrainingFailure) -> [[LossRateNetwork]] {
    let total = cases.count * settings.members
    let done = Mutex(0)
    let flat = try LossRateTraining.trainSideBySide(count: total) { index throws(TrainingFailure) in
      let test = cases[index / settings.members]
      let network = try LossRateNetwork(
        fittedTo: test.sample, normalisation: test.normalisation, settings: settings,
        seed: LossRateNetwork.seed(index % settings.members))
      let count = done.withLock { count in
        count += 1
        return count
      }
      if count % settings.members == 0 || count == total {
        progress("walk-forward, LSTM \(settings.name): \(count) of \(total) networks")
      }
      return network
    }
    return cases.indices.map { origin in Array(flat[origin * settings.members..<(origin + 1) * settings.members]) }
  }

  /// `[origin][member][quarter][series]`
  private static func projections(_ networks: [[LossRateNetwork]], _ cases: [WalkForward.Case]) -> [[[[Double]]]] {
    zip(networks, cases).map { members, test in
      members.map { $0.project(prefix: test.prefix, future: test.future) }
    }
  }

  private static func mean(_ members: [[[Double]]]) -> [[Double]] {
    members[0].indices.map { quarter in
      (0..<LoanSeries.count).map { series in
        members.reduce(0) { $0 + $1[quarter][series] } / Double(members.count)
      }
    }
  }

  private static func variances(_ ensembles: [[[[Double]]]]) -> [Double] {
    (0..<LoanSeries.count).map { series in
      var sum = 0.0
      var count = 0
      for members in ensembles where members.count > 1 {
        let means = mean(members)
        for quarter in means.indices {
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
