import COneDNN

/// oneDNN's deconvolution over images that stay in their plain order, channels fastest; the weights are repacked.
struct TransposedConvolutionKernel: WeightedKernel {
  let name = "a transposed convolution"
  let input: dnnl_memory_desc_t
  let output: dnnl_memory_desc_t
  let weights: dnnl_memory_desc_t
  let bias: dnnl_memory_desc_t
  private let anyWeights: dnnl_memory_desc_t
  private let window: WindowArguments

  init(_ layer: TransposedConvolution2D, _ batch: BatchShape) {
    let sizes = batch.example.sizes
    let sizesOut = layer.output(of: batch).example.sizes
    input = OneDNN.layout([batch.sequences, sizes[2], sizes[0], sizes[1]], dnnl_nhwc)
    output = OneDNN.layout([batch.sequences, layer.filters, sizesOut[0], sizesOut[1]], dnnl_nhwc)
    let (height, width, filters, channels) = (layer.kernel.height, layer.kernel.width, layer.filters, sizes[2])
    // `[height][width][O][C]` in memory, O, C, height, width by name.
    weights = OneDNN.layout(
      [filters, channels, height, width], strides: [channels, 1, width * filters * channels, filters * channels])
    anyWeights = OneDNN.layout([filters, channels, height, width], dnnl_format_tag_any)
    bias = OneDNN.layout([filters], dnnl_x)
    window = WindowArguments(layer.geometry, on: PlaneSize(sizesOut[0], sizesOut[1]))
  }

  func forward(training: Bool) -> Primitive {
    var (x, w, b, y) = (input, anyWeights, bias, output)
    var operation = dnnl_deconvolution_desc_t()
    OneDNN.check(
      dnnl_deconvolution_forward_desc_init(
        &operation, training ? dnnl_forward_training : dnnl_forward_inference, dnnl_deconvolution_direct, &x, &w, &b,
        &y, window.strides, window.before, window.behind),
      "describe \(name)")
    return Primitive(name, operation)
  }

  func inputGradient(_ forward: Primitive) -> Primitive {
    var (x, w, y) = (input, anyWeights, output)
    var operation = dnnl_deconvolution_desc_t()
    OneDNN.check(
      dnnl_deconvolution_backward_data_desc_init(
        &operation, dnnl_deconvolution_direct, &x, &w, &y, window.strides, window.before, window.behind),
      "describe \(name)'s input gradient")
    return Primitive("\(name)'s input gradient", operation, hint: forward)
  }

  func weightGradient(_ forward: Primitive) -> Primitive {
    var (x, w, b, y) = (input, anyWeights, bias, output)
    var operation = dnnl_deconvolution_desc_t()
    OneDNN.check(
      dnnl_deconvolution_backward_weights_desc_init(
        &operation, dnnl_deconvolution_direct, &x, &w, &b, &y, window.strides, window.before, window.behind),
      "describe \(name)'s weight gradient")
    return Primitive("\(name)'s weight gradient", operation, hint: forward)
  }
}
