/// What a network learns from. Letters: N examples, of T steps each where they are sequences.
public struct Examples: Sendable, Equatable {
  /// A batch of the network's input: `[T][N][inputs]`, `[N][height][width][channels]`, …; finite.
  public let inputs: Tensor
  /// A batch of the network's output, with as many values in the last axis as the loss wants, e.g. `[T][N][outputs]`;
  /// finite wherever the weight is not 0. Class numbers may also be `[N]`.
  public let targets: Tensor
  /// Of the targets' shape, 0 or more: 0 where a target is missing or must not count.
  public let weights: Tensor

  /// - Parameter weights: 1 everywhere when `nil`.
  public init(inputs: Tensor, targets: Tensor, weights: Tensor? = nil) {
    let weights = weights ?? Tensor(targets.shape, repeating: 1)
    precondition(weights.shape == targets.shape, "weights \(weights.shape), expected \(targets.shape)")
    precondition(inputs.storage.allSatisfy(\.isFinite), "inputs hold a value that is not finite")
    precondition(weights.storage.allSatisfy { $0.isFinite && $0 >= 0 }, "weights hold a value below 0 or not finite")
    precondition(
      zip(targets.storage, weights.storage).allSatisfy { $0.isFinite || $1 == 0 },
      "targets hold a value that is not finite and has a weight above 0")
    self.inputs = inputs
    self.targets = targets
    self.weights = weights
  }
}

/// Which examples are kept from learning, to be watched by early stopping.
public enum ValidationSplit: Sendable, Equatable {
  /// The last ones as given: for examples in the order of time. A fraction above 0 and below 1.
  case last(Double)
  /// Drawn by the training's seed. A fraction above 0 and below 1.
  case random(Double)

  var fraction: Double {
    switch self {
    case .last(let fraction), .random(let fraction): fraction
    }
  }

  /// - Returns: the numbers of the examples, each in rising order; at least one on each side.
  func split(_ count: Int, _ random: CounterRandom) -> (training: [Int], validation: [Int]) {
    precondition(fraction > 0 && fraction < 1, "a validation share of \(fraction), expected above 0 and below 1")
    precondition(count > 1, "\(count) examples to be split, expected 2 or more")
    let kept = min(max(Int((Double(count) * fraction).rounded()), 1), count - 1)
    switch self {
    case .last: return (Array(0..<count - kept), Array(count - kept..<count))
    case .random:
      let order = random.permutation(count)
      return (order[..<(count - kept)].sorted(), order[(count - kept)...].sorted())
    }
  }
}

/// The examples of one step, side by side in the layout of the plan.
final class Batch {
  let targets: AlignedBuffer
  let weights: AlignedBuffer
  /// Of all examples.
  let count: Int
  let steps: Int

  private let examples: Examples
  private let network: NeuralNetwork
  private let targetWidth: Int
  private let sequences: Int

  /// - Parameter sequences: examples at once; all when `nil`.
  /// - Precondition: the examples' shapes are those of the network's input and of the loss's targets.
  init(_ examples: Examples, _ network: NeuralNetwork, _ loss: Loss, sequences: Int? = nil) {
    let whole = network.batch(of: examples.inputs)
    let out = BatchShape(network.output, steps: whole.steps, sequences: whole.sequences)
    guard let perRow = loss.targetCount(outputs: network.output.channels) else {
      preconditionFailure("\(network.output.channels) outputs for \(loss)")
    }
    let width = network.outputs / network.output.channels * perRow
    let shape = examples.targets.shape
    precondition(
      Array(shape.prefix(out.tensorShape.count - network.output.sizes.count))
        == Array(out.tensorShape.dropLast(network.output.sizes.count)) && examples.targets.count == out.rows * width,
      "examples \(examples.inputs.shape) → \(shape), expected \(out.rows) × \(width) targets for \(network.architecture)"
    )
    self.examples = examples
    self.network = network
    self.sequences = sequences ?? whole.sequences
    count = whole.sequences
    steps = whole.steps
    targetWidth = width
    let outSteps = network.output.isSequence ? whole.steps : 1
    targets = AlignedBuffer(count: outSteps * self.sequences * width)
    weights = AlignedBuffer(count: targets.count)
  }

  /// Takes the examples of these numbers; too few are filled up with the first one at weight 0.
  func gather(_ members: ArraySlice<Int>, inputs: AlignedBuffer) {
    copy(examples.inputs, members, network.inputs, to: inputs, filling: true)
    copy(examples.targets, members, targetWidth, to: targets, filling: true)
    copy(examples.weights, members, targetWidth, to: weights, filling: false)
  }

  private func copy(
    _ source: Tensor, _ members: ArraySlice<Int>, _ width: Int, to destination: AlignedBuffer, filling: Bool
  ) {
    let steps = source.count / (count * width)
    precondition(
      destination.count == steps * sequences * width,
      "a batch of \(destination.count) values, expected \(steps * sequences * width)")
    source.storage.withUnsafeBufferPointer { values in
      guard let values = values.baseAddress else { return }
      for step in 0..<steps {
        for place in 0..<sequences {
          let row = destination.base + (step * sequences + place) * width
          if place < members.count {
            row.update(from: values + (step * count + members[members.startIndex + place]) * width, count: width)
          } else if filling {
            row.update(from: values + step * count * width, count: width)
          } else {
            row.update(repeating: 0, count: width)
          }
        }
      }
    }
  }
}
