/// One stage of a network; sizes and parameters only, so a value that can be copied, compared and stored.
public enum Layer: Sendable, Equatable {
  case lstm(LSTM)
  case dense(Dense)
  case dropout(Dropout)

  /// In a fixed order, on which files and optimisers rely.
  public var parameters: [Tensor] {
    get {
      switch self {
      case .lstm(let layer): [layer.inputWeights, layer.recurrentWeights, layer.bias]
      case .dense(let layer): [layer.weights, layer.bias]
      case .dropout: []
      }
    }
    set {
      switch self {
      case .lstm(let layer):
        precondition(newValue.count == 3, "\(newValue.count) tensors for an LSTM layer, expected 3")
        let layerWithNew = LSTM(inputWeights: newValue[0], recurrentWeights: newValue[1], bias: newValue[2])
        precondition(
          layerWithNew.inputs == layer.inputs && layerWithNew.hidden == layer.hidden,
          "LSTM \(layerWithNew.inputs) → \(layerWithNew.hidden), expected \(layer.inputs) → \(layer.hidden)")
        self = .lstm(layerWithNew)
      case .dense(let layer):
        precondition(newValue.count == 2, "\(newValue.count) tensors for a dense layer, expected 2")
        let layerWithNew = Dense(weights: newValue[0], bias: newValue[1])
        precondition(
          layerWithNew.weights.shape == layer.weights.shape,
          "dense weights \(layerWithNew.weights.shape), expected \(layer.weights.shape)")
        self = .dense(layerWithNew)
      case .dropout:
        precondition(newValue.isEmpty, "\(newValue.count) tensors for dropout, expected none")
      }
    }
  }

  /// Whether weight decay pulls the parameter at that index: weights yes, biases no.
  func decays(_ parameter: Int) -> Bool {
    switch self {
    case .lstm: parameter < 2
    case .dense: parameter < 1
    case .dropout: false
    }
  }

  /// Values per row that the layer reads; `nil` when it takes whatever comes.
  var inputs: Int? {
    switch self {
    case .lstm(let layer): layer.inputs
    case .dense(let layer): layer.inputs
    case .dropout: nil
    }
  }

  /// Values per row that the layer gives when it reads `inputs` of them.
  func outputs(reading inputs: Int) -> Int {
    switch self {
    case .lstm(let layer): layer.hidden
    case .dense(let layer): layer.outputs
    case .dropout: inputs
    }
  }
}

/// Layers one after another, from `[T][N][inputs]` to `[T][N][outputs]`: T steps, N sequences, time outermost.
///
/// A value: training gives it new parameters. To run it, see `InferencePlan`; to differentiate it,
/// `DifferentiablePlan`.
public struct NeuralNetwork: Sendable, Equatable {
  public private(set) var layers: [Layer]
  public let inputs: Int
  public let outputs: Int

  /// - Precondition: at least one layer has weights, and each reads as many values as the one before it gives.
  public init(_ layers: [Layer]) {
    guard let inputs = layers.lazy.compactMap(\.inputs).first else {
      preconditionFailure("\(layers.count) layers without weights, expected one with")
    }
    var width = inputs
    for (index, layer) in layers.enumerated() {
      let expected = layer.inputs ?? width
      precondition(expected == width, "layer \(index) reads \(expected) values, the layer before it gives \(width)")
      width = layer.outputs(reading: width)
    }
    self.layers = layers
    self.inputs = inputs
    outputs = width
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
  public var architecture: String {
    layers.reduce("\(inputs)") { text, layer in
      switch layer {
      case .lstm(let layer): "\(text) → LSTM \(layer.hidden)"
      case .dense(let layer): "\(text) → dense \(layer.outputs)"
      case .dropout(let layer): "\(text) → dropout \(layer.rate)"
      }
    }
  }

  /// The LSTM layers alone, in order; states are given for these.
  public var recurrentLayers: [LSTM] {
    layers.compactMap { if case .lstm(let layer) = $0 { layer } else { nil } }
  }
}
