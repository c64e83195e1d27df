import PathSimulation
import RiskMeasures
import SatelliteModels
import Stochastics

extension PathPipeline {
  /// The same row with antithetic pairs of paths.
  func mirrored() -> PathPipeline {
    var (simulator, lossRates, bankEffects) = (simulator, lossRates, bankEffects)
    simulator.field.arrangement = .mirrored
    lossRates.residualField.arrangement = .mirrored
    bankEffects?.field.arrangement = .mirrored
    return arranged(simulator, lossRates, bankEffects, .pairs, nil)
  }

  /// Coordinates of a net beside the one along the direction.
  static let netDimensionCount = 128

  /// The same row with paths that are points of scrambled nets.
  ///
  /// The net's first coordinate goes along `direction`; the normals with the largest share in it follow in the order of
  /// that share. The others stay independent (a padded net, Spanier 1995).
  /// - Parameter direction: over all that `normals` lists.
  func spread(_ net: ScrambledNet, along direction: [Double]) -> PathPipeline {
    precondition(
      direction.count == normals.reduce(0) { $0 + $1.count }, "a direction of \(direction.count) numbers does not fit")
    let order = direction.indices.sorted { (abs(direction[$1]), $0) < (abs(direction[$0]), $1) }
    let kept = order.prefix(Self.netDimensionCount)
    let length = kept.reduce(0) { $0 + direction[$1] * direction[$1] }.squareRoot()
    var dimensions = [Int?](repeating: nil, count: direction.count)
    var coefficients = [Double](repeating: 0, count: direction.count)
    for (place, normal) in kept.enumerated() {
      dimensions[normal] = place + 1
      coefficients[normal] = direction[normal] / length
    }
    var (simulator, lossRates, bankEffects) = (simulator, lossRates, bankEffects)
    var first = 0
    func arrange(_ field: inout NormalField, _ counts: (steps: Int, numbers: Int)) -> NormalDirection {
      let own = first..<first + counts.steps * counts.numbers
      first = own.upperBound
      field.arrangement = .net(net, dimensions: Array(dimensions[own]), numbersPerStep: counts.numbers)
      return NormalDirection(
        stepCount: counts.steps, numberCount: counts.numbers, coefficients: Array(coefficients[own]))
    }
    if simulator.deviates {
      let counts = simulator.normalCounts
      simulator.direction = arrange(&simulator.field, counts)
    }
    if lossRates.drawsResiduals {
      let counts = lossRates.normalCounts
      lossRates.direction = arrange(&lossRates.residualField, counts)
    }
    if var effects = bankEffects {
      let counts = effects.normalCounts
      effects.direction = arrange(&effects.field, counts)
      bankEffects = effects
    }
    return arranged(
      simulator, lossRates, bankEffects,
      .replicates(count: ScrambledNet.replicateCount, blockSize: ScrambledNet.blockSize),
      LeadingDirection(net: net, coefficients: kept.map { coefficients[$0] }))
  }

  private func arranged(
    _ simulator: PathSimulator, _ lossRates: LossRateProjection, _ bankEffects: BankEffects?,
    _ dependence: Dependence, _ leading: LeadingDirection?
  ) -> PathPipeline {
    PathPipeline(
      scenario: scenario, simulator: simulator, lossRates: lossRates, revenue: revenue, mapping: mapping, walk: walk,
      bankEffects: bankEffects, networks: networks, allowanceWalks: allowanceWalks, dependence: dependence,
      leading: leading)
  }
}
