/// What a layer does to each value that it has computed.
public enum Activation: String, Sendable, Equatable {
  /// y = x
  case linear
  /// y = max(x, 0)
  case relu
  /// y = tanh x
  case tanh
  /// y = 1 / (1 + e⁻ˣ)
  case sigmoid
  /// yₖ = e^xₖ / Σ e^xⱼ over the last axis
  case softmax

  /// For the line that tells a network's architecture.
  var suffix: String { self == .linear ? "" : " \(rawValue)" }
}

/// An activation as a layer of its own; reads and gives any shape.
public struct ActivationLayer: Sendable, Equatable {
  public let activation: Activation

  public init(_ activation: Activation) { self.activation = activation }
}

extension ActivationLayer: LayerKind {
  static var fileName: String { "activation" }
  var summary: String { activation.rawValue }

  func output(reading input: ExampleShape) -> ExampleShape? { input }

  func makeOperation(_ batch: BatchShape) -> (any InferenceOperation)? {
    activation == .linear ? nil : ActivationKernel(activation, batch).operation
  }

  func makeStage(_ batch: BatchShape, _ wiring: StageWiring) -> any Stage {
    ActivationStage(activation, batch, wiring)
  }
}
