import COneDNN

/// oneDNN's LSTM over all steps at once, forward and back.
///
/// It wants the weights in one layout forward and in another backward, and adds to the weight gradients that it finds.
final class LSTMStage: RecurrentStage {
  /// h and c before the first step, `[N][H]`; zero unless set.
  let initialHidden: AlignedBuffer, initialCell: AlignedBuffer
  /// h and c after the last step.
  let finalHidden: AlignedBuffer, finalCell: AlignedBuffer
  /// ∂loss/∂ the above, beyond what flows through the outputs; zero unless set.
  let finalHiddenGradient: AlignedBuffer, finalCellGradient: AlignedBuffer
  let initialHiddenGradient: AlignedBuffer, initialCellGradient: AlignedBuffer

  private let forwardWeights: [Repacked]
  private let backwardWeights: [Repacked]
  private let weightGradients: [Repacked]
  private let biasGradient: (pointer: UnsafeMutablePointer<Float>, count: Int)
  private let plainWeightGradients: [(pointer: UnsafeMutablePointer<Float>, count: Int)]
  private let forwardCall: Call
  private let backwardCall: Call

  init(_ layer: LSTM, batch: BatchShape, wiring: StageWiring) {
    let operation = LSTMOperation(layer, batch)
    let forward = operation.forward(training: true)
    let backward = operation.backward(forward)

    let states = (0..<8).map { _ in AlignedBuffer(count: batch.sequences * layer.hidden) }
    (initialHidden, initialCell, finalHidden, finalCell) = (states[0], states[1], states[2], states[3])
    (finalHiddenGradient, finalCellGradient) = (states[4], states[5])
    (initialHiddenGradient, initialCellGradient) = (states[6], states[7])
    let state = operation.stateLayout
    let stateMemory = states.map { Memory(state, in: $0) }

    let plain = [operation.inputWeightsLayout(), operation.recurrentWeightsLayout()]
    let arguments = [DNNL_ARG_WEIGHTS_LAYER, DNNL_ARG_WEIGHTS_ITER]
    let gradientArguments = [DNNL_ARG_DIFF_WEIGHTS_LAYER, DNNL_ARG_DIFF_WEIGHTS_ITER]
    let weights = (0..<2).map { Memory(plain[$0], at: wiring.parameters[$0]) }
    let dWeights = (0..<2).map { Memory(plain[$0], at: wiring.parameterGradients[$0]) }
    forwardWeights = (0..<2).map { Repacked(weights[$0], as: forward.layout(of: arguments[$0])) }
    backwardWeights = (0..<2).map { Repacked(weights[$0], as: backward.layout(of: arguments[$0])) }
    weightGradients = (0..<2).map { Repacked(backward.layout(of: gradientArguments[$0]), backInto: dWeights[$0]) }
    plainWeightGradients = [
      (wiring.parameterGradients[0], layer.inputWeights.count),
      (wiring.parameterGradients[1], layer.recurrentWeights.count),
    ]
    biasGradient = (wiring.parameterGradients[2], layer.bias.count)

    let input = Memory(operation.inputLayout, in: wiring.input)
    let output = Memory(operation.outputLayout, in: wiring.output)
    let bias = Memory(operation.biasLayout, at: wiring.parameters[2])
    let workspace = Memory(forward.layout(of: DNNL_ARG_WORKSPACE))
    let shared: [(argument: Int32, memory: Memory)] = [
      (DNNL_ARG_SRC_LAYER, input), (DNNL_ARG_SRC_ITER, stateMemory[0]), (DNNL_ARG_SRC_ITER_C, stateMemory[1]),
      (DNNL_ARG_BIAS, bias), (DNNL_ARG_DST_LAYER, output), (DNNL_ARG_DST_ITER, stateMemory[2]),
      (DNNL_ARG_DST_ITER_C, stateMemory[3]), (DNNL_ARG_WORKSPACE, workspace),
    ]
    forwardCall = Call(
      forward,
      shared + [
        (DNNL_ARG_WEIGHTS_LAYER, forwardWeights[0].memory), (DNNL_ARG_WEIGHTS_ITER, forwardWeights[1].memory),
      ])
    backwardCall = Call(
      backward,
      shared + [
        (DNNL_ARG_WEIGHTS_LAYER, backwardWeights[0].memory), (DNNL_ARG_WEIGHTS_ITER, backwardWeights[1].memory),
        (DNNL_ARG_DIFF_DST_LAYER, Memory(operation.outputLayout, in: wiring.outputGradient)),
        (DNNL_ARG_DIFF_DST_ITER, stateMemory[4]), (DNNL_ARG_DIFF_DST_ITER_C, stateMemory[5]),
        (DNNL_ARG_DIFF_SRC_LAYER, Memory(operation.inputLayout, in: wiring.inputGradient)),
        (DNNL_ARG_DIFF_SRC_ITER, stateMemory[6]), (DNNL_ARG_DIFF_SRC_ITER_C, stateMemory[7]),
        (DNNL_ARG_DIFF_WEIGHTS_LAYER, weightGradients[0].memory),
        (DNNL_ARG_DIFF_WEIGHTS_ITER, weightGradients[1].memory),
        (DNNL_ARG_DIFF_BIAS, Memory(operation.biasLayout, at: wiring.parameterGradients[2])),
      ])
  }

  func forward(noise: CounterRandom?, on stream: Stream) {
    for weights in forwardWeights { weights.refresh(on: stream) }
    forwardCall.run(on: stream)
  }

  func backward(on stream: Stream) {
    for weights in backwardWeights { weights.refresh(on: stream) }
    for gradient in weightGradients { gradient.memory.zero() }
    for gradient in plainWeightGradients { gradient.pointer.update(repeating: 0, count: gradient.count) }
    biasGradient.pointer.update(repeating: 0, count: biasGradient.count)
    backwardCall.run(on: stream)
    for gradient in weightGradients { gradient.refresh(on: stream) }
  }
}
