import COneDNN

/// oneDNN's convolution over images that stay in their plain order, channels fastest; the weights are repacked.
struct ConvolutionKernel: WeightedKernel {
  let name = "a convolution"
  let input: dnnl_memory_desc_t
  let output: dnnl_memory_desc_t
  let weights: dnnl_memory_desc_t
  let bias: dnnl_memory_desc_t
  private let anyWeights: dnnl_memory_desc_t
  private let window: WindowArguments

  init(_ layer: Convolution2D, _ batch: BatchShape) {
    let sizes = batch.example.sizes
    let sizesOut = layer.output(of: batch).example.sizes
    input = OneDNN.layout([batch.sequences, sizes[2], sizes[0], sizes[1]], dnnl_nhwc)
    output = OneDNN.layout([batch.sequences, layer.filters, sizesOut[0], sizesOut[1]], dnnl_nhwc)
    let logical = [layer.filters, sizes[2], layer.kernel.height, layer.kernel.width]
    weights = OneDNN.layout(logical, dnnl_hwio)
    anyWeights = OneDNN.layout(logical, dnnl_format_tag_any)
    bias = OneDNN.layout([layer.filters], dnnl_x)
    window = WindowArguments(layer.geometry, on: PlaneSize(sizes[0], sizes[1]))
  }

  func forward(training: Bool) -> Primitive {
    var (x, w, b, y) = (input, anyWeights, bias, output)
    var operation = dnnl_convolution_desc_t()
    OneDNN.check(
      dnnl_convolution_forward_desc_init(
        &operation, training ? dnnl_forward_training : dnnl_forward_inference, dnnl_convolution_direct, &x, &w, &b, &y,
        window.strides, window.before, window.behind),
      "describe \(name)")
    return Primitive(name, operation)
  }

  func inputGradient(_ forward: Primitive) -> Primitive {
    var (x, w, y) = (input, anyWeights, output)
    var operation = dnnl_convolution_desc_t()
    OneDNN.check(
      dnnl_convolution_backward_data_desc_init(
        &operation, dnnl_convolution_direct, &x, &w, &y, window.strides, window.before, window.behind),
      "describe \(name)'s input gradient")
    return Primitive("\(name)'s input gradient", operation, hint: forward)
  }

  func weightGradient(_ forward: Primitive) -> Primitive {
    var (x, w, b, y) = (input, anyWeights, bias, output)
    var operation = dnnl_convolution_desc_t()
    OneDNN.check(
      dnnl_convolution_backward_weights_desc_init(
        &operation, dnnl_convolution_direct, &x, &w, &b, &y, window.strides, window.before, window.behind),
      "describe \(name)'s weight gradient")
    return Primitive("\(name)'s weight gradient", operation, hint: forward)
  }
}

/// A window's way over a plane, as oneDNN wants it: strides, then zeros in front and behind.
struct WindowArguments {
  let window: [Int64]
  let strides: [Int64]
  let before: [Int64]
  let behind: [Int64]

  init(_ geometry: WindowGeometry, on plane: PlaneSize) {
    let margins = geometry.margins(on: plane)
    window = [Int64(geometry.window.height), Int64(geometry.window.width)]
    strides = [Int64(geometry.strides.height), Int64(geometry.strides.width)]
    before = margins.before.map(Int64.init)
    behind = margins.behind.map(Int64.init)
  }
}
