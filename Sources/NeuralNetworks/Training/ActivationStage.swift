import COneDNN

/// An activation, as a layer of its own or in place of another layer's output.
final class ActivationStage: Stage {
  /// `nil` where the activation is linear, and the numbers are copied.
  private let calls: (forward: Call, backward: Call)?
  private let wiring: StageWiring

  /// - Parameter batch: what it reads and gives.
  init(_ activation: Activation, _ batch: BatchShape, _ wiring: StageWiring) {
    self.wiring = wiring
    calls = Self.calls(
      activation, batch, (wiring.input, wiring.output), (wiring.outputGradient, wiring.inputGradient))
  }

  /// Reads and overwrites the output of `wiring`, and backwards its gradient.
  init(_ activation: Activation, _ batch: BatchShape, inPlaceOf wiring: StageWiring) {
    self.wiring = wiring
    calls = Self.calls(
      activation, batch, (wiring.output, wiring.output), (wiring.outputGradient, wiring.outputGradient))
  }

  private typealias Way = (from: AlignedBuffer, to: AlignedBuffer)

  private static func calls(
    _ activation: Activation, _ batch: BatchShape, _ values: Way, _ gradients: Way
  ) -> (forward: Call, backward: Call)? {
    guard activation != .linear else { return nil }
    let kernel = ActivationKernel(activation, batch)
    let forward = kernel.forward(training: true)
    let y = Memory(kernel.layout, in: values.to)
    return (
      Call(forward, [(DNNL_ARG_SRC, Memory(kernel.layout, in: values.from)), (DNNL_ARG_DST, y)]),
      Call(
        kernel.backward(forward),
        [
          (DNNL_ARG_DST, y), (DNNL_ARG_DIFF_DST, Memory(kernel.layout, in: gradients.from)),
          (DNNL_ARG_DIFF_SRC, Memory(kernel.layout, in: gradients.to)),
        ])
    )
  }

  func forward(noise: CounterRandom?, on stream: Stream) {
    if let calls {
      calls.forward.run(on: stream)
    } else {
      wiring.output.base.update(from: wiring.input.base, count: wiring.input.count)
    }
  }

  func backward(on stream: Stream) {
    if let calls {
      calls.backward.run(on: stream)
    } else {
      wiring.inputGradient.base.update(from: wiring.outputGradient.base, count: wiring.input.count)
    }
  }
}
