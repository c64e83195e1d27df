import COneDNN

/// oneDNN's plain recurrent cell over all steps at once. Weights are `[C][1][H]` in memory, rows `[T][N][·]`.
///
/// Forward alone it starts from zero by itself; the way back is given states, `[N][H]`, of zeros, without which this
/// version of the library makes a wrong gradient of the recurrent weights.
struct RecurrentKernel {
  let input: dnnl_memory_desc_t
  let output: dnnl_memory_desc_t
  let state: dnnl_memory_desc_t
  let bias: dnnl_memory_desc_t
  let inputWeights: dnnl_memory_desc_t
  let recurrentWeights: dnnl_memory_desc_t
  private let anyInputWeights: dnnl_memory_desc_t
  private let anyRecurrentWeights: dnnl_memory_desc_t
  private let activation: dnnl_alg_kind_t

  init(_ layer: SimpleRecurrent, _ batch: BatchShape) {
    let (inputs, hidden) = (batch.example.channels, layer.hidden)
    input = OneDNN.layout([batch.steps, batch.sequences, inputs], dnnl_tnc)
    output = OneDNN.layout([batch.steps, batch.sequences, hidden], dnnl_tnc)
    state = OneDNN.layout([1, 1, batch.sequences, hidden], dnnl_ldnc)
    bias = OneDNN.layout([1, 1, 1, hidden], dnnl_ldgo)
    inputWeights = OneDNN.layout([1, 1, inputs, 1, hidden], dnnl_ldigo)
    recurrentWeights = OneDNN.layout([1, 1, hidden, 1, hidden], dnnl_ldigo)
    anyInputWeights = OneDNN.layout([1, 1, inputs, 1, hidden], dnnl_format_tag_any)
    anyRecurrentWeights = OneDNN.layout([1, 1, hidden, 1, hidden], dnnl_format_tag_any)
    switch layer.activation {
    case .relu: activation = dnnl_eltwise_relu
    case .sigmoid: activation = dnnl_eltwise_logistic
    case .tanh, .linear, .softmax: activation = dnnl_eltwise_tanh
    }
  }

  func forward(training: Bool) -> Primitive {
    var (x, w, r, b, y) = (input, anyInputWeights, anyRecurrentWeights, bias, output)
    var h = training ? state : dnnl_memory_desc_t()
    var operation = dnnl_rnn_desc_t()
    OneDNN.check(
      dnnl_vanilla_rnn_forward_desc_init(
        &operation, training ? dnnl_forward_training : dnnl_forward_inference, activation,
        dnnl_unidirectional_left2right, &x, &h, &w, &r, &b, &y, &h, UInt32(dnnl_rnn_flags_undef.rawValue), 0, 0),
      "describe a recurrent layer")
    return Primitive("a recurrent layer", operation)
  }

  func backward(_ forward: Primitive) -> Primitive {
    var (x, w, r, b, y, h) = (input, anyInputWeights, anyRecurrentWeights, bias, output, state)
    var operation = dnnl_rnn_desc_t()
    OneDNN.check(
      dnnl_vanilla_rnn_backward_desc_init(
        &operation, dnnl_backward, activation, dnnl_unidirectional_left2right, &x, &h, &w, &r, &b, &y, &h, &x, &h, &w,
        &r, &b, &y, &h, UInt32(dnnl_rnn_flags_undef.rawValue), 0, 0),
      "describe a recurrent layer's gradient")
    return Primitive("a recurrent layer's gradient", operation, hint: forward)
  }

  var operation: PrimitiveOperation {
    PrimitiveOperation(
      forward(training: false), input: input, output: output,
      operands: [
        (DNNL_ARG_WEIGHTS_LAYER, inputWeights), (DNNL_ARG_WEIGHTS_ITER, recurrentWeights), (DNNL_ARG_BIAS, bias),
      ],
      arguments: (DNNL_ARG_SRC_LAYER, DNNL_ARG_DST_LAYER))
  }
}
