import MacroScenarios
import Stochastics

extension StressTest {
  /// As the scenario wants it, with draws of its own, apart from those of the plain paths and those that choose.
  func tailSampling() throws(InvalidInput) -> (TailSampling?, TailChoice?) {
    var seeds = RandomStream(seed: scenario.simulation.seed, stream: .pilot, path: 0)
    switch scenario.simulation.sampling {
    case .plain, .antithetic, .sobol: return (nil, nil)
    case .importance: return (try importanceSampling(&seeds), nil)
    case .twoPhase: return (try twoPhaseSampling(&seeds), nil)
    case .auto:
      guard let importance = try importanceSampling(&seeds), let twoPhase = try twoPhaseSampling(&seeds) else {
        return (nil, nil)
      }
      let choice = TailChoice(importance, twoPhase)
      return (choice.prefersTwoPhase ? twoPhase : importance, choice)
    }
  }

  /// `nil` when nothing is random, or no direction leads into the tail.
  func importanceSampling(_ seeds: inout RandomStream) throws(InvalidInput) -> TailSampling? {
    let pilot = TailPilot(
      pipeline: try pipeline(seed: seeds.bits(), networks: [], runsNetwork: false), seed: seeds.bits())
    let base = try pipeline(seed: seeds.bits(), networks: [], runsNetwork: true)
    return pilot.run().map { .importance(base.moved($0), $0) }
  }

  /// `nil` when nothing is random.
  func twoPhaseSampling(_ seeds: inout RandomStream) throws(InvalidInput) -> TailSampling? {
    let seed = seeds.bits()
    let screening = try pipeline(seed: seed, networks: [], runsNetwork: false)
    guard !screening.normals.isEmpty else { return nil }
    return .twoPhase(
      TwoPhaseSampling(
        screening: screening, whole: try pipeline(seed: seed, networks: [], runsNetwork: true, hasWeights: true),
        seed: seeds.bits()))
  }
}
