/// Long short-term memory (Hochreiter & Schmidhuber 1997, with the forget gate of Gers, Schmidhuber & Cummins 2000).
///
///     i = σ(x·Wᵢ + h·Rᵢ + bᵢ)          f = σ(x·W_f + h·R_f + b_f)
///     c̃ = tanh(x·W_c + h·R_c + b_c)    o = σ(x·W_o + h·R_o + b_o)
///     c ← f ⊙ c + i ⊙ c̃                h ← o ⊙ tanh(c)
///
/// Letters: T steps, N sequences, C inputs, H hidden units. Reads `[T][N][C]`, gives `[T][N][H]`, one row per step.
/// The four gates stand side by side in the order i, f, c̃, o, which is also that of Keras, so that weights pass
/// between the two unchanged.
public struct LSTM: Sendable, Equatable {
  /// `[C][4·H]`; `[0][4·H]` until a network is built around it.
  public var inputWeights: Tensor
  /// `[H][4·H]`
  public var recurrentWeights: Tensor
  /// `[4·H]`
  public var bias: Tensor

  public var inputs: Int { inputWeights.shape[0] }
  public var hidden: Int { recurrentWeights.shape[0] }

  /// What the layer remembers between steps: `hidden` (h) and `cell` (c), each `[N][H]`.
  public struct State: Sendable, Equatable {
    public var hidden: Tensor
    public var cell: Tensor

    public init(hidden: Tensor, cell: Tensor) {
      precondition(hidden.shape == cell.shape, "cell shape \(cell.shape), expected that of hidden, \(hidden.shape)")
      self.hidden = hidden
      self.cell = cell
    }
  }

  /// A layer whose weights are drawn when a network is built around it.
  public init(_ hidden: Int) {
    precondition(hidden > 0, "\(hidden) hidden units, expected 1 or more")
    self.init(
      inputWeights: Tensor([0, 4 * hidden]), recurrentWeights: Tensor([hidden, 4 * hidden]),
      bias: Tensor([4 * hidden]))
  }

  public init(inputWeights: Tensor, recurrentWeights: Tensor, bias: Tensor) {
    precondition(recurrentWeights.shape.count == 2, "recurrent weights \(recurrentWeights.shape), expected [H, 4H]")
    let hidden = recurrentWeights.shape[0]
    precondition(
      recurrentWeights.shape == [hidden, 4 * hidden],
      "recurrent weights \(recurrentWeights.shape), expected \([hidden, 4 * hidden])")
    precondition(
      inputWeights.shape.count == 2 && inputWeights.shape[1] == 4 * hidden,
      "input weights \(inputWeights.shape), expected [C, \(4 * hidden)]")
    precondition(bias.shape == [4 * hidden], "bias \(bias.shape), expected \([4 * hidden])")
    self.inputWeights = inputWeights
    self.recurrentWeights = recurrentWeights
    self.bias = bias
  }

  /// Input weights uniform after Glorot & Bengio (2010), recurrent ones with orthonormal rows (Saxe, McClelland &
  /// Ganguli 2014), forget bias 1 so that memory starts long.
  init(inputs: Int, hidden: Int, random: CounterRandom) {
    var bias = Tensor([4 * hidden])
    for unit in hidden..<2 * hidden { bias.storage[unit] = 1 }
    self.init(
      inputWeights: .glorotUniform(rows: inputs, columns: 4 * hidden, random.descended(0)),
      recurrentWeights: .orthonormalRows(rows: hidden, columns: 4 * hidden, random.descended(1)),
      bias: bias)
  }
}

extension LSTM: LayerKind {
  static var fileName: String { "lstm" }
  var summary: String { "LSTM \(hidden)" }
  var namedParameters: [(name: String, tensor: Tensor)] {
    [("input_weights", inputWeights), ("recurrent_weights", recurrentWeights), ("bias", bias)]
  }
  var decayingParameterCount: Int { 2 }
  var channelsRead: Int? { inputs == 0 ? nil : inputs }

  func with(_ parameters: [Tensor]) -> LSTM {
    LSTM(inputWeights: parameters[0], recurrentWeights: parameters[1], bias: parameters[2])
  }

  func output(reading input: ExampleShape) -> ExampleShape? {
    guard case .sequence(let width) = input, (channelsRead ?? width) == width else { return nil }
    return .sequence(width: hidden)
  }

  func initialized(reading input: ExampleShape, random: CounterRandom) -> LSTM {
    channelsRead == nil ? LSTM(inputs: input.channels, hidden: hidden, random: random) : self
  }

  /// Plans put LSTM layers into stacks instead; this is a stack of one.
  func makeOperation(_ batch: BatchShape) -> (any InferenceOperation)? { LSTMStack([.lstm(self)], batch) }

  func makeStage(_ batch: BatchShape, _ wiring: StageWiring) -> any Stage { LSTMStage(self, batch, wiring) }
}
