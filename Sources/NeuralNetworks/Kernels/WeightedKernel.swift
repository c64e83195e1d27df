import COneDNN

/// oneDNN's three operations of a layer y = W·x + b: forward, and back to its input and to its weights.
protocol WeightedKernel {
  var name: String { get }
  var input: dnnl_memory_desc_t { get }
  var output: dnnl_memory_desc_t { get }
  /// As this module stores them.
  var weights: dnnl_memory_desc_t { get }
  var bias: dnnl_memory_desc_t { get }

  func forward(training: Bool) -> Primitive
  /// - Parameter forward: the training primitive whose work this undoes.
  func inputGradient(_ forward: Primitive) -> Primitive
  /// - Parameter forward: the training primitive whose work this undoes.
  func weightGradient(_ forward: Primitive) -> Primitive
}

extension WeightedKernel {
  func operation() -> PrimitiveOperation {
    PrimitiveOperation(
      forward(training: false), input: input, output: output,
      operands: [(DNNL_ARG_WEIGHTS, weights), (DNNL_ARG_BIAS, bias)])
  }
}

/// oneDNN's inner product over all positions at once.
struct DenseKernel: WeightedKernel {
  let name = "a dense layer"
  let input: dnnl_memory_desc_t
  let output: dnnl_memory_desc_t
  let weights: dnnl_memory_desc_t
  let bias: dnnl_memory_desc_t
  private let anyWeights: dnnl_memory_desc_t

  init(_ layer: Dense, _ batch: BatchShape) {
    let inputs = batch.example.channels
    input = OneDNN.layout([batch.positions, inputs], dnnl_nc)
    output = OneDNN.layout([batch.positions, layer.outputs], dnnl_nc)
    weights = OneDNN.layout([layer.outputs, inputs], dnnl_io)
    anyWeights = OneDNN.layout([layer.outputs, inputs], dnnl_format_tag_any)
    bias = OneDNN.layout([layer.outputs], dnnl_x)
  }

  /// Training leaves the weights as they are: they change at every step.
  func forward(training: Bool) -> Primitive {
    var (x, w, b, y) = (input, training ? weights : anyWeights, bias, output)
    var operation = dnnl_inner_product_desc_t()
    OneDNN.check(
      dnnl_inner_product_forward_desc_init(
        &operation, training ? dnnl_forward_training : dnnl_forward_inference, &x, &w, &b, &y), "describe \(name)")
    return Primitive(name, operation)
  }

  func inputGradient(_ forward: Primitive) -> Primitive {
    var (x, w, y) = (input, weights, output)
    var operation = dnnl_inner_product_desc_t()
    OneDNN.check(
      dnnl_inner_product_backward_data_desc_init(&operation, &x, &w, &y), "describe \(name)'s input gradient")
    return Primitive("\(name)'s input gradient", operation, hint: forward)
  }

  func weightGradient(_ forward: Primitive) -> Primitive {
    var (x, w, b, y) = (input, weights, bias, output)
    var operation = dnnl_inner_product_desc_t()
    OneDNN.check(
      dnnl_inner_product_backward_weights_desc_init(&operation, &x, &w, &b, &y), "describe \(name)'s weight gradient")
    return Primitive("\(name)'s weight gradient", operation, hint: forward)
  }
}
