/// T steps of N sequences.
struct BatchShape: Equatable {
  let steps: Int
  let sequences: Int
  var rows: Int { steps * sequences }
}

/// Where a stage reads and writes; the plan owns all of it.
struct StageWiring {
  /// `[T][N][C]`
  let input: AlignedBuffer
  /// `[T][N][O]`
  let output: AlignedBuffer
  /// ∂loss/∂input, `[T][N][C]`
  let inputGradient: AlignedBuffer
  /// ∂loss/∂output, `[T][N][O]`
  let outputGradient: AlignedBuffer
  /// One pointer per parameter of the layer, in its order.
  let parameters: [UnsafeMutablePointer<Float>]
  let parameterGradients: [UnsafeMutablePointer<Float>]
}

/// A layer bound to one batch shape and its buffers; belongs to one thread at a time.
protocol Stage: AnyObject {
  /// - Parameter noise: where dropout takes its draws; `nil` outside training.
  func forward(noise: CounterRandom?, on stream: Stream)
  /// Follows `forward`; overwrites the gradients of input and parameters.
  func backward(on stream: Stream)
}
