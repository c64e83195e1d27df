/// A network bound to one batch shape, to be run forward and backward many times without building anything anew.
///
/// Belongs to one thread at a time; several may work side by side. Layout of all rows: `[T][N][·]`, T steps of N
/// sequences.
public final class DifferentiablePlan {
  /// What `backward` found.
  public struct Gradients: Sendable, Equatable {
    /// ∂loss/∂input, `[T][N][inputs]`.
    public let input: Tensor
    /// ∂loss/∂parameter, in the order of `NeuralNetwork.parameters`.
    public let parameters: [Tensor]
    /// ∂loss/∂ each LSTM layer's state before the first step.
    public let initialStates: [LSTM.State]
  }

  public let steps: Int
  public let sequences: Int

  let layout: ParameterLayout
  let parameters: AlignedBuffer
  let parameterGradients: AlignedBuffer
  var input: AlignedBuffer { rows[0] }
  var output: AlignedBuffer { rows[rows.count - 1] }
  var outputGradient: AlignedBuffer { rowGradients[rowGradients.count - 1] }

  private let network: NeuralNetwork
  /// Values between the layers: the input, then every layer's output.
  private let rows: [AlignedBuffer]
  private let rowGradients: [AlignedBuffer]
  private let stages: [any Stage]
  private let recurrentStages: [LSTMStage]
  private let stream = Stream()

  public init(_ network: NeuralNetwork, steps: Int, sequences: Int) {
    precondition(steps > 0 && sequences > 0, "\(steps) steps of \(sequences) sequences, expected 1 or more of each")
    self.network = network
    self.steps = steps
    self.sequences = sequences
    let batch = BatchShape(steps: steps, sequences: sequences)
    var widths = [network.inputs]
    for layer in network.layers { widths.append(layer.outputs(reading: widths[widths.count - 1])) }
    rows = widths.map { AlignedBuffer(count: batch.rows * $0) }
    rowGradients = widths.map { AlignedBuffer(count: batch.rows * $0) }
    layout = ParameterLayout(network)
    parameters = AlignedBuffer(count: layout.count)
    parameterGradients = AlignedBuffer(count: layout.count)

    var stages: [any Stage] = []
    var next = 0
    for (index, layer) in network.layers.enumerated() {
      let offsets = layout.offsets[next..<next + layer.parameters.count]
      next += layer.parameters.count
      let wiring = StageWiring(
        input: rows[index], output: rows[index + 1], inputGradient: rowGradients[index],
        outputGradient: rowGradients[index + 1], parameters: offsets.map { [parameters] in parameters.base + $0 },
        parameterGradients: offsets.map { [parameterGradients] in parameterGradients.base + $0 })
      switch layer {
      case .lstm(let layer): stages.append(LSTMStage(layer, batch: batch, wiring: wiring))
      case .dense(let layer): stages.append(DenseStage(layer, batch: batch, wiring: wiring))
      case .dropout(let layer):
        stages.append(DropoutStage(layer, width: widths[index], batch: batch, wiring: wiring))
      }
    }
    self.stages = stages
    recurrentStages = stages.compactMap { $0 as? LSTMStage }
    layout.write(network.parameters, to: parameters)
  }

  /// The network with the parameters this plan holds now.
  public var trained: NeuralNetwork {
    var result = network
    result.parameters = layout.read(parameters, shapes: network.parameters.map(\.shape))
    return result
  }

  /// - Parameters:
  ///   - x: `[T][N][inputs]`.
  ///   - initialStates: one per LSTM layer; zero when empty.
  /// - Returns: `[T][N][outputs]`.
  public func forward(_ x: Tensor, initialStates: [LSTM.State] = []) -> Tensor {
    let expected = [steps, sequences, network.inputs]
    precondition(x.shape == expected, "input \(x.shape), expected \(expected)")
    input.copy(from: x.storage)
    setInitialStates(initialStates)
    forward(noise: nil)
    return Tensor([steps, sequences, network.outputs], output.copied())
  }

  /// Each LSTM layer's state after the last step of the latest `forward`.
  public var finalStates: [LSTM.State] {
    recurrentStages.map { state(hidden: $0.finalHidden, cell: $0.finalCell) }
  }

  /// - Parameter dy: ∂loss/∂output of the latest `forward`, `[T][N][outputs]`.
  public func backward(_ dy: Tensor) -> Gradients {
    let expected = [steps, sequences, network.outputs]
    precondition(dy.shape == expected, "output gradient \(dy.shape), expected \(expected)")
    outputGradient.copy(from: dy.storage)
    backward()
    return Gradients(
      input: Tensor([steps, sequences, network.inputs], rowGradients[0].copied()),
      parameters: layout.read(parameterGradients, shapes: network.parameters.map(\.shape)),
      initialStates: recurrentStages.map { state(hidden: $0.initialHiddenGradient, cell: $0.initialCellGradient) })
  }

  /// From `input` to `output`.
  /// - Parameter noise: this step's draws for dropout; `nil` leaves dropout out.
  func forward(noise: CounterRandom?) {
    for (index, stage) in stages.enumerated() {
      stage.forward(noise: noise?.descended(UInt64(index)), on: stream)
    }
  }

  /// From `outputGradient` to `parameterGradients`.
  func backward() {
    for stage in stages.reversed() { stage.backward(on: stream) }
  }

  private func setInitialStates(_ states: [LSTM.State]) {
    precondition(
      states.isEmpty || states.count == recurrentStages.count,
      "\(states.count) initial states, expected none or \(recurrentStages.count)")
    for (index, stage) in recurrentStages.enumerated() {
      if states.isEmpty {
        stage.initialHidden.zero()
        stage.initialCell.zero()
      } else {
        stage.initialHidden.copy(from: states[index].hidden.storage)
        stage.initialCell.copy(from: states[index].cell.storage)
      }
    }
  }

  private func state(hidden: AlignedBuffer, cell: AlignedBuffer) -> LSTM.State {
    let shape = [sequences, hidden.count / sequences]
    return LSTM.State(hidden: Tensor(shape, hidden.copied()), cell: Tensor(shape, cell.copied()))
  }
}
