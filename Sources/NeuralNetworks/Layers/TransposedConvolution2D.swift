/// A convolution run backwards (Zeiler et al. 2010): every value read lays its window, weighted, onto a larger image.
///
///     y[i·s + k − p, j·s + l − p, o] += x[i, j, c] · W[k, l, o, c],   then + b[o], then the activation
///
/// The gradient of a `Convolution2D` with respect to its input, so that an autoencoder's decoder mirrors its encoder.
/// Letters: C channels read, O filters, p the margin cut off in front. Reads `[N][height][width][C]`; gives height·s by
/// width·s places with `same` padding, (height − 1)·s + window with `valid`.
public struct TransposedConvolution2D: Sendable, Equatable {
  /// `[height][width][O][C]`, Keras's order; C is 0 until a network is built around it.
  public var weights: Tensor
  /// `[O]`
  public var bias: Tensor
  public let strides: PlaneSize
  public let padding: Padding
  public let activation: Activation

  public var filters: Int { weights.shape[2] }
  public var kernel: PlaneSize { PlaneSize(weights.shape[0], weights.shape[1]) }

  /// A layer whose weights are drawn when a network is built around it.
  public init(
    _ filters: Int, kernel: (Int, Int), strides: (Int, Int) = (1, 1), padding: Padding = .valid,
    activation: Activation = .linear
  ) {
    precondition(filters > 0, "\(filters) filters, expected 1 or more")
    self.init(
      weights: Tensor([kernel.0, kernel.1, filters, 0]), bias: Tensor([filters]), strides: strides, padding: padding,
      activation: activation)
  }

  public init(
    weights: Tensor, bias: Tensor, strides: (Int, Int) = (1, 1), padding: Padding = .valid,
    activation: Activation = .linear
  ) {
    precondition(weights.shape.count == 4, "weights \(weights.shape), expected [height, width, O, C]")
    precondition(bias.shape == [weights.shape[2]], "bias \(bias.shape), expected \([weights.shape[2]])")
    precondition(
      weights.shape[0] >= strides.0 && weights.shape[1] >= strides.1,
      "strides \(strides) beyond the window \(weights.shape[0])×\(weights.shape[1]), expected no gaps")
    self.weights = weights
    self.bias = bias
    self.strides = PlaneSize(strides.0, strides.1)
    self.padding = padding
    self.activation = activation
  }
}

extension TransposedConvolution2D: LayerKind {
  static var fileName: String { "transposed_convolution" }
  var summary: String { "transposed convolution \(filters) \(geometry.summary)\(activation.suffix)" }
  var namedParameters: [(name: String, tensor: Tensor)] { [("weights", weights), ("bias", bias)] }
  var decayingParameterCount: Int { 1 }
  var channelsRead: Int? { weights.shape[3] == 0 ? nil : weights.shape[3] }
  var geometry: WindowGeometry { WindowGeometry(window: kernel, strides: strides, padding: padding) }

  func with(_ parameters: [Tensor]) -> TransposedConvolution2D {
    TransposedConvolution2D(
      weights: parameters[0], bias: parameters[1], strides: (strides.height, strides.width), padding: padding,
      activation: activation)
  }

  func output(reading input: ExampleShape) -> ExampleShape? {
    guard let (places, channels) = input.plane, (channelsRead ?? channels) == channels else { return nil }
    let plane = geometry.plane(under: places)
    return .image(height: plane.height, width: plane.width, channels: filters)
  }

  func initialized(reading input: ExampleShape, random: CounterRandom) -> TransposedConvolution2D {
    channelsRead == nil ? with([.glorotUniform(window: kernel, filters, input.channels, random), bias]) : self
  }

  func makeOperation(_ batch: BatchShape) -> (any InferenceOperation)? {
    TransposedConvolutionKernel(self, batch).operation().followed(by: activation, output(of: batch))
  }

  func makeStage(_ batch: BatchShape, _ wiring: StageWiring) -> any Stage {
    WeightedStage(TransposedConvolutionKernel(self, batch), activation, output(of: batch), wiring)
  }
}
