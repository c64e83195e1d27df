import COneDNN

/// oneDNN's pooling over images in their plain order, channels fastest.
struct PoolingKernel {
  let input: dnnl_memory_desc_t
  let output: dnnl_memory_desc_t
  private let algorithm: dnnl_alg_kind_t
  private let window: WindowArguments

  /// - Parameter batch: of images in which at least one window fits.
  init(_ kind: Pooling.Kind, _ geometry: WindowGeometry, _ batch: BatchShape) {
    guard let (plane, channels) = batch.example.plane, let places = geometry.places(on: plane) else {
      preconditionFailure("pooling \(geometry.summary) cannot read \(batch.example)")
    }
    input = OneDNN.layout([batch.sequences, channels, plane.height, plane.width], dnnl_nhwc)
    output = OneDNN.layout([batch.sequences, channels, places.height, places.width], dnnl_nhwc)
    algorithm = kind == .max ? dnnl_pooling_max : dnnl_pooling_avg_exclude_padding
    window = WindowArguments(geometry, on: plane)
  }

  func forward(training: Bool) -> Primitive {
    var (x, y) = (input, output)
    var operation = dnnl_pooling_desc_t()
    OneDNN.check(
      dnnl_pooling_forward_desc_init(
        &operation, training ? dnnl_forward_training : dnnl_forward_inference, algorithm, &x, &y, window.strides,
        window.window, window.before, window.behind),
      "describe pooling")
    return Primitive("pooling", operation)
  }

  func backward(_ forward: Primitive) -> Primitive {
    var (x, y) = (input, output)
    var operation = dnnl_pooling_desc_t()
    OneDNN.check(
      dnnl_pooling_backward_desc_init(
        &operation, algorithm, &x, &y, window.strides, window.window, window.before, window.behind),
      "describe pooling's gradient")
    return Primitive("pooling's gradient", operation, hint: forward)
  }

  var operation: PrimitiveOperation { PrimitiveOperation(forward(training: false), input: input, output: output) }
}
