/// How a gradient changes the parameters.
public enum Optimizer: Sendable, Equatable {
  case adam(Adam)
  case sgd(SGD)

  /// Before the schedule.
  public var learningRate: Double {
    switch self {
    case .adam(let settings): settings.learningRate
    case .sgd(let settings): settings.learningRate
    }
  }

  func makeState(_ layout: ParameterLayout) -> any OptimizerState {
    switch self {
    case .adam(let settings): AdamState(settings, layout)
    case .sgd(let settings): SGDState(settings, layout)
    }
  }
}

/// Anything that may be given as a training's optimiser.
public protocol OptimizerConvertible {
  var optimizer: Optimizer { get }
}

extension Optimizer: OptimizerConvertible {
  public var optimizer: Optimizer { self }
}
extension Adam: OptimizerConvertible {
  public var optimizer: Optimizer { .adam(self) }
}
extension SGD: OptimizerConvertible {
  public var optimizer: Optimizer { .sgd(self) }
}

/// An optimiser's memory of the gradients so far, over one flat parameter buffer.
protocol OptimizerState: AnyObject {
  func update(_ parameters: AlignedBuffer, _ gradients: AlignedBuffer, learningRate: Double)
}

extension ParameterLayout {
  /// θ ← factor·θ for the tensors that weight decay pulls.
  func decay(_ parameters: AlignedBuffer, by factor: Float) {
    for tensor in offsets.indices where decays[tensor] {
      let start = offsets[tensor]
      for index in start..<start + counts[tensor] { parameters.base[index] *= factor }
    }
  }
}
