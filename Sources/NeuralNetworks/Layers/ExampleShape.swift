/// What one example looks like between two layers. Letters: T steps, N examples; channels vary fastest.
public enum ExampleShape: Sendable, Equatable, CustomStringConvertible {
  /// One row per step, any number of steps: a batch is `[T][N][width]`, time outermost.
  case sequence(width: Int)
  /// A line of positions: a batch is `[N][length][channels]`.
  case signal(length: Int, channels: Int)
  /// A batch is `[N][height][width][channels]`.
  case image(height: Int, width: Int, channels: Int)
  /// A batch is `[N][width]`.
  case vector(Int)

  /// Sizes of one example, or of one step of a sequence.
  public var sizes: [Int] {
    switch self {
    case .sequence(let width), .vector(let width): [width]
    case .signal(let length, let channels): [length, channels]
    case .image(let height, let width, let channels): [height, width, channels]
    }
  }

  /// Values of one example, or of one step of a sequence.
  public var count: Int { sizes.reduce(1, *) }

  /// Size of the last axis.
  public var channels: Int { sizes[sizes.count - 1] }

  public var isSequence: Bool { if case .sequence = self { true } else { false } }

  /// e.g. `28×28×1`; a sequence's step and a vector are one number.
  public var description: String { sizes.map(String.init).joined(separator: "×") }

  /// The same positions with another last axis.
  func with(channels: Int) -> ExampleShape {
    switch self {
    case .sequence: .sequence(width: channels)
    case .signal(let length, _): .signal(length: length, channels: channels)
    case .image(let height, let width, _): .image(height: height, width: width, channels: channels)
    case .vector: .vector(channels)
    }
  }
}

/// What flows between two layers for one batch: N examples of one shape, of T steps each where they are sequences.
struct BatchShape: Equatable {
  let example: ExampleShape
  /// 1 unless the examples are sequences.
  let steps: Int
  let sequences: Int

  init(_ example: ExampleShape, steps: Int, sequences: Int) {
    self.example = example
    self.steps = example.isSequence ? steps : 1
    self.sequences = sequences
  }

  var rows: Int { steps * sequences }
  /// Values of the whole batch.
  var count: Int { rows * example.count }
  /// Rows of one value per channel: every step, or every place of an image.
  var positions: Int { rows * (example.count / example.channels) }
  /// Of the tensor that holds the batch.
  var tensorShape: [Int] { (example.isSequence ? [steps] : []) + [sequences] + example.sizes }
}
