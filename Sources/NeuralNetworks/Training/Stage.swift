/// Where a stage reads and writes; the plan owns all of it.
struct StageWiring {
  /// What the layer reads, in the layout of its `BatchShape`.
  let input: AlignedBuffer
  let output: AlignedBuffer
  /// ∂loss/∂input; may be left as it is when `wantsInputGradient` is false.
  let inputGradient: AlignedBuffer
  /// ∂loss/∂output; the stage may overwrite it once it has read it.
  let outputGradient: AlignedBuffer
  let wantsInputGradient: Bool
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

/// A stage that carries a state from step to step; all buffers are `[N][H]`.
protocol RecurrentStage: Stage {
  /// h and c before the first step; zero unless set.
  var initialHidden: AlignedBuffer { get }
  var initialCell: AlignedBuffer { get }
  /// h and c after the last step.
  var finalHidden: AlignedBuffer { get }
  var finalCell: AlignedBuffer { get }
  /// ∂loss/∂ the state before the first step.
  var initialHiddenGradient: AlignedBuffer { get }
  var initialCellGradient: AlignedBuffer { get }
}
