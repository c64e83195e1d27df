/// A network bound to one batch shape, to be run forward and backward many times without building anything anew.
///
/// Belongs to one thread at a time; several may work side by side. Batches lie in the layouts of the network's `input`
/// and `output`: `[T][N][·]` for sequences, `[N][height][width][channels]` for images.
public final class DifferentiablePlan {
  /// What `backward` found.
  public struct Gradients: Sendable, Equatable {
    /// ∂loss/∂input, of the input's shape.
    public let input: Tensor
    /// ∂loss/∂parameter, in the order of `NeuralNetwork.parameters`.
    public let parameters: [Tensor]
    /// ∂loss/∂ each LSTM layer's state before the first step.
    public let initialStates: [LSTM.State]
  }

  /// 1 unless the network reads sequences.
  public let steps: Int
  /// Examples side by side.
  public let sequences: Int

  let layout: ParameterLayout
  let parameters: AlignedBuffer
  let parameterGradients: AlignedBuffer
  var input: AlignedBuffer { values[0] }
  var output: AlignedBuffer { values[values.count - 1] }
  var outputGradient: AlignedBuffer { gradients[gradients.count - 1] }

  private let network: NeuralNetwork
  private let batches: [BatchShape]
  /// What flows between the layers: the input, then every layer's output; a layer that only reshapes gives the buffer
  /// on.
  private let values: [AlignedBuffer]
  private let gradients: [AlignedBuffer]
  /// With the number of its layer, from which dropout's draws follow.
  private let stages: [(layer: Int, stage: any Stage)]
  private let recurrentStages: [any RecurrentStage]
  private let stream = Stream()

  /// - Parameters:
  ///   - steps: of each sequence; without meaning for networks that read no sequences.
  ///   - sequences: examples side by side.
  public convenience init(_ network: NeuralNetwork, steps: Int = 1, sequences: Int) {
    self.init(network, steps: steps, sequences: sequences, wantsInputGradient: true)
  }

  /// - Parameters:
  ///   - wantsInputGradient: `false` saves the first layer's work for an input gradient that nobody reads.
  ///   - other: a plan of the same network, whose parameters this one reads instead of its own.
  init(
    _ network: NeuralNetwork, steps: Int, sequences: Int, wantsInputGradient: Bool,
    sharing other: DifferentiablePlan? = nil
  ) {
    precondition(steps > 0 && sequences > 0, "\(steps) steps of \(sequences) sequences, expected 1 or more of each")
    self.network = network
    self.sequences = sequences
    let batches = network.batches(steps: steps, sequences: sequences)
    self.batches = batches
    self.steps = batches[0].steps
    func buffers() -> [AlignedBuffer] {
      zip(network.layers, batches.dropFirst()).reduce(into: [AlignedBuffer(count: batches[0].count)]) {
        $0.append($1.0.kind.changesValues ? AlignedBuffer(count: $1.1.count) : $0[$0.count - 1])
      }
    }
    values = buffers()
    gradients = buffers()
    layout = ParameterLayout(network)
    parameters = other?.parameters ?? AlignedBuffer(count: layout.count)
    parameterGradients = AlignedBuffer(count: layout.count)

    var stages: [(layer: Int, stage: any Stage)] = []
    var next = 0
    for (index, layer) in network.layers.enumerated() where layer.kind.changesValues {
      let offsets = layout.offsets[next..<next + layer.parameters.count]
      next += layer.parameters.count
      let wiring = StageWiring(
        input: values[index], output: values[index + 1], inputGradient: gradients[index],
        outputGradient: gradients[index + 1], wantsInputGradient: wantsInputGradient || !stages.isEmpty,
        parameters: offsets.map { [parameters] in parameters.base + $0 },
        parameterGradients: offsets.map { [parameterGradients] in parameterGradients.base + $0 })
      stages.append((index, layer.kind.makeStage(batches[index], wiring)))
    }
    self.stages = stages
    recurrentStages = stages.compactMap { $0.stage as? any RecurrentStage }
    layout.write(network.parameters, to: parameters)
  }

  /// The parameters this plan holds now, in the order of `NeuralNetwork.parameters`.
  var currentParameters: [Tensor] { layout.read(parameters, shapes: network.parameters.map(\.shape)) }

  /// The network with the parameters this plan holds now.
  public var trained: NeuralNetwork {
    var result = network
    result.parameters = currentParameters
    return result
  }

  /// - Parameters:
  ///   - x: a batch of the network's input, e.g. `[T][N][inputs]`.
  ///   - initialStates: one per LSTM layer; zero when empty.
  /// - Returns: a batch of the network's output, e.g. `[T][N][outputs]`.
  public func forward(_ x: Tensor, initialStates: [LSTM.State] = []) -> Tensor {
    let expected = batches[0].tensorShape
    precondition(x.shape == expected, "input \(x.shape), expected \(expected)")
    input.copy(from: x.storage)
    setInitialStates(initialStates)
    forward(noise: nil)
    return Tensor(batches[batches.count - 1].tensorShape, output.copied())
  }

  /// Each LSTM layer's state after the last step of the latest `forward`.
  public var finalStates: [LSTM.State] {
    recurrentStages.map { state(hidden: $0.finalHidden, cell: $0.finalCell) }
  }

  /// - Parameter dy: ∂loss/∂output of the latest `forward`, of the output's shape.
  public func backward(_ dy: Tensor) -> Gradients {
    let expected = batches[batches.count - 1].tensorShape
    precondition(dy.shape == expected, "output gradient \(dy.shape), expected \(expected)")
    outputGradient.copy(from: dy.storage)
    backward()
    return Gradients(
      input: Tensor(batches[0].tensorShape, gradients[0].copied()),
      parameters: layout.read(parameterGradients, shapes: network.parameters.map(\.shape)),
      initialStates: recurrentStages.map { state(hidden: $0.initialHiddenGradient, cell: $0.initialCellGradient) })
  }

  /// From `input` to `output`.
  /// - Parameter noise: this step's draws for dropout; `nil` leaves dropout out.
  func forward(noise: CounterRandom?) {
    for (layer, stage) in stages { stage.forward(noise: noise?.descended(UInt64(layer)), on: stream) }
  }

  /// From `outputGradient`, which it may overwrite, to `parameterGradients`.
  func backward() {
    for (_, stage) in stages.reversed() { stage.backward(on: stream) }
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

extension NeuralNetwork {
  /// ∂(Σ w·output)/∂x, with which integrated gradients are built; without dropout. Builds a plan for this one call: for
  /// many batches of one size, keep a `DifferentiablePlan`.
  /// - Parameters:
  ///   - x: a batch of the network's input.
  ///   - outputWeights: w, of the shape of the output for that batch.
  /// - Returns: of the shape of `x`.
  public func inputGradient(at x: Tensor, outputWeights: Tensor) -> Tensor {
    let batch = batch(of: x)
    let plan = DifferentiablePlan(self, steps: batch.steps, sequences: batch.sequences)
    _ = plan.forward(x)
    return plan.backward(outputWeights).input
  }
}
