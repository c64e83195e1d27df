import COneDNN

/// oneDNN's inner product over all T·N rows at once, with both of its backward halves.
final class DenseStage: Stage {
  private let forwardCall: Call
  private let inputGradientCall: Call
  private let weightGradientCall: Call

  init(_ layer: Dense, batch: BatchShape, wiring: StageWiring) {
    let inputs = layer.inputs
    let outputs = layer.outputs
    var x = OneDNN.layout([batch.rows, inputs], dnnl_nc)
    var w = OneDNN.layout([outputs, inputs], dnnl_io)
    var b = OneDNN.layout([outputs], dnnl_x)
    var y = OneDNN.layout([batch.rows, outputs], dnnl_nc)

    var operation = dnnl_inner_product_desc_t()
    OneDNN.check(
      dnnl_inner_product_forward_desc_init(&operation, dnnl_forward_training, &x, &w, &b, &y), "describe a dense layer")
    let forward = Primitive("a dense layer", operation)
    OneDNN.check(
      dnnl_inner_product_backward_data_desc_init(&operation, &x, &w, &y), "describe a dense layer's input gradient")
    let inputGradient = Primitive("a dense layer's input gradient", operation, hint: forward)
    OneDNN.check(
      dnnl_inner_product_backward_weights_desc_init(&operation, &x, &w, &b, &y),
      "describe a dense layer's weight gradient")
    let weightGradient = Primitive("a dense layer's weight gradient", operation, hint: forward)

    let input = Memory(x, in: wiring.input)
    let output = Memory(y, in: wiring.output)
    let dInput = Memory(x, in: wiring.inputGradient)
    let dOutput = Memory(y, in: wiring.outputGradient)
    let weights = Memory(w, at: wiring.parameters[0])
    let bias = Memory(b, at: wiring.parameters[1])
    let dWeights = Memory(w, at: wiring.parameterGradients[0])
    let dBias = Memory(b, at: wiring.parameterGradients[1])

    forwardCall = Call(
      forward, [(DNNL_ARG_SRC, input), (DNNL_ARG_WEIGHTS, weights), (DNNL_ARG_BIAS, bias), (DNNL_ARG_DST, output)])
    inputGradientCall = Call(
      inputGradient, [(DNNL_ARG_DIFF_DST, dOutput), (DNNL_ARG_WEIGHTS, weights), (DNNL_ARG_DIFF_SRC, dInput)])
    weightGradientCall = Call(
      weightGradient,
      [
        (DNNL_ARG_SRC, input), (DNNL_ARG_DIFF_DST, dOutput), (DNNL_ARG_DIFF_WEIGHTS, dWeights),
        (DNNL_ARG_DIFF_BIAS, dBias),
      ])
  }

  func forward(noise: CounterRandom?, on stream: Stream) { forwardCall.run(on: stream) }

  func backward(on stream: Stream) {
    inputGradientCall.run(on: stream)
    weightGradientCall.run(on: stream)
  }
}
