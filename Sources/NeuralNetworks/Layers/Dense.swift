/// y = activation(x·W + b) along the last axis, at every step and place alike.
///
/// Letters: C inputs, O outputs. Reads `[…][C]`, gives `[…][O]`.
public struct Dense: Sendable, Equatable {
  /// `[C][O]`; `[0][O]` until a network is built around it.
  public var weights: Tensor
  /// `[O]`
  public var bias: Tensor
  public let activation: Activation

  public var inputs: Int { weights.shape[0] }
  public var outputs: Int { weights.shape[1] }

  /// A layer whose weights are drawn when a network is built around it.
  public init(_ outputs: Int, activation: Activation = .linear) {
    precondition(outputs > 0, "\(outputs) outputs, expected 1 or more")
    self.init(weights: Tensor([0, outputs]), bias: Tensor([outputs]), activation: activation)
  }

  public init(weights: Tensor, bias: Tensor, activation: Activation = .linear) {
    precondition(weights.shape.count == 2, "weights \(weights.shape), expected [C, O]")
    precondition(bias.shape == [weights.shape[1]], "bias \(bias.shape), expected \([weights.shape[1]])")
    self.weights = weights
    self.bias = bias
    self.activation = activation
  }

  /// Weights uniform after Glorot & Bengio (2010), bias 0.
  init(inputs: Int, outputs: Int, activation: Activation = .linear, random: CounterRandom) {
    self.init(
      weights: .glorotUniform(rows: inputs, columns: outputs, random), bias: Tensor([outputs]), activation: activation)
  }
}

extension Dense: LayerKind {
  static var fileName: String { "dense" }
  var summary: String { "dense \(outputs)\(activation.suffix)" }
  var namedParameters: [(name: String, tensor: Tensor)] { [("weights", weights), ("bias", bias)] }
  var decayingParameterCount: Int { 1 }
  var channelsRead: Int? { weights.shape[0] == 0 ? nil : weights.shape[0] }

  func with(_ parameters: [Tensor]) -> Dense {
    Dense(weights: parameters[0], bias: parameters[1], activation: activation)
  }

  func output(reading input: ExampleShape) -> ExampleShape? {
    (channelsRead ?? input.channels) == input.channels ? input.with(channels: outputs) : nil
  }

  func initialized(reading input: ExampleShape, random: CounterRandom) -> Dense {
    channelsRead == nil ? Dense(inputs: input.channels, outputs: outputs, activation: activation, random: random) : self
  }

  func makeOperation(_ batch: BatchShape) -> (any InferenceOperation)? {
    DenseKernel(self, batch).operation().followed(by: activation, output(of: batch))
  }

  func makeStage(_ batch: BatchShape, _ wiring: StageWiring) -> any Stage {
    WeightedStage(DenseKernel(self, batch), activation, output(of: batch), wiring)
  }
}
