import PathSimulation
import SatelliteModels
import Stochastics

/// How the paths of the tail are drawn: along which direction, by which law.
///
/// A path's normals ξ, of its economy, its model error and its banks together, become ξ + (u − bᵀξ) b with |b| = 1: all
/// that is not along b stays, and u follows `law` in place of the standard normal. Gaussian and t copula alike, because
/// the mixing of a t copula is driven by one of the normals.
struct TailDraws: Sendable {
  let law: TailLaw
  /// b, over all that `PathPipeline.normals` lists.
  let direction: [Double]
  let seed: UInt64

  /// How far each path of a tile is moved along b, and its weight.
  /// - Parameters:
  ///   - fields: with the parts of b that belong to them.
  ///   - amounts: 64 places, overwritten.
  func fill(
    _ paths: TilePaths, _ fields: [(field: NormalField, direction: NormalDirection)],
    amounts: inout MutableSpan<Double>, scratch: inout [Double], keep: (Int, Double) -> Void
  ) {
    for path in 0..<amounts.count { amounts[path] = 0 }
    for (field, direction) in fields {
      direction.project(field, paths, onto: &amounts, scratch: &scratch)
    }
    var stream = RandomStream(seed: seed, stream: .stratification, path: paths.first)
    for path in 0..<amounts.count {
      stream.move(toPath: paths.first + path)
      let u = law.coordinate(path: path, uniform: stream.uniform())
      amounts[path] = u - amounts[path]
      keep(path, law.weight(at: u))
    }
  }
}

extension PathPipeline {
  /// The normals that a path draws for one purpose, a step after the other.
  struct Normals: Sendable {
    let field: NormalField
    let stepCount, numberCount: Int
    /// `nil` where nothing moves them.
    let direction: NormalDirection?

    var count: Int { stepCount * numberCount }
  }

  /// All normals of a path: of the economy, of model error, of single banks; as far as they are drawn.
  var normals: [Normals] {
    var all: [Normals] = []
    if simulator.deviates {
      let (steps, numbers) = simulator.normalCounts
      all.append(
        Normals(field: simulator.field, stepCount: steps, numberCount: numbers, direction: simulator.direction))
    }
    if lossRates.drawsResiduals {
      let (steps, numbers) = lossRates.normalCounts
      all.append(
        Normals(
          field: lossRates.residualField, stepCount: steps, numberCount: numbers, direction: lossRates.direction))
    }
    if let bankEffects {
      let (steps, numbers) = bankEffects.normalCounts
      all.append(
        Normals(field: bankEffects.field, stepCount: steps, numberCount: numbers, direction: bankEffects.direction))
    }
    return all
  }

  /// The same row for paths drawn in the tail.
  func moved(_ tail: TailDraws) -> PathPipeline {
    var (simulator, lossRates, bankEffects) = (simulator, lossRates, bankEffects)
    var rest = tail.direction[...]
    func next(_ counts: (steps: Int, numbers: Int)) -> NormalDirection {
      let count = counts.steps * counts.numbers
      defer { rest = rest.dropFirst(count) }
      return NormalDirection(
        stepCount: counts.steps, numberCount: counts.numbers, coefficients: Array(rest.prefix(count)))
    }
    if simulator.deviates { simulator.direction = next(simulator.normalCounts) }
    if lossRates.drawsResiduals { lossRates.direction = next(lossRates.normalCounts) }
    if let counts = bankEffects?.normalCounts { bankEffects?.direction = next(counts) }
    precondition(rest.isEmpty, "a direction of \(tail.direction.count) numbers does not fit the pipeline")
    return PathPipeline(
      scenario: scenario, simulator: simulator, lossRates: lossRates, revenue: revenue, mapping: mapping, walk: walk,
      bankEffects: bankEffects, networks: networks, tail: tail, hasWeights: true)
  }
}
