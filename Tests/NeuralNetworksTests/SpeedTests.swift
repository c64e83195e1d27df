import Foundation
import NeuralNetworks
import Testing

/// Printed, not judged: `KENTLEDGE_BENCHMARK=1 swift test -c release --filter SpeedTests`. Best of several, one thread.
@Suite(.serialized, .enabled(if: ProcessInfo.processInfo.environment["KENTLEDGE_BENCHMARK"] != nil))
struct SpeedTests {
  private func best(of turns: Int, _ work: () -> Void) -> Double {
    (0..<turns).map { _ in
      let clock = ContinuousClock()
      let (seconds, attoseconds) = clock.measure(work).components
      return Double(seconds) + Double(attoseconds) * 1e-18
    }.min() ?? .nan
  }

  @Test(arguments: [[50, 50, 50], [16]], [32, 64, 128, 256, 512])
  func projection(hidden: [Int], rows: Int) {
    let network = NeuralNetwork.stackedLSTM(inputs: 28, hidden: hidden, outputs: 5, seed: 1)
    let plan = InferencePlan(network, steps: 13, rows: rows)
    let prepared = plan.prepare(network)
    let workspace = plan.makeWorkspace()
    let x = noise([13, rows, 28], seed: 2)
    var y = Tensor([13, rows, 5])
    let repeats = max(1, 1024 / rows)
    let seconds = best(of: 20) {
      var output = y.storage.mutableSpan
      for _ in 0..<repeats { plan.run(prepared, x.storage.span, into: &output, using: workspace) }
    }
    print("projection", hidden, "rows", rows, Int(Double(rows * repeats) / seconds), "paths/s")
  }

  @Test(arguments: [[16], [50, 50, 50]])
  func training(hidden: [Int]) throws {
    let x = noise([21, 100, 18], seed: 3)
    let y = noise([21, 100, 5], seed: 4)
    let network = NeuralNetwork.stackedLSTM(inputs: 18, hidden: hidden, outputs: 5, dropout: 0.2, seed: 1)
    let examples = Examples(inputs: x, targets: y)
    let settings = TrainingSettings(loss: .huber(threshold: 1), epochs: 50, gradientNormLimit: 1, seed: 5)
    let seconds = best(of: 3) {
      var copy = network
      _ = try? copy.fit(examples, settings: settings)
    }
    print("training", hidden, seconds / 50 * 1000, "ms/step, 100 sequences of 21 steps")
  }

  /// The reference CNN and autoencoder; Keras's side is `Tests/ReferenceImplementations/keras_speed.py`.
  @Test(arguments: [0, 2], [32, 128])
  func images(architecture: Int, rows: Int) throws {
    let reference = KerasArchitectureTests.architectures[architecture]
    let network = reference.network
    let plan = InferencePlan(network, rows: rows)
    let prepared = plan.prepare(network)
    let workspace = plan.makeWorkspace()
    let x = noise([rows] + network.input.sizes, seed: 2)
    var y = Tensor([rows] + network.output.sizes)
    let seconds = best(of: 10) {
      var output = y.storage.mutableSpan
      plan.run(prepared, x.storage.span, into: &output, using: workspace)
    }
    let targets =
      reference.loss == .squared ? x : Tensor([rows, 1], (0..<rows).map { Float($0 % 10) })
    let examples = Examples(inputs: x, targets: targets)
    let settings = TrainingSettings(loss: reference.loss, epochs: 20, seed: 5)
    let training = best(of: 3) {
      var copy = network
      _ = try? copy.fit(examples, settings: settings)
    }
    print(
      reference.name, "rows", rows, "inference", seconds * 1000, "ms, training", training / 20 * 1000, "ms/step")
  }
}
