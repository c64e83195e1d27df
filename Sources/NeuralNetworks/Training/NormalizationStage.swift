import COneDNN

/// Layer normalisation keeps the mean and variance of each row for the way back.
final class NormalizationStage: Stage {
  private let forwardCall: Call
  private let backwardCall: Call

  init(_ kernel: NormalizationKernel, _ wiring: StageWiring) {
    let forward = kernel.forward(training: true)
    // The way back asks for the shift as well, though it does not depend on it.
    let shared: [(argument: Int32, memory: Memory)] = [
      (DNNL_ARG_SRC, Memory(kernel.layout, in: wiring.input)),
      (DNNL_ARG_SCALE, Memory(kernel.parameters, at: wiring.parameters[0])),
      (DNNL_ARG_SHIFT, Memory(kernel.parameters, at: wiring.parameters[1])),
      (DNNL_ARG_MEAN, Memory(kernel.statistics)), (DNNL_ARG_VARIANCE, Memory(kernel.statistics)),
    ]
    forwardCall = Call(forward, shared + [(DNNL_ARG_DST, Memory(kernel.layout, in: wiring.output))])
    backwardCall = Call(
      kernel.backward(forward),
      shared + [
        (DNNL_ARG_DIFF_DST, Memory(kernel.layout, in: wiring.outputGradient)),
        (DNNL_ARG_DIFF_SRC, Memory(kernel.layout, in: wiring.inputGradient)),
        (DNNL_ARG_DIFF_SCALE, Memory(kernel.parameters, at: wiring.parameterGradients[0])),
        (DNNL_ARG_DIFF_SHIFT, Memory(kernel.parameters, at: wiring.parameterGradients[1])),
      ])
  }

  func forward(noise: CounterRandom?, on stream: Stream) { forwardCall.run(on: stream) }
  func backward(on stream: Stream) { backwardCall.run(on: stream) }
}
