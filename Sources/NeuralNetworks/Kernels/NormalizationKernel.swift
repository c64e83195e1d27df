import COneDNN

/// oneDNN's layer normalisation over the last axis.
struct NormalizationKernel {
  /// Of input and output alike.
  let layout: dnnl_memory_desc_t
  /// Of mean and variance.
  let statistics: dnnl_memory_desc_t
  /// Of scale and shift.
  let parameters: dnnl_memory_desc_t
  private let epsilon: Float

  init(_ epsilon: Double, _ batch: BatchShape) {
    layout = OneDNN.layout([batch.positions, batch.example.channels], dnnl_nc)
    statistics = OneDNN.layout([batch.positions], dnnl_x)
    parameters = OneDNN.layout([batch.example.channels], dnnl_x)
    self.epsilon = Float(epsilon)
  }

  private var flags: UInt32 { dnnl_use_scale.rawValue | dnnl_use_shift.rawValue }

  func forward(training: Bool) -> Primitive {
    var (data, statistics) = (layout, statistics)
    var operation = dnnl_layer_normalization_desc_t()
    OneDNN.check(
      dnnl_layer_normalization_forward_desc_init(
        &operation, training ? dnnl_forward_training : dnnl_forward_inference, &data, &statistics, epsilon, flags),
      "describe a layer normalisation")
    return Primitive("a layer normalisation", operation)
  }

  func backward(_ forward: Primitive) -> Primitive {
    var (data, statistics) = (layout, statistics)
    var operation = dnnl_layer_normalization_desc_t()
    OneDNN.check(
      dnnl_layer_normalization_backward_desc_init(
        &operation, dnnl_backward, &data, &data, &statistics, epsilon, flags),
      "describe a layer normalisation's gradient")
    return Primitive("a layer normalisation's gradient", operation, hint: forward)
  }

  var operation: PrimitiveOperation {
    PrimitiveOperation(
      forward(training: false), input: layout, output: layout,
      operands: [(DNNL_ARG_SCALE, parameters), (DNNL_ARG_SHIFT, parameters)])
  }
}
