import COneDNN

/// oneDNN's element-wise functions and softmax, all of which find their slope from what they gave; so input and output
/// may be one buffer.
struct ActivationKernel {
  /// Of input and output alike.
  let layout: dnnl_memory_desc_t
  private let function: dnnl_alg_kind_t?

  /// - Parameter batch: what it reads and gives.
  init(_ activation: Activation, _ batch: BatchShape) {
    layout = OneDNN.layout([batch.positions, batch.example.channels], dnnl_nc)
    switch activation {
    case .linear: preconditionFailure("a linear activation has no kernel")
    case .relu: function = dnnl_eltwise_relu_use_dst_for_bwd
    case .tanh: function = dnnl_eltwise_tanh_use_dst_for_bwd
    case .sigmoid: function = dnnl_eltwise_logistic_use_dst_for_bwd
    case .softmax: function = nil
    }
  }

  func forward(training: Bool) -> Primitive {
    let kind = training ? dnnl_forward_training : dnnl_forward_inference
    var data = layout
    if let function {
      var operation = dnnl_eltwise_desc_t()
      OneDNN.check(dnnl_eltwise_forward_desc_init(&operation, kind, function, &data, 0, 0), "describe an activation")
      return Primitive("an activation", operation)
    }
    var operation = dnnl_softmax_desc_t()
    OneDNN.check(dnnl_softmax_forward_desc_init(&operation, kind, &data, 1), "describe a softmax")
    return Primitive("a softmax", operation)
  }

  func backward(_ forward: Primitive) -> Primitive {
    var data = layout
    if let function {
      var operation = dnnl_eltwise_desc_t()
      OneDNN.check(
        dnnl_eltwise_backward_desc_init(&operation, function, &data, &data, 0, 0), "describe an activation's gradient")
      return Primitive("an activation's gradient", operation, hint: forward)
    }
    var operation = dnnl_softmax_desc_t()
    OneDNN.check(dnnl_softmax_backward_desc_init(&operation, &data, &data, 1), "describe a softmax's gradient")
    return Primitive("a softmax's gradient", operation, hint: forward)
  }

  var operation: PrimitiveOperation { PrimitiveOperation(forward(training: false), input: layout, output: layout) }
}
