/// Gradient descent with momentum (Polyak 1964) and decoupled weight decay. With gradient g and learning rate η:
///
///     θ ← θ − η·λ·θ                       weights only, not biases
///     v ← μ·v − η·g                       θ ← θ + v
public struct SGD: Sendable, Equatable {
  /// η before the schedule.
  public var learningRate: Double
  /// μ, in 0 ..< 1.
  public var momentum: Double
  /// λ per step, multiplied by the learning rate.
  public var weightDecay: Double

  public init(learningRate: Double = 1e-2, momentum: Double = 0, weightDecay: Double = 0) {
    precondition(learningRate > 0, "rate \(learningRate), expected above 0")
    precondition((0..<1).contains(momentum), "momentum \(momentum), expected 0 up to below 1")
    precondition(weightDecay >= 0, "weight decay \(weightDecay), expected 0 or more")
    self.learningRate = learningRate
    self.momentum = momentum
    self.weightDecay = weightDecay
  }
}

final class SGDState: OptimizerState {
  private let settings: SGD
  private let layout: ParameterLayout
  private let velocity: AlignedBuffer

  init(_ settings: SGD, _ layout: ParameterLayout) {
    self.settings = settings
    self.layout = layout
    velocity = AlignedBuffer(count: layout.count)
  }

  func update(_ parameters: AlignedBuffer, _ gradients: AlignedBuffer, learningRate: Double) {
    if settings.weightDecay > 0 { layout.decay(parameters, by: Float(1 - learningRate * settings.weightDecay)) }
    let momentum = Float(settings.momentum)
    let rate = Float(learningRate)
    let p = parameters.base
    let g = gradients.base
    let v = velocity.base
    for index in 0..<layout.count {
      v[index] = momentum * v[index] - rate * g[index]
      p[index] += v[index]
    }
  }
}
