import Foundation
import NeuralNetworks
import Testing

/// Files of Keras and PyTorch read here, and ours read there; `Tests/ReferenceImplementations/weights_round_trip.py`
/// wrote the former and checks the latter, bit for bit.
@Suite struct WeightsBothWaysTests {
  /// Together every kind of layer with weights; the models of the script.
  static let networks: [(prefix: String, network: NeuralNetwork, x: [Int])] = [
    (
      "sequence.",
      NeuralNetwork(reading: .sequence(width: 3), seed: 1) {
        LSTM(3)
        SimpleRecurrent(3)
        Dense(2)
      }, [4, 2, 3]
    ),
    (
      "image.",
      NeuralNetwork(reading: .image(height: 6, width: 5, channels: 2), seed: 1) {
        Convolution2D(3, kernel: (3, 3), strides: (2, 2), padding: .same, activation: .relu)
        LayerNormalization()
        TransposedConvolution2D(2, kernel: (3, 3), strides: (2, 2), padding: .same)
        Flatten()
        Dense(2)
      }, [2, 6, 5, 2]
    ),
    (
      "signal.",
      NeuralNetwork(reading: .signal(length: 6, channels: 2), seed: 1) {
        Convolution1D(3, kernel: 3, activation: .tanh)
        TransposedConvolution1D(2, kernel: 2, stride: 2)
      }, [2, 6, 2]
    ),
  ]

  /// 2e-6: sums of up to 72 products in 32-bit floats.
  @Test(arguments: ["from-keras", "from-pytorch"])
  func readsWhatOthersWrote(_ name: String) throws {
    let file = try WeightFile(contentsOf: fixtures.appending(path: "\(name).safetensors").path)
    for (prefix, architecture, shape) in Self.networks {
      let network = try file.network(like: architecture, prefix: prefix)
      let x = try file.tensor("\(prefix)example.x", shape: shape)
      expectClose(
        network(x).storage, try file.tensor("\(prefix)example.y").storage, within: 2e-6, "\(name) \(prefix) y")
    }
    let dense = try file.tensor("sequence.dense2.weights", shape: [3, 2])
    if name == "from-keras" { #expect(dense == noise([3, 2], seed: 616, scale: 0.5), "Keras's bits") }
  }

  /// What others read from here. `RECORD_GOLDEN=1` writes it anew, and fails; then run the script.
  static var ours: WeightFile {
    var file = WeightFile()
    for (prefix, architecture, shape) in networks {
      var network = architecture
      network.parameters = network.parameters.enumerated().map { noise($1.shape, seed: 630 + UInt64($0), scale: 0.5) }
      file.insert(network, prefix: prefix)
      let x = noise(shape, seed: 640)
      let y = network(x)
      file.insert("\(prefix)example.x", x)
      // To 16 bits after the point: the last bits depend on the processor.
      file.insert("\(prefix)example.y", Tensor(y.shape, y.storage.map { ($0 * 65536).rounded() / 65536 }))
    }
    return file
  }

  @Test func othersReadWhatWasWrittenHere() throws {
    let path = fixtures.appending(path: "from-swift.safetensors").path
    if ProcessInfo.processInfo.environment["RECORD_GOLDEN"] != nil {
      try Self.ours.write(to: path)
      Issue.record("wrote \(path)")
    }
    let bytes = try [UInt8](Data(contentsOf: URL(filePath: path)))
    #expect(Self.ours.encoded() == bytes)
  }

  @Test func networkSurvivesItsFile() throws {
    let bytes = Self.ours.encoded()
    let file = try WeightFile(bytes, source: "w.safetensors")
    for (prefix, architecture, _) in Self.networks {
      var expected = architecture
      expected.parameters = expected.parameters.enumerated().map {
        noise($1.shape, seed: 630 + UInt64($0), scale: 0.5)
      }
      #expect(try file.network(like: architecture, prefix: prefix) == expected)
    }
  }
}

/// Weights that do not fit the network that reads them: refused, with the tensor's name.
@Suite struct MisfitWeightsTests {
  static let network = NeuralNetwork(reading: .image(height: 6, width: 6, channels: 1), seed: 3) {
    Convolution2D(2, kernel: (3, 3), activation: .relu)
    LayerNormalization()
    TransposedConvolution2D(1, kernel: (3, 3))
    Flatten()
    Dense(3)
  }

  /// A good file with one tensor left out, put in another shape, or added.
  private func refusal(
    without name: String? = nil, adding tensor: (String, Tensor)? = nil, like architecture: NeuralNetwork = network
  ) throws -> WeightFileError {
    var good = WeightFile()
    good.insert(Self.network)
    var file = WeightFile(metadata: good.metadata)
    for entry in good.entries where entry.name != name { file.insert(entry.name, shape: entry.shape, entry.values) }
    if let (name, tensor) = tensor { file.insert(name, tensor) }
    return try #require(throws: WeightFileError.self) { try file.network(like: architecture) }
  }

  @Test func aGoodFileIsRead() throws {
    var good = WeightFile()
    good.insert(Self.network)
    #expect(try good.network(like: Self.network) == Self.network)
  }

  @Test(arguments: [
    ("convolution0.weights", [3, 3, 2, 1]), ("convolution0.bias", [3]), ("layer_normalization1.scale", [2, 1]),
    ("transposed_convolution2.weights", [3, 3, 2, 1]), ("dense3.weights", [36, 4]),
  ])
  func anotherShapeIsRefused(_ name: String, _ shape: [Int]) throws {
    let error = try refusal(without: name, adding: (name, noise(shape, seed: 1)))
    #expect(error.cause == .shape && error.tensor == name, "\(error)")
  }

  @Test(arguments: ["convolution0.weights", "layer_normalization1.shift", "dense3.bias"])
  func aMissingTensorIsNamed(_ name: String) throws {
    let error = try refusal(without: name)
    #expect(error.cause == .absent && error.tensor == name, "\(error)")
  }

  @Test(arguments: ["dense4.weights", "convolution0.extra", "lstm0.bias"])
  func aLayerTooManyIsNamed(_ name: String) throws {
    let error = try refusal(adding: (name, noise([3], seed: 1)))
    #expect(error.cause == .shape && error.tensor == name, "\(error)")
  }

  @Test func anotherNumberTypeIsRefused() throws {
    var file = WeightFile()
    for (name, tensor) in [("dense0.weights", noise([4, 3], seed: 1))] { file.insert(name, tensor) }
    file.insert("dense0.bias", shape: [3], .float64([1, 2, 3]))
    let architecture = NeuralNetwork(reading: .vector(4), seed: 1) { Dense(3) }
    let error = try #require(throws: WeightFileError.self) { try file.network(like: architecture) }
    #expect(error.cause == .numberType && error.tensor == "dense0.bias", "\(error)")
  }

  /// The same shapes under another stride or activation would run, and give other numbers.
  @Test func anotherArchitectureIsRefused() throws {
    let other = NeuralNetwork(reading: .image(height: 6, width: 6, channels: 1), seed: 3) {
      Convolution2D(2, kernel: (3, 3), activation: .tanh)
      LayerNormalization()
      TransposedConvolution2D(1, kernel: (3, 3))
      Flatten()
      Dense(3)
    }
    let error = try refusal(like: other)
    #expect(error.description.contains("relu") && error.description.contains("tanh"), "\(error)")
    var file = WeightFile()
    file.insert(Self.network)
    #expect(throws: WeightFileError.self) { try file.network() }
  }
}
