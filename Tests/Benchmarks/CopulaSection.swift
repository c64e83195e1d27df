import PathSimulation
import Stochastics

/// The t copula and the margins of the shocks, without their dynamics and scales.
final class CopulaSection: Section {
  static let pathsPerTurn = NormalField.pathsPerTile

  private let simulator: PathSimulator
  private let field = NormalField(seed: 1, stream: .shocks)
  private var tile: DeviationTile

  init(_ simulator: PathSimulator) {
    self.simulator = simulator
    tile = DeviationTile(factorCount: simulator.model.factors.count)
  }

  func run(firstPath: Int) {
    for quarter in 0..<simulator.horizon {
      tile.innovate(quarter: quarter, TilePaths(from: firstPath), simulator.model, field)
    }
  }
}
