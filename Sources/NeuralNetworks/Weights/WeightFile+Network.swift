extension WeightFile {
  /// Stores a network's weights under names such as `member0.lstm0.input_weights`: kind, number among the layers with
  /// weights, tensor. Layers without weights are not stored.
  ///
  /// Shapes and gate order are Keras's: see <doc:WeightsBothWays>. A network that its names and shapes do not tell wholly
  /// (anything but LSTM, linear dense and dropout layers over sequences) also leaves its architecture in the metadata,
  /// so that it is read back only into the same one.
  /// - Parameter prefix: e.g. `member0.`; may be empty.
  public mutating func insert(_ network: NeuralNetwork, prefix: String = "") {
    for (name, tensor) in network.namedParameters(prefix: prefix) { insert(name, tensor) }
    if !network.followsFromShapes { metadata["\(prefix)architecture"] = network.architecture }
  }

  /// The weights of this file in a network of known architecture.
  /// - Parameter architecture: tells the layers; its own weights do not matter.
  /// - Throws: when the file says that it holds another architecture, or a tensor is missing, of another shape, or one
  ///   too many.
  public func network(like architecture: NeuralNetwork, prefix: String = "") throws(WeightFileError) -> NeuralNetwork {
    let told = metadata["\(prefix)architecture"] ?? architecture.architecture
    guard told == architecture.architecture else {
      throw WeightFileError(
        .shape, file: source, found: "the architecture \(told)", expected: architecture.architecture)
    }
    let expected = architecture.namedParameters(prefix: prefix)
    var parameters: [Tensor] = []
    for (name, tensor) in expected { parameters.append(try self.tensor(name, shape: tensor.shape)) }
    let names = Set(expected.map(\.name))
    if let stray = entries.first(where: { Self.isLayer($0.name, prefix) && !names.contains($0.name) }) {
      throw WeightFileError(
        .shape, file: source, tensor: stray.name, found: "a layer too many", expected: architecture.architecture)
    }
    var network = architecture
    network.parameters = parameters
    return network
  }

  /// Whether a tensor's name is the prefix, a kind of layer, a number, a point and more.
  private static func isLayer(_ name: String, _ prefix: String) -> Bool {
    guard name.hasPrefix(prefix) else { return false }
    let rest = name.dropFirst(prefix.count)
    let kinds = [
      LSTM.fileName, SimpleRecurrent.fileName, Dense.fileName, Convolution2D.fileName, Convolution1D.fileName,
      TransposedConvolution2D.fileName, TransposedConvolution1D.fileName, LayerNormalization.fileName,
    ]
    return kinds.contains { kind in
      guard rest.hasPrefix(kind), let point = rest.firstIndex(of: ".") else { return false }
      let number = rest[rest.index(rest.startIndex, offsetBy: kind.count)..<point]
      return !number.isEmpty && number.allSatisfy(\.isNumber)
    }
  }

  /// Rebuilds a network of LSTM and linear dense layers from its names and shapes alone, to be run or trained on
  /// (without dropout). Every other network is read by `network(like:prefix:)`.
  /// - Parameters:
  ///   - inputs: values per row that it must read; any number when `nil`.
  ///   - outputs: values per row that it must give; any number when `nil`.
  /// - Throws: when layer 0 or a tensor is missing, or sizes do not fit one another or those asked for.
  public func network(
    prefix: String = "", inputs: Int? = nil, outputs: Int? = nil
  ) throws(WeightFileError) -> NeuralNetwork {
    if let told = metadata["\(prefix)architecture"] {
      throw WeightFileError(
        .shape, file: source, found: "the architecture \(told)", expected: "LSTM and linear dense layers alone")
    }
    var layers: [Layer] = []
    var width = inputs
    while let (layer, given) = try layer(layers.count, prefix, reading: width) {
      width = given
      layers.append(layer)
    }
    guard !layers.isEmpty, let given = width else {
      throw WeightFileError(
        .absent, file: source, tensor: "\(prefix)lstm0.input_weights", found: "no such tensor",
        expected: "the first layer of a network")
    }
    guard given == outputs ?? given else {
      throw WeightFileError(
        .shape, file: source, tensor: "\(prefix)… (layer \(layers.count - 1))", found: "\(given) outputs",
        expected: "\(outputs ?? given)")
    }
    return NeuralNetwork(layers)
  }

  /// The layer and how many values it gives; `nil` after the last one.
  private func layer(
    _ index: Int, _ prefix: String, reading width: Int?
  ) throws(WeightFileError) -> (Layer, outputs: Int)? {
    let names = Set(entries.map(\.name))
    let lstm = "\(prefix)\(LSTM.fileName)\(index)"
    let dense = "\(prefix)\(Dense.fileName)\(index)"
    if names.contains("\(lstm).input_weights") {
      let recurrent = try matrix("\(lstm).recurrent_weights", rows: nil)
      let hidden = recurrent.shape[0]
      guard recurrent.shape[1] == 4 * hidden else {
        throw WeightFileError(
          .shape, file: source, tensor: "\(lstm).recurrent_weights", found: "shape \(recurrent.shape)",
          expected: "\([hidden, 4 * hidden])")
      }
      let input = try matrix("\(lstm).input_weights", rows: width)
      guard input.shape[1] == 4 * hidden else {
        throw WeightFileError(
          .shape, file: source, tensor: "\(lstm).input_weights", found: "shape \(input.shape)",
          expected: "\([input.shape[0], 4 * hidden])")
      }
      let bias = try tensor("\(lstm).bias", shape: [4 * hidden])
      return (.lstm(LSTM(inputWeights: input, recurrentWeights: recurrent, bias: bias)), hidden)
    }
    guard names.contains("\(dense).weights") else { return nil }
    let weights = try matrix("\(dense).weights", rows: width)
    let bias = try tensor("\(dense).bias", shape: [weights.shape[1]])
    return (.dense(Dense(weights: weights, bias: bias)), weights.shape[1])
  }

  /// Two sizes of 1 or more, the first as given.
  private func matrix(_ name: String, rows: Int?) throws(WeightFileError) -> Tensor {
    let tensor = try tensor(name)
    guard tensor.shape.count == 2, tensor.shape.allSatisfy({ $0 > 0 }), rows ?? tensor.shape[0] == tensor.shape[0]
    else {
      throw WeightFileError(
        .shape, file: source, tensor: name, found: "shape \(tensor.shape)",
        expected: "\(rows.map { "\($0)" } ?? "any number of") rows and one or more columns")
    }
    return tensor
  }
}

extension NeuralNetwork {
  /// Every tensor under its name in a weights file, e.g. `convolution0.weights`.
  fileprivate func namedParameters(prefix: String) -> [(name: String, tensor: Tensor)] {
    var result: [(name: String, tensor: Tensor)] = []
    var index = 0
    for layer in layers {
      let parameters = layer.kind.namedParameters
      guard !parameters.isEmpty else { continue }
      for (name, tensor) in parameters {
        result.append(("\(prefix)\(type(of: layer.kind).fileName)\(index).\(name)", tensor))
      }
      index += 1
    }
    return result
  }

  /// Whether names and shapes of the weights tell all that the network does outside training.
  fileprivate var followsFromShapes: Bool {
    input.isSequence
      && layers.allSatisfy { layer in
        switch layer {
        case .lstm, .dropout: true
        case .dense(let dense): dense.activation == .linear
        default: false
        }
      }
  }
}
