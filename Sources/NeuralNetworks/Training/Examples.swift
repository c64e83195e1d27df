/// Sequences to learn from, all of one length. Letters: T steps, N sequences.
public struct Examples: Sendable, Equatable {
  /// `[T][N][inputs]`, finite.
  public let inputs: Tensor
  /// `[T][N][outputs]`; finite wherever the weight is not 0.
  public let targets: Tensor
  /// `[T][N][outputs]`, 0 or more: 0 where a target is missing or must not count.
  public let weights: Tensor

  public var steps: Int { inputs.shape[0] }
  public var sequences: Int { inputs.shape[1] }

  /// - Parameter weights: 1 everywhere when `nil`.
  public init(inputs: Tensor, targets: Tensor, weights: Tensor? = nil) {
    precondition(inputs.shape.count == 3, "inputs \(inputs.shape), expected [T, N, inputs]")
    precondition(
      targets.shape.count == 3 && targets.shape.prefix(2) == inputs.shape.prefix(2),
      "targets \(targets.shape), expected [\(inputs.shape[0]), \(inputs.shape[1]), outputs]")
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

/// The examples of one step, side by side in the layout of the plan.
final class Batch {
  let targets: AlignedBuffer
  let weights: AlignedBuffer

  private let examples: Examples
  private let sequences: Int

  init(_ examples: Examples, sequences: Int) {
    self.examples = examples
    self.sequences = sequences
    let count = examples.steps * sequences * examples.targets.shape[2]
    targets = AlignedBuffer(count: count)
    weights = AlignedBuffer(count: count)
  }

  /// Takes the sequences of these numbers; too few are filled up with the first one at weight 0.
  func gather(_ members: ArraySlice<Int>, inputs: AlignedBuffer) {
    copy(examples.inputs, members, to: inputs, filling: true)
    copy(examples.targets, members, to: targets, filling: true)
    copy(examples.weights, members, to: weights, filling: false)
  }

  private func copy(_ source: Tensor, _ members: ArraySlice<Int>, to destination: AlignedBuffer, filling: Bool) {
    let width = source.shape[2]
    let all = source.shape[1]
    precondition(
      destination.count == examples.steps * sequences * width,
      "a batch of \(destination.count) values, expected \(examples.steps * sequences * width)")
    source.storage.withUnsafeBufferPointer { values in
      for step in 0..<examples.steps {
        for place in 0..<sequences {
          let row = destination.base + (step * sequences + place) * width
          let member = place < members.count ? members[members.startIndex + place] : 0
          for index in 0..<width {
            row[index] = place < members.count || filling ? values[(step * all + member) * width + index] : 0
          }
        }
      }
    }
  }
}
