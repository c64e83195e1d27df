/// Slides a window along a signal: `Convolution2D` in one dimension.
///
/// Letters: C channels read, O filters. Reads `[N][length][C]`, gives `[N][places][O]`.
public struct Convolution1D: Sendable, Equatable {
  /// `[width][C][O]`, Keras's order; C is 0 until a network is built around it.
  public var weights: Tensor
  /// `[O]`
  public var bias: Tensor
  public let stride: Int
  public let padding: Padding
  public let activation: Activation

  public var filters: Int { weights.shape[2] }
  public var kernel: Int { weights.shape[0] }

  /// A layer whose weights are drawn when a network is built around it.
  public init(
    _ filters: Int, kernel: Int, stride: Int = 1, padding: Padding = .valid, activation: Activation = .linear
  ) {
    precondition(filters > 0, "\(filters) filters, expected 1 or more")
    self.init(
      weights: Tensor([kernel, 0, filters]), bias: Tensor([filters]), stride: stride, padding: padding,
      activation: activation)
  }

  public init(
    weights: Tensor, bias: Tensor, stride: Int = 1, padding: Padding = .valid, activation: Activation = .linear
  ) {
    precondition(weights.shape.count == 3, "weights \(weights.shape), expected [width, C, O]")
    self.weights = weights
    self.bias = bias
    self.stride = stride
    self.padding = padding
    self.activation = activation
    _ = onImage
  }

  /// The same layer over images of height 1, in which form it runs.
  var onImage: Convolution2D {
    Convolution2D(
      weights: weights.withHeight, bias: bias, strides: (1, stride), padding: padding, activation: activation)
  }
}

extension Convolution1D: LayerKind {
  static var fileName: String { "convolution1d" }
  var summary: String {
    let stride = stride == 1 ? "" : " stride \(stride)"
    return "convolution \(filters) \(kernel)\(stride)\(padding == .same ? " same" : "")\(activation.suffix)"
  }
  var namedParameters: [(name: String, tensor: Tensor)] { [("weights", weights), ("bias", bias)] }
  var decayingParameterCount: Int { 1 }
  var channelsRead: Int? { onImage.channelsRead }

  func with(_ parameters: [Tensor]) -> Convolution1D {
    Convolution1D(
      weights: parameters[0], bias: parameters[1], stride: stride, padding: padding, activation: activation)
  }

  func output(reading input: ExampleShape) -> ExampleShape? {
    input.flatImage.flatMap { onImage.output(reading: $0)?.signal }
  }

  func initialized(reading input: ExampleShape, random: CounterRandom) -> Convolution1D {
    let drawn = onImage.initialized(reading: input, random: random)
    return with([drawn.weights.withoutHeight, drawn.bias])
  }

  func makeOperation(_ batch: BatchShape) -> (any InferenceOperation)? { onImage.makeOperation(batch.flatImages) }

  func makeStage(_ batch: BatchShape, _ wiring: StageWiring) -> any Stage {
    onImage.makeStage(batch.flatImages, wiring)
  }
}
