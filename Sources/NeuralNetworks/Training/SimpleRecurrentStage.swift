import COneDNN

/// oneDNN's plain recurrent cell over all steps at once, forward and back.
///
/// It wants the weights in one layout forward and in another backward, and adds to the weight gradients that it finds.
final class SimpleRecurrentStage: Stage {
  private let forwardWeights: [Repacked]
  private let backwardWeights: [Repacked]
  private let weightGradients: [Repacked]
  private let accumulated: [(pointer: UnsafeMutablePointer<Float>, count: Int)]
  private let forwardCall: Call
  private let backwardCall: Call

  init(_ layer: SimpleRecurrent, _ kernel: RecurrentKernel, _ wiring: StageWiring) {
    let forward = kernel.forward(training: true)
    let backward = kernel.backward(forward)
    let plain = [kernel.inputWeights, kernel.recurrentWeights]
    let arguments = [DNNL_ARG_WEIGHTS_LAYER, DNNL_ARG_WEIGHTS_ITER]
    let gradientArguments = [DNNL_ARG_DIFF_WEIGHTS_LAYER, DNNL_ARG_DIFF_WEIGHTS_ITER]
    let weights = (0..<2).map { Memory(plain[$0], at: wiring.parameters[$0]) }
    let dWeights = (0..<2).map { Memory(plain[$0], at: wiring.parameterGradients[$0]) }
    let forwardWeights = (0..<2).map { Repacked(weights[$0], as: forward.layout(of: arguments[$0])) }
    let backwardWeights = (0..<2).map { Repacked(weights[$0], as: backward.layout(of: arguments[$0])) }
    let weightGradients = (0..<2).map { Repacked(backward.layout(of: gradientArguments[$0]), backInto: dWeights[$0]) }
    self.forwardWeights = forwardWeights
    self.backwardWeights = backwardWeights
    self.weightGradients = weightGradients
    accumulated = zip(wiring.parameterGradients, layer.namedParameters).map { ($0, $1.tensor.count) }

    let shared: [(argument: Int32, memory: Memory)] = [
      (DNNL_ARG_SRC_LAYER, Memory(kernel.input, in: wiring.input)), (DNNL_ARG_SRC_ITER, Memory(kernel.state)),
      (DNNL_ARG_BIAS, Memory(kernel.bias, at: wiring.parameters[2])),
      (DNNL_ARG_DST_LAYER, Memory(kernel.output, in: wiring.output)), (DNNL_ARG_DST_ITER, Memory(kernel.state)),
      (DNNL_ARG_WORKSPACE, Memory(forward.layout(of: DNNL_ARG_WORKSPACE))),
    ]
    forwardCall = Call(forward, shared + (0..<2).map { (arguments[$0], forwardWeights[$0].memory) })
    backwardCall = Call(
      backward,
      shared + (0..<2).map { (arguments[$0], backwardWeights[$0].memory) }
        + (0..<2).map { (gradientArguments[$0], weightGradients[$0].memory) }
        + [
          (DNNL_ARG_DIFF_DST_LAYER, Memory(kernel.output, in: wiring.outputGradient)),
          (DNNL_ARG_DIFF_DST_ITER, Memory(kernel.state)), (DNNL_ARG_DIFF_SRC_ITER, Memory(kernel.state)),
          (DNNL_ARG_DIFF_SRC_LAYER, Memory(kernel.input, in: wiring.inputGradient)),
          (DNNL_ARG_DIFF_BIAS, Memory(kernel.bias, at: wiring.parameterGradients[2])),
        ])
  }

  func forward(noise: CounterRandom?, on stream: Stream) {
    for weights in forwardWeights { weights.refresh(on: stream) }
    forwardCall.run(on: stream)
  }

  func backward(on stream: Stream) {
    for weights in backwardWeights { weights.refresh(on: stream) }
    for gradient in weightGradients { gradient.memory.zero() }
    for gradient in accumulated { gradient.pointer.update(repeating: 0, count: gradient.count) }
    backwardCall.run(on: stream)
    for gradient in weightGradients { gradient.refresh(on: stream) }
  }
}
