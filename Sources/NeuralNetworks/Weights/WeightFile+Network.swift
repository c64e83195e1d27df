extension WeightFile {
  /// Stores a network's weights under names such as `member0.lstm0.input_weights`; dropout has none and is not stored.
  ///
  /// Shapes and gate order are Keras's: LSTM `[C][4·H]`, `[H][4·H]`, `[4·H]` with gates i, f, c̃, o; dense `[C][O]`,
  /// `[O]`.
  /// - Parameter prefix: e.g. `member0.`; may be empty.
  public mutating func insert(_ network: NeuralNetwork, prefix: String = "") {
    var index = 0
    for layer in network.layers {
      switch layer {
      case .dropout: continue
      case .lstm(let layer):
        insert("\(prefix)lstm\(index).input_weights", layer.inputWeights)
        insert("\(prefix)lstm\(index).recurrent_weights", layer.recurrentWeights)
        insert("\(prefix)lstm\(index).bias", layer.bias)
      case .dense(let layer):
        insert("\(prefix)dense\(index).weights", layer.weights)
        insert("\(prefix)dense\(index).bias", layer.bias)
      }
      index += 1
    }
  }

  /// Rebuilds a network from its names and shapes alone, to be run or trained on (without dropout).
  /// - Parameters:
  ///   - inputs: values per row that it must read; any number when `nil`.
  ///   - outputs: values per row that it must give; any number when `nil`.
  /// - Throws: when layer 0 or a tensor is missing, or sizes do not fit one another or those asked for.
  public func network(
    prefix: String = "", inputs: Int? = nil, outputs: Int? = nil
  ) throws(WeightFileError) -> NeuralNetwork {
    var layers: [Layer] = []
    var width = inputs
    while let layer = try layer(layers.count, prefix, reading: width) {
      width = layer.outputs(reading: width ?? 0)
      layers.append(layer)
    }
    guard let last = layers.last else {
      throw WeightFileError(
        .absent, file: source, tensor: "\(prefix)lstm0.input_weights", found: "no such tensor",
        expected: "the first layer of a network")
    }
    let given = last.outputs(reading: 0)
    guard given == outputs ?? given else {
      throw WeightFileError(
        .shape, file: source, tensor: "\(prefix)… (layer \(layers.count - 1))", found: "\(given) outputs",
        expected: "\(outputs ?? given)")
    }
    return NeuralNetwork(layers)
  }

  /// `nil` after the last layer.
  private func layer(_ index: Int, _ prefix: String, reading width: Int?) throws(WeightFileError) -> Layer? {
    let names = Set(entries.map(\.name))
    let lstm = "\(prefix)lstm\(index)"
    let dense = "\(prefix)dense\(index)"
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
      return .lstm(LSTM(inputWeights: input, recurrentWeights: recurrent, bias: bias))
    }
    guard names.contains("\(dense).weights") else { return nil }
    let weights = try matrix("\(dense).weights", rows: width)
    return .dense(Dense(weights: weights, bias: try tensor("\(dense).bias", shape: [weights.shape[1]])))
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
