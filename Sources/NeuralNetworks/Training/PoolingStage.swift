import COneDNN

/// Pooling remembers in its workspace which value was the largest of each window.
final class PoolingStage: Stage {
  private let forwardCall: Call
  private let backwardCall: Call

  init(_ kernel: PoolingKernel, _ wiring: StageWiring) {
    let forward = kernel.forward(training: true)
    let workspace: [(argument: Int32, memory: Memory)] = [
      (DNNL_ARG_WORKSPACE, Memory(forward.layout(of: DNNL_ARG_WORKSPACE)))
    ]
    forwardCall = Call(
      forward,
      [
        (DNNL_ARG_SRC, Memory(kernel.input, in: wiring.input)),
        (DNNL_ARG_DST, Memory(kernel.output, in: wiring.output)),
      ] + workspace)
    backwardCall = Call(
      kernel.backward(forward),
      [
        (DNNL_ARG_DIFF_DST, Memory(kernel.output, in: wiring.outputGradient)),
        (DNNL_ARG_DIFF_SRC, Memory(kernel.input, in: wiring.inputGradient)),
      ] + workspace)
  }

  func forward(noise: CounterRandom?, on stream: Stream) { forwardCall.run(on: stream) }
  func backward(on stream: Stream) { backwardCall.run(on: stream) }
}
