/// y = γ ⊙ (x − μ)/√(σ² + ε) + β, with mean μ and variance σ² over the last axis (Ba, Kiros & Hinton 2016).
///
/// Letters: C channels. Reads and gives `[…][C]`, at every step and place alike; knows nothing of the other examples,
/// so training and use are one.
public struct LayerNormalization: Sendable, Equatable {
  /// γ, `[C]`; `[0]` until a network is built around it.
  public var scale: Tensor
  /// β, `[C]`
  public var shift: Tensor
  /// ε; Keras's default.
  public let epsilon: Double

  /// γ 1 and β 0, as wide as what it reads.
  public init(epsilon: Double = 1e-3) { self.init(scale: Tensor([0]), shift: Tensor([0]), epsilon: epsilon) }

  public init(scale: Tensor, shift: Tensor, epsilon: Double = 1e-3) {
    precondition(scale.shape.count == 1, "scale \(scale.shape), expected [C]")
    precondition(shift.shape == scale.shape, "shift \(shift.shape), expected \(scale.shape)")
    precondition(epsilon > 0, "epsilon \(epsilon), expected above 0")
    self.scale = scale
    self.shift = shift
    self.epsilon = epsilon
  }
}

extension LayerNormalization: LayerKind {
  static var fileName: String { "layer_normalization" }
  var summary: String { "layer normalisation" }
  var namedParameters: [(name: String, tensor: Tensor)] { [("scale", scale), ("shift", shift)] }
  var channelsRead: Int? { scale.count == 0 ? nil : scale.count }

  func with(_ parameters: [Tensor]) -> LayerNormalization {
    LayerNormalization(scale: parameters[0], shift: parameters[1], epsilon: epsilon)
  }

  func output(reading input: ExampleShape) -> ExampleShape? {
    (channelsRead ?? input.channels) == input.channels ? input : nil
  }

  func initialized(reading input: ExampleShape, random: CounterRandom) -> LayerNormalization {
    guard channelsRead == nil else { return self }
    return LayerNormalization(
      scale: Tensor([input.channels], repeating: 1), shift: Tensor([input.channels]), epsilon: epsilon)
  }

  func makeOperation(_ batch: BatchShape) -> (any InferenceOperation)? {
    NormalizationKernel(epsilon, batch).operation
  }

  func makeStage(_ batch: BatchShape, _ wiring: StageWiring) -> any Stage {
    NormalizationStage(NormalizationKernel(epsilon, batch), wiring)
  }
}
