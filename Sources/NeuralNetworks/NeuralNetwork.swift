/// Layers one after another, from `input` to `output`.
///
///     NeuralNetwork(reading: .image(height: 28, width: 28, channels: 1), seed: 7) {
///       Convolution2D(32, kernel: (3, 3), activation: .relu)
///       MaxPooling2D()
///       Flatten()
///       Dense(10)
///     }
///
/// A value: training gives it new parameters. To run it, call it, or see `InferencePlan`; to differentiate it,
/// `DifferentiablePlan`.
public struct NeuralNetwork: Sendable, Equatable {
  public private(set) var layers: [Layer]
  /// What one example looks like.
  public let input: ExampleShape
  public let output: ExampleShape

  /// Values of one example, or of one step of a sequence.
  public var inputs: Int { input.count }
  public var outputs: Int { output.count }

  /// Layers that bring their weights, reading sequences `[T][N][inputs]`: T steps, N sequences, time outermost.
  /// - Precondition: at least one layer has weights, and each reads as many values as the one before it gives.
  public init(_ layers: [Layer]) {
    guard let inputs = layers.lazy.compactMap(\.kind.channelsRead).first else {
      preconditionFailure("\(layers.count) layers without weights, expected one with")
    }
    self.init(layers, reading: .sequence(width: inputs), random: CounterRandom(key: 0))
  }

  /// A network whose body reads as its architecture; untrained, the same for a seed.
  /// - Parameters:
  ///   - input: what one example looks like.
  ///   - layers: first to last; a layer without weights (`Dense(64)`) gets them here, one with weights keeps them.
  /// - Precondition: each layer can read what the one before it gives.
  public init(reading input: ExampleShape, seed: UInt64, @NetworkBuilder _ layers: () -> [Layer]) {
    self.init(layers(), reading: input, random: CounterRandom(key: seed))
  }

  private init(_ layers: [Layer], reading input: ExampleShape, random: CounterRandom) {
    precondition(!layers.isEmpty && input.count > 0, "\(layers.count) layers reading \(input), expected 1 or more")
    var shape = input
    var complete: [Layer] = []
    for (index, layer) in layers.enumerated() {
      let layer = layer.initialized(reading: shape, random: random.descended(UInt64(index)))
      guard let next = layer.kind.output(reading: shape) else {
        preconditionFailure("layer \(index), \(layer.kind.summary), cannot read \(shape), which comes before it")
      }
      complete.append(layer)
      shape = next
    }
    self.layers = complete
    self.input = input
    output = shape
  }

  /// LSTM layers of the given sizes with dropout after each, then one dense layer; untrained, the same for a seed.
  public static func stackedLSTM(
    inputs: Int, hidden: [Int], outputs: Int, dropout: Double = 0, seed: UInt64
  ) -> NeuralNetwork {
    precondition(!hidden.isEmpty, "0 LSTM layers, expected 1 or more")
    let random = CounterRandom(key: seed)
    var layers: [Layer] = []
    var width = inputs
    for (index, size) in hidden.enumerated() {
      layers.append(.lstm(LSTM(inputs: width, hidden: size, random: random.descended(UInt64(index)))))
      if dropout > 0 { layers.append(.dropout(Dropout(rate: dropout))) }
      width = size
    }
    let last = UInt64(hidden.count)
    layers.append(.dense(Dense(inputs: width, outputs: outputs, random: random.descended(last))))
    return NeuralNetwork(layers)
  }

  /// All tensors, layer by layer.
  public var parameters: [Tensor] {
    get { layers.flatMap(\.parameters) }
    set {
      precondition(newValue.count == parameters.count, "\(newValue.count) tensors, expected \(parameters.count)")
      var next = 0
      for index in layers.indices {
        let count = layers[index].parameters.count
        layers[index].parameters = Array(newValue[next..<next + count])
        next += count
      }
    }
  }

  /// How many numbers are fitted.
  public var parameterCount: Int { parameters.reduce(0) { $0 + $1.count } }

  /// One line for a model card, e.g. `18 → LSTM 16 → dropout 0.2 → dense 5`.
  public var architecture: String { layers.reduce("\(input)") { "\($0) → \($1.kind.summary)" } }

  /// The LSTM layers alone, in order; states are given for these.
  public var recurrentLayers: [LSTM] {
    layers.compactMap { if case .lstm(let layer) = $0 { layer } else { nil } }
  }

  /// What flows before, between and after the layers for one batch.
  func batches(steps: Int, sequences: Int) -> [BatchShape] {
    layers.reduce(into: [BatchShape(input, steps: steps, sequences: sequences)]) { batches, layer in
      batches.append(layer.kind.output(of: batches[batches.count - 1]))
    }
  }

  /// The same without that activation at the end, for a loss that applies it.
  func without(last activation: Activation) -> NeuralNetwork {
    var result = self
    switch layers[layers.count - 1] {
    case .activation(let last) where last.activation == activation:
      result.layers[layers.count - 1] = .activation(ActivationLayer(.linear))
    case .dense(let last) where last.activation == activation:
      result.layers[layers.count - 1] = .dense(Dense(weights: last.weights, bias: last.bias))
    default: break
    }
    return result
  }
}
