import COneDNN

/// What one worker needs to run a plan: rows between the layers, a scratchpad, bound calls. Allocated once.
public final class InferenceWorkspace {
  let input: AlignedBuffer
  let output: AlignedBuffer
  /// Per LSTM stage, h and c after the last step, `[N][H]`.
  let finalStates: [(hidden: AlignedBuffer, cell: AlignedBuffer)]

  private let calls: [Call]
  private let stream = Stream()

  init(_ plan: InferencePlan) {
    OneDNN.useOneThread()
    let stages = plan.stages
    input = AlignedBuffer(count: plan.steps * plan.rows * plan.inputs)
    output = AlignedBuffer(count: plan.steps * plan.rows * plan.outputs)
    // Two buffers take turns between the layers, so that a block stays in the core's cache.
    let between = (0..<2).map { _ in AlignedBuffer(count: stages.map(\.outputCount).max() ?? 0) }
    let scratchBytes = stages.map { OneDNN.byteCount($0.primitive.scratchpadLayout) }.max() ?? 0
    let scratch = AlignedBuffer(count: (scratchBytes + 3) / MemoryLayout<Float>.stride)

    var finalStates: [(hidden: AlignedBuffer, cell: AlignedBuffer)] = []
    var calls: [Call] = []
    for (index, stage) in stages.enumerated() {
      let source = index == 0 ? input : between[index % 2]
      let destination = index == stages.count - 1 ? output : between[(index + 1) % 2]
      let x = Memory(stage.inputLayout, in: source)
      let y = Memory(stage.outputLayout, in: destination)
      switch stage.kind {
      case .lstm(let operation):
        let count = plan.rows * operation.hidden
        let final = (hidden: AlignedBuffer(count: count), cell: AlignedBuffer(count: count))
        finalStates.append(final)
        calls.append(Self.call(stage.primitive, operation, x, y, final, scratch))
      case .dense(_, _, let bias):
        calls.append(
          Call(
            stage.primitive,
            [
              (DNNL_ARG_WEIGHTS, Memory(stage.primitive.layout(of: DNNL_ARG_WEIGHTS))), (DNNL_ARG_BIAS, Memory(bias)),
              (DNNL_ARG_SRC, x), (DNNL_ARG_DST, y),
            ],
            scratch: scratch))
      }
    }
    self.calls = calls
    self.finalStates = finalStates
  }

  /// The five operands at the front are placeholders until a prepared network takes their places.
  private static func call(
    _ primitive: Primitive, _ operation: LSTMOperation, _ x: Memory, _ y: Memory,
    _ final: (hidden: AlignedBuffer, cell: AlignedBuffer), _ scratch: AlignedBuffer
  ) -> Call {
    let state = operation.stateLayout
    return Call(
      primitive,
      [
        (DNNL_ARG_WEIGHTS_LAYER, Memory(primitive.layout(of: DNNL_ARG_WEIGHTS_LAYER))),
        (DNNL_ARG_WEIGHTS_ITER, Memory(primitive.layout(of: DNNL_ARG_WEIGHTS_ITER))),
        (DNNL_ARG_BIAS, Memory(operation.biasLayout)),
        (DNNL_ARG_SRC_ITER, Memory(state)), (DNNL_ARG_SRC_ITER_C, Memory(state)),
        (DNNL_ARG_SRC_LAYER, x), (DNNL_ARG_DST_LAYER, y),
        (DNNL_ARG_DST_ITER, Memory(state, in: final.hidden)), (DNNL_ARG_DST_ITER_C, Memory(state, in: final.cell)),
      ],
      scratch: scratch)
  }

  /// From `input` to `output`.
  func run(_ network: PreparedNetwork) {
    precondition(
      network.operands.count == calls.count, "a network of \(network.operands.count) stages, expected \(calls.count)")
    for (call, operands) in zip(calls, network.operands) {
      for (position, operand) in operands.enumerated() { call.replaceOperand(at: position, with: operand) }
      call.run(on: stream)
    }
  }
}

extension NeuralNetwork {
  /// Outputs for all steps, without dropout. Builds a plan for this one call: for many blocks, keep an `InferencePlan`.
  /// - Parameter x: `[T][N][inputs]`.
  /// - Returns: `[T][N][outputs]`.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    let workspace = run(x)
    return Tensor([x.shape[0], x.shape[1], outputs], workspace.output.copied())
  }

  /// Each LSTM layer's state after a history that all rows share, to start them from.
  /// - Parameter history: `[T][1][inputs]`.
  /// - Returns: per LSTM layer h and c, each `[1][H]`.
  public func states(after history: Tensor) -> [LSTM.State] {
    precondition(
      history.shape.count == 3 && history.shape[1] == 1, "history \(history.shape), expected [T, 1, \(inputs)]")
    return run(history).finalStates.map {
      LSTM.State(
        hidden: Tensor([1, $0.hidden.count], $0.hidden.copied()), cell: Tensor([1, $0.cell.count], $0.cell.copied()))
    }
  }

  private func run(_ x: Tensor) -> InferenceWorkspace {
    precondition(x.shape.count == 3 && x.shape[2] == inputs, "input \(x.shape), expected [T, N, \(inputs)]")
    let plan = InferencePlan(self, steps: x.shape[0], rows: x.shape[1])
    let workspace = plan.makeWorkspace()
    workspace.input.copy(from: x.storage)
    workspace.run(plan.prepare(self))
    return workspace
  }
}
