import Foundation
import MacroScenarios
import Stochastics
import TestSupport
import Testing

@testable import PathSimulation

/// The simulator again, one path at a time and one formula at a time, with every law inverted where it is needed.
@Suite struct SimulationTwinTests {
  /// M v, of the first n elements of v.
  static func product(_ matrix: [Double], _ vector: [Double], _ n: Int) -> [Double] {
    (0..<n).map { row in
      var sum = 0.0
      for column in 0..<n { sum += matrix[row * n + column] * vector[column] }
      return sum
    }
  }

  static func slowPath(_ model: ShockModel, central: [Double], path: Int, seed: UInt64, scale: Double) throws
    -> [Double]
  {
    let n = model.factors.count
    let horizon = central.count / n
    var d = [Double](repeating: 0, count: n)
    var sum = d
    var result: [Double] = []
    for t in 0..<horizon {
      var tile = [Double](repeating: 0, count: (n + 2) * NormalField.pathsPerTile)
      var span = tile.mutableSpan
      NormalField(seed: seed, stream: .shocks).fillTile(TilePaths(from: path), step: t, count: n + 2, into: &span)
      let z = (0..<n + 2).map { tile[$0 * NormalField.pathsPerTile] }
      var x = product(model.correlation.choleskyFactor, z, n)
      if let mixing = model.mixing {
        let factor = mixing.table(z[n])
        x = x.map { $0 * factor }
      }
      let e = (0..<n).map { model.margins[$0](x[$0]) * model.deviations[$0] * scale }
      d = zip(product(model.transition, d, n), e).map { $0 + $1 }
      sum = zip(sum, d).map { $0 + $1 }
      let row = Array(central[t * n..<(t + 1) * n])
      var natural = row
      for k in FactorScale.order(model.scales) {
        // Central coordinate plus deviation, back through the scale's own inverse.
        let scale = model.scales[k]
        if case .logGrowth = scale {
          natural[k] = row[k] * exp(sum[k])
        } else if let anchor = scale.coordinate(of: k, in: row, after: nil) {
          natural[k] = scale.value(of: k, coordinate: anchor + d[k], in: natural, after: [])
        }
      }
      result += natural
    }
    return result
  }

  @Test(arguments: [0, 1, 77, 4_095, 123_456_789]) func fastAndSlowAgree(path: Int) throws {
    for (model, central) in [
      (try Shared.downweighted.get(), try Shared.flatCentral()),
      (try Shared.model { $0.copula = .gaussian }, try Shared.flatCentral()),
    ] {
      let simulator = try PathSimulator(model: model, central: central, seed: 99, scale: 0.8)
      let fast = Shared.paths(simulator, first: path, count: 1)
      let slow = try Self.slowPath(model, central: central, path: path, seed: 99, scale: 0.8)
      // The same numbers summed in another order, through thirteen quarters; a shadow rate near zero is worst.
      expectClose(fast, slow, absolute: 1e-11, relative: 1e-9, "path \(path)")
    }
  }

  /// Coordinates and back: every scale is one-to-one on every quarter of history.
  @Test func scalesInvertOnHistory() throws {
    let sample = try Shared.downweighted.get().sample
    for t in 1..<sample.quarterCount {
      var row = sample.natural[t]
      for k in FactorScale.order(sample.scales) {
        row[k] = sample.scales[k].value(
          of: k, coordinate: sample.coordinates[t][k], in: row, after: sample.natural[t - 1])
      }
      for k in sample.factors.indices {
        // A published 0.0 % is read as 0.025 %.
        let isRate = [.shadowRate, .shadowSpread(base: 6), .shadowSpread(base: 7)].contains(sample.scales[k])
        let expected = isRate ? max(sample.natural[t][k], 0.00025) : sample.natural[t][k]
        expectClose(row[k], expected, absolute: 1e-15, relative: 1e-12, "\(sample.factors[k].id) \(sample.quarter(t))")
      }
    }
  }

  /// With λ beyond all measure the VAR is sixteen AR(1): two ways to the same estimate.
  @Test func endlessPenaltyIsAR1() throws {
    let sample = try Shared.excluded.get().sample
    let weights = (0..<sample.quarterCount).map { sample.touchesPandemic($0) ? 0.0 : 1 }
    let dynamics = try DeviationDynamics(sample, weights: weights, dynamics: .ar1)
    for k in sample.factors.indices {
      let pairs = (1..<sample.quarterCount).filter { weights[$0] > 0 }.map {
        (sample.coordinates[$0 - 1][k], sample.coordinates[$0][k])
      }
      let mx = pairs.map(\.0).reduce(0, +) / Double(pairs.count)
      let my = pairs.map(\.1).reduce(0, +) / Double(pairs.count)
      let cross = pairs.map { ($0.0 - mx) * ($0.1 - my) }.reduce(0, +)
      let slope = cross / pairs.map { ($0.0 - mx) * ($0.0 - mx) }.reduce(0, +)
      // Least squares in closed form; the bound on the spectral radius is not reached here.
      expectClose(dynamics.transition[k * 16 + k], slope, absolute: 1e-10, sample.factors[k].id)
    }
    #expect(dynamics.estimatedRadius == dynamics.radius)
  }

  @Test func theMaximiserFindsTheHill() {
    expectClose(maximiser(in: 0...10) { -($0 - 3.217) * ($0 - 3.217) }, 3.217, absolute: 1e-4)
    expectClose(maximiser(in: 0...1) { $0 }, 1, absolute: 1e-4)
  }
}
