/// The plain recurrent cell (Elman 1990): h ← activation(x·W + h·R + b), from h = 0.
///
/// Letters: T steps, N sequences, C inputs, H hidden units. Reads `[T][N][C]`, gives `[T][N][H]`, one row per step.
public struct SimpleRecurrent: Sendable, Equatable {
  /// `[C][H]`; `[0][H]` until a network is built around it.
  public var inputWeights: Tensor
  /// `[H][H]`
  public var recurrentWeights: Tensor
  /// `[H]`
  public var bias: Tensor
  /// `tanh`, `relu` or `sigmoid`.
  public let activation: Activation

  public var hidden: Int { recurrentWeights.shape[0] }

  /// A layer whose weights are drawn when a network is built around it.
  public init(_ hidden: Int, activation: Activation = .tanh) {
    self.init(
      inputWeights: Tensor([0, hidden]), recurrentWeights: Tensor([hidden, hidden]), bias: Tensor([hidden]),
      activation: activation)
  }

  public init(inputWeights: Tensor, recurrentWeights: Tensor, bias: Tensor, activation: Activation = .tanh) {
    let hidden = bias.count
    precondition(
      recurrentWeights.shape == [hidden, hidden],
      "recurrent weights \(recurrentWeights.shape), expected \([hidden, hidden])")
    precondition(
      inputWeights.shape.count == 2 && inputWeights.shape[1] == hidden,
      "input weights \(inputWeights.shape), expected [C, \(hidden)]")
    precondition(
      [.tanh, .relu, .sigmoid].contains(activation), "a recurrent cell with \(activation), expected tanh, relu, sigmoid"
    )
    self.inputWeights = inputWeights
    self.recurrentWeights = recurrentWeights
    self.bias = bias
    self.activation = activation
  }
}

extension SimpleRecurrent: LayerKind {
  static var fileName: String { "recurrent" }
  var summary: String { "recurrent \(hidden)\(activation.suffix)" }
  var namedParameters: [(name: String, tensor: Tensor)] {
    [("input_weights", inputWeights), ("recurrent_weights", recurrentWeights), ("bias", bias)]
  }
  var decayingParameterCount: Int { 2 }
  var channelsRead: Int? { inputWeights.shape[0] == 0 ? nil : inputWeights.shape[0] }

  func with(_ parameters: [Tensor]) -> SimpleRecurrent {
    SimpleRecurrent(
      inputWeights: parameters[0], recurrentWeights: parameters[1], bias: parameters[2], activation: activation)
  }

  func output(reading input: ExampleShape) -> ExampleShape? {
    guard case .sequence(let width) = input, (channelsRead ?? width) == width else { return nil }
    return .sequence(width: hidden)
  }

  /// Input weights uniform after Glorot & Bengio (2010), recurrent ones orthonormal, bias 0, as Keras's.
  func initialized(reading input: ExampleShape, random: CounterRandom) -> SimpleRecurrent {
    guard channelsRead == nil else { return self }
    return SimpleRecurrent(
      inputWeights: .glorotUniform(rows: input.channels, columns: hidden, random.descended(0)),
      recurrentWeights: .orthonormalRows(rows: hidden, columns: hidden, random.descended(1)), bias: bias,
      activation: activation)
  }

  func makeOperation(_ batch: BatchShape) -> (any InferenceOperation)? { RecurrentKernel(self, batch).operation }

  func makeStage(_ batch: BatchShape, _ wiring: StageWiring) -> any Stage {
    SimpleRecurrentStage(self, RecurrentKernel(self, batch), wiring)
  }
}
