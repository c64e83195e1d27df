/// Slides a window over an image (LeCun et al. 1989):
///
///     y[i, j, o] = activation(b[o] + Σ x[i·s + k − p, j·s + l − p, c] · W[k, l, c, o])
///
/// without turning the window round, as all network libraries do. Letters: C channels read, O filters, p the margin of
/// zeros in front. Reads `[N][height][width][C]`, gives `[N][places][places][O]`.
public struct Convolution2D: Sendable, Equatable {
  /// `[height][width][C][O]`, Keras's order; C is 0 until a network is built around it.
  public var weights: Tensor
  /// `[O]`
  public var bias: Tensor
  public let strides: PlaneSize
  public let padding: Padding
  public let activation: Activation

  public var filters: Int { weights.shape[3] }
  public var kernel: PlaneSize { PlaneSize(weights.shape[0], weights.shape[1]) }

  /// A layer whose weights are drawn when a network is built around it.
  public init(
    _ filters: Int, kernel: (Int, Int), strides: (Int, Int) = (1, 1), padding: Padding = .valid,
    activation: Activation = .linear
  ) {
    precondition(filters > 0, "\(filters) filters, expected 1 or more")
    self.init(
      weights: Tensor([kernel.0, kernel.1, 0, filters]), bias: Tensor([filters]), strides: strides, padding: padding,
      activation: activation)
  }

  public init(
    weights: Tensor, bias: Tensor, strides: (Int, Int) = (1, 1), padding: Padding = .valid,
    activation: Activation = .linear
  ) {
    precondition(weights.shape.count == 4, "weights \(weights.shape), expected [height, width, C, O]")
    precondition(bias.shape == [weights.shape[3]], "bias \(bias.shape), expected \([weights.shape[3]])")
    self.weights = weights
    self.bias = bias
    self.strides = PlaneSize(strides.0, strides.1)
    self.padding = padding
    self.activation = activation
  }
}

extension Convolution2D: LayerKind {
  static var fileName: String { "convolution" }
  var summary: String { "convolution \(filters) \(geometry.summary)\(activation.suffix)" }
  var namedParameters: [(name: String, tensor: Tensor)] { [("weights", weights), ("bias", bias)] }
  var decayingParameterCount: Int { 1 }
  var channelsRead: Int? { weights.shape[2] == 0 ? nil : weights.shape[2] }
  var geometry: WindowGeometry { WindowGeometry(window: kernel, strides: strides, padding: padding) }

  func with(_ parameters: [Tensor]) -> Convolution2D {
    Convolution2D(
      weights: parameters[0], bias: parameters[1], strides: (strides.height, strides.width), padding: padding,
      activation: activation)
  }

  func output(reading input: ExampleShape) -> ExampleShape? {
    guard let (plane, channels) = input.plane, (channelsRead ?? channels) == channels,
      let places = geometry.places(on: plane)
    else { return nil }
    return .image(height: places.height, width: places.width, channels: filters)
  }

  func initialized(reading input: ExampleShape, random: CounterRandom) -> Convolution2D {
    channelsRead == nil ? with([.glorotUniform(window: kernel, input.channels, filters, random), bias]) : self
  }

  func makeOperation(_ batch: BatchShape) -> (any InferenceOperation)? {
    ConvolutionKernel(self, batch).operation().followed(by: activation, output(of: batch))
  }

  func makeStage(_ batch: BatchShape, _ wiring: StageWiring) -> any Stage {
    WeightedStage(ConvolutionKernel(self, batch), activation, output(of: batch), wiring)
  }
}
