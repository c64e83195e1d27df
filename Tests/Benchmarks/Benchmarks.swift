import Dispatch
import Foundation
import NeuralNetworks

/// Speed measurements, one figure per call on standard output:
///
///     benchmarks inference BATCH THREADS SECONDS    sequences/s through LSTM 50-50-50
///     benchmarks training BATCH THREADS SECONDS     sequences/s in `fit`
///     benchmarks peak THREADS SECONDS               GFLOP/s of large matrix products
///     benchmarks shocks|copula|lstm|capital THREADS SECONDS [factors=16] [quarters=13] [banks=32] [hidden=32]
///                                                   paths/s through that section of the row
///     benchmarks export SCENARIO FILE [WEIGHTS]     writes all that is fitted, for `whole_run_peer.py`
///     benchmarks reference-model FILE               writes the loss-rate model of the reference run, from the project's root
///
/// Each figure is the best of all turns within SECONDS. `lstm_against_keras.py` runs them beside Keras.
@main
enum Benchmarks {
  static func main() throws {
    let arguments = CommandLine.arguments.dropFirst()
    if try runTool(Array(arguments)) { return }
    let numbers = arguments.dropFirst().compactMap(Double.init)
    switch (arguments.first, numbers.count) {
    case ("reference-model", 0) where arguments.count == 2: try ReferenceModel.write(to: arguments.last!)
    case ("inference", 3): print(inference(batch: Int(numbers[0]), threads: Int(numbers[1]), seconds: numbers[2]))
    case ("training", 3): print(training(batch: Int(numbers[0]), threads: Int(numbers[1]), seconds: numbers[2]))
    case ("peak", 2): print(peak(threads: Int(numbers[0]), seconds: numbers[1]))
    default:
      let usage =
        "usage: benchmarks inference|training BATCH THREADS SECONDS, benchmarks peak THREADS SECONDS, "
        + "or benchmarks reference-model FILE\n"
      FileHandle.standardError.write(Data(usage.utf8))
      exit(EX_USAGE)
    }
  }

  /// Sections and the export.
  /// - Returns: whether the arguments ask for one of them.
  private static func runTool(_ arguments: [String]) throws -> Bool {
    if arguments.first == "export", [3, 4].contains(arguments.count) {
      try export(arguments[1], to: arguments[2], weights: arguments.count > 3 ? arguments[3] : nil)
      return true
    }
    guard arguments.count >= 3, let threads = Int(arguments[1]), threads > 0, let seconds = Double(arguments[2]),
      let size = RowSize(arguments.dropFirst(3)),
      let rate = try section(arguments[0], size, threads: threads, seconds: seconds)
    else { return false }
    print(rate)
    return true
  }

  static let steps = 13
  static let inputs = 28
  static var network: NeuralNetwork { .stackedLSTM(inputs: inputs, hidden: [50, 50, 50], outputs: 1, seed: 1) }

  /// One call takes a whole batch, in blocks that the threads share out among them.
  static func inference(batch: Int, threads: Int, seconds: Double) -> Double {
    let rows = max(1, min(64, (batch + threads - 1) / threads))
    let blocks = (batch + rows - 1) / rows
    let plan = InferencePlan(network, steps: steps, rows: rows)
    let prepared = plan.prepare(network)
    let workers = (0..<threads).map { _ in Worker(plan) }
    let x = noise(steps * rows * inputs)
    let best = fastest(within: seconds) {
      DispatchQueue.concurrentPerform(iterations: threads) { thread in
        for _ in stride(from: thread, to: blocks, by: threads) { workers[thread].run(prepared, x) }
      }
    }
    return Double(rows * blocks) / best
  }

  /// One turn is an epoch of 4 batches, as `fit` tells of them: shuffling, gathering and Adam included.
  static func training(batch: Int, threads: Int, seconds: Double) -> Double {
    let sequences = 4 * batch
    let examples = Examples(
      inputs: Tensor([steps, sequences, inputs], noise(steps * sequences * inputs)),
      targets: Tensor([steps, sequences, 1], noise(steps * sequences)))
    let clock = ContinuousClock()
    func fastestOf(_ epochs: Int) -> Duration {
      var network = network
      var best = Duration.seconds(1e9)
      var last = clock.now
      let settings = TrainingSettings(loss: .squared, epochs: epochs, batchSize: batch, shards: threads, seed: 1)
      _ = try? network.fit(examples, settings: settings) { _ in
        let now = clock.now
        best = min(best, last.duration(to: now))
        last = now
      }
      return best
    }
    let epochs = max(10, Int(seconds / (fastestOf(10) / .seconds(1))))
    return Double(sequences) / (fastestOf(epochs) / .seconds(1))
  }

  /// What oneDNN makes of square matrix products of 1,024, on each thread its own.
  static func peak(threads: Int, seconds: Double) -> Double {
    let size = 1024
    let products = (0..<threads).map { _ in MatrixProduct(size, noise(size * size)) }
    let best = fastest(within: seconds) {
      DispatchQueue.concurrentPerform(iterations: threads) { products[$0].run() }
    }
    return 2e-9 * Double(threads * size * size * size) / best
  }

  /// Seconds of the shortest turn, after one to warm up.
  static func fastest(within seconds: Double, _ turn: () -> Void) -> Double {
    let clock = ContinuousClock()
    turn()
    let start = clock.now
    var best = Duration.seconds(1e9)
    repeat { best = min(best, clock.measure(turn)) } while start.duration(to: clock.now) < .seconds(seconds)
    return best / .seconds(1)
  }

  /// Numbers in [−1, 1) whose values do not matter.
  static func noise(_ count: Int) -> [Float] {
    var state: UInt64 = 1
    return (0..<count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Float(Int32(truncatingIfNeeded: state >> 32)) / Float(1 << 31)
    }
  }
}

/// One thread's workspace and output; used by that thread alone.
final class Worker: @unchecked Sendable {
  private let plan: InferencePlan
  private let workspace: InferenceWorkspace
  private var output: [Float]

  init(_ plan: InferencePlan) {
    self.plan = plan
    workspace = plan.makeWorkspace()
    output = [Float](repeating: 0, count: plan.steps * plan.rows * plan.outputs)
  }

  func run(_ network: PreparedNetwork, _ x: [Float]) {
    output.withUnsafeMutableBufferPointer { output in
      var span = output.mutableSpan
      plan.run(network, x.span, into: &span, using: workspace)
    }
  }
}
