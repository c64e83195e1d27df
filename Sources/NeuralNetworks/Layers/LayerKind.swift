/// What each kind of layer must say and make; `Layer` lists the kinds.
///
/// A layer written without the size of what it reads (`Dense(64)`) holds tensors with a size of 0 until
/// `initialized(reading:random:)` gives it weights.
protocol LayerKind: Sendable, Equatable {
  /// In the names of a weights file, e.g. `dense`.
  static var fileName: String { get }
  /// One phrase for a model card, e.g. `LSTM 16`.
  var summary: String { get }
  /// In a fixed order, on which files and optimisers rely; the names are those of a weights file.
  var namedParameters: [(name: String, tensor: Tensor)] { get }
  /// Weight decay pulls these, and not biases.
  var decayingParameterCount: Int { get }
  /// Channels that its weights read; `nil` where it has none, or none yet.
  var channelsRead: Int? { get }
  /// `false` where the numbers stay in place and only the shape changes.
  var changesValues: Bool { get }

  /// The same layer with other numbers, of the same shapes.
  func with(_ parameters: [Tensor]) -> Self
  /// What it gives when it reads that; `nil` when it cannot read it.
  func output(reading input: ExampleShape) -> ExampleShape?
  /// Itself, with fresh weights where it has none.
  func initialized(reading input: ExampleShape, random: CounterRandom) -> Self
  /// `nil` for a layer that does nothing outside training, or nothing but reshape.
  /// - Parameter batch: what it reads.
  func makeOperation(_ batch: BatchShape) -> (any InferenceOperation)?
  /// Asked only when the layer changes values.
  func makeStage(_ batch: BatchShape, _ wiring: StageWiring) -> any Stage
}

extension LayerKind {
  var namedParameters: [(name: String, tensor: Tensor)] { [] }
  var decayingParameterCount: Int { 0 }
  var channelsRead: Int? { nil }
  var changesValues: Bool { true }

  func with(_ parameters: [Tensor]) -> Self { self }
  func initialized(reading input: ExampleShape, random: CounterRandom) -> Self { self }
}

extension LayerKind {
  /// What it makes of a batch that it can read.
  func output(of batch: BatchShape) -> BatchShape {
    guard let example = output(reading: batch.example) else {
      preconditionFailure("\(summary) cannot read \(batch.example)")
    }
    return BatchShape(example, steps: batch.steps, sequences: batch.sequences)
  }
}
