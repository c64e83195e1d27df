import COneDNN

/// Dense layers and convolutions: y = W·x + b forward and its two backward halves, then an activation in place.
final class WeightedStage: Stage {
  private let forwardWeights: Repacked
  private let forwardCall: Call
  /// `nil` where nothing asks for the input's gradient.
  private let inputGradient: (weights: Repacked, call: Call)?
  private let weightGradientCall: Call
  private let weightGradient: Repacked
  private let activation: ActivationStage?

  /// - Parameter output: what the layer gives.
  init(_ kernel: some WeightedKernel, _ activation: Activation, _ output: BatchShape, _ wiring: StageWiring) {
    let forward = kernel.forward(training: true)
    let backward = kernel.weightGradient(forward)
    let x = Memory(kernel.input, in: wiring.input)
    let y = Memory(kernel.output, in: wiring.output)
    let dy = Memory(kernel.output, in: wiring.outputGradient)
    let weights = Memory(kernel.weights, at: wiring.parameters[0])
    let bias = Memory(kernel.bias, at: wiring.parameters[1])

    forwardWeights = Repacked(weights, as: forward.layout(of: DNNL_ARG_WEIGHTS))
    forwardCall = Call(
      forward,
      [(DNNL_ARG_SRC, x), (DNNL_ARG_WEIGHTS, forwardWeights.memory), (DNNL_ARG_BIAS, bias), (DNNL_ARG_DST, y)])

    if wiring.wantsInputGradient {
      let primitive = kernel.inputGradient(forward)
      let repacked = Repacked(weights, as: primitive.layout(of: DNNL_ARG_WEIGHTS))
      let dx = Memory(kernel.input, in: wiring.inputGradient)
      inputGradient = (
        repacked,
        Call(primitive, [(DNNL_ARG_DIFF_DST, dy), (DNNL_ARG_WEIGHTS, repacked.memory), (DNNL_ARG_DIFF_SRC, dx)])
      )
    } else {
      inputGradient = nil
    }

    weightGradient = Repacked(
      backward.layout(of: DNNL_ARG_DIFF_WEIGHTS), backInto: Memory(kernel.weights, at: wiring.parameterGradients[0]))
    weightGradientCall = Call(
      backward,
      [
        (DNNL_ARG_SRC, x), (DNNL_ARG_DIFF_DST, dy), (DNNL_ARG_DIFF_WEIGHTS, weightGradient.memory),
        (DNNL_ARG_DIFF_BIAS, Memory(kernel.bias, at: wiring.parameterGradients[1])),
      ])
    self.activation = activation == .linear ? nil : ActivationStage(activation, output, inPlaceOf: wiring)
  }

  func forward(noise: CounterRandom?, on stream: Stream) {
    forwardWeights.refresh(on: stream)
    forwardCall.run(on: stream)
    activation?.forward(noise: noise, on: stream)
  }

  func backward(on stream: Stream) {
    activation?.backward(on: stream)
    if let inputGradient {
      inputGradient.weights.refresh(on: stream)
      inputGradient.call.run(on: stream)
    }
    weightGradientCall.run(on: stream)
    weightGradient.refresh(on: stream)
  }
}
