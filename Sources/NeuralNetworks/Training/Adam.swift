import Glibc

/// Adam (Kingma & Ba 2015, in the form at the end of its section 2) with decoupled weight decay (Loshchilov & Hutter
/// 2019). At step t, with gradient g and learning rate η:
///
///     θ ← θ − η·λ·θ                       weights only, not biases
///     m ← β₁·m + (1 − β₁)·g               v ← β₂·v + (1 − β₂)·g²
///     θ ← θ − η·√(1 − β₂ᵗ)/(1 − β₁ᵗ) · m / (√v + ε)
public struct Adam: Sendable, Equatable {
  /// η before the schedule.
  public var learningRate: Double
  public var firstMomentDecay: Double
  public var secondMomentDecay: Double
  /// ε; keeps the step finite where the gradient is almost 0.
  public var epsilon: Double
  /// λ per step, multiplied by the learning rate.
  public var weightDecay: Double

  public init(
    learningRate: Double = 1e-3, firstMomentDecay: Double = 0.9, secondMomentDecay: Double = 0.999,
    epsilon: Double = 1e-7, weightDecay: Double = 0
  ) {
    precondition(learningRate > 0 && epsilon > 0, "rate \(learningRate) and epsilon \(epsilon), expected above 0")
    precondition(
      (0..<1).contains(firstMomentDecay) && (0..<1).contains(secondMomentDecay),
      "decays \(firstMomentDecay) and \(secondMomentDecay), expected 0 up to below 1")
    precondition(weightDecay >= 0, "weight decay \(weightDecay), expected 0 or more")
    self.learningRate = learningRate
    self.firstMomentDecay = firstMomentDecay
    self.secondMomentDecay = secondMomentDecay
    self.epsilon = epsilon
    self.weightDecay = weightDecay
  }
}

/// Adam's two moments of the gradients so far.
final class AdamState: OptimizerState {
  private let settings: Adam
  private let layout: ParameterLayout
  private let firstMoment: AlignedBuffer
  private let secondMoment: AlignedBuffer
  private var step = 0

  init(_ settings: Adam, _ layout: ParameterLayout) {
    self.settings = settings
    self.layout = layout
    firstMoment = AlignedBuffer(count: layout.count)
    secondMoment = AlignedBuffer(count: layout.count)
  }

  func update(_ parameters: AlignedBuffer, _ gradients: AlignedBuffer, learningRate: Double) {
    step += 1
    if settings.weightDecay > 0 { layout.decay(parameters, by: Float(1 - learningRate * settings.weightDecay)) }
    let beta1 = Float(settings.firstMomentDecay)
    let beta2 = Float(settings.secondMomentDecay)
    let epsilon = Float(settings.epsilon)
    let correction =
      (1 - pow(settings.secondMomentDecay, Double(step))).squareRoot()
      / (1 - pow(settings.firstMomentDecay, Double(step)))
    let rate = Float(learningRate * correction)
    // Eight at a time: the compiler alone does not see that the four buffers are apart.
    for start in stride(from: 0, to: layout.count, by: 8) {
      let g = gradients[vector: start]
      let m = firstMoment[vector: start] + (1 - beta1) * (g - firstMoment[vector: start])
      let v = secondMoment[vector: start] + (1 - beta2) * (g * g - secondMoment[vector: start])
      firstMoment[vector: start] = m
      secondMoment[vector: start] = v
      parameters[vector: start] -= rate * m / (v.squareRoot() + epsilon)
    }
  }
}

extension AlignedBuffer {
  /// Shortens the vector to `limit` where it is longer, keeping its direction (Pascanu, Mikolov & Bengio 2013).
  /// - Precondition: the length of the buffer is a multiple of 8.
  /// - Returns: its Euclidean length before.
  func clip(toNorm limit: Double?) -> Double {
    // Eight sums side by side: one would wait for every addition before the next.
    var sums = SIMD8<Double>.zero
    for start in stride(from: 0, to: count, by: 8) {
      let values = SIMD8<Double>(self[vector: start])
      sums += values * values
    }
    let norm = sums.sum().squareRoot()
    if let limit, norm > limit {
      let factor = Float(limit / norm)
      for index in 0..<count { base[index] *= factor }
    }
    return norm
  }
}
