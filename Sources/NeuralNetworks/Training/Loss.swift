import Glibc

/// What training makes small: a weighted mean over all outputs, with e = prediction − target.
///
///     L = Σ w·l(e) / Σ w
///
/// A weight of 0 takes an output out altogether: its target may be missing (NaN). Where all weights are 0, L and its
/// gradient are 0.
public enum Loss: Sendable, Equatable {
  /// l(e) = e²
  case squared
  /// l(e) = e²/2 up to |e| = δ, δ·(|e| − δ/2) beyond (Huber 1964); δ > 0.
  case huber(threshold: Double)
  /// l = log(1 + eᶻ) − y·z for a target y in 0…1 and an output z, whose sigmoid is the probability.
  case binaryCrossEntropy

  /// - Parameter weights: of the shape of the targets; 1 everywhere when `nil`.
  /// - Returns: the loss, and ∂L/∂prediction.
  public func callAsFunction(
    _ predictions: Tensor, _ targets: Tensor, weights: Tensor? = nil
  ) -> (value: Double, gradient: Tensor) {
    precondition(
      predictions.shape == targets.shape, "predictions \(predictions.shape), expected those of \(targets.shape)")
    let weights = weights ?? Tensor(targets.shape, repeating: 1)
    precondition(weights.shape == targets.shape, "weights \(weights.shape), expected \(targets.shape)")
    var gradient = Tensor(targets.shape)
    let value = predictions.storage.withUnsafeBufferPointer { predictions in
      targets.storage.withUnsafeBufferPointer { targets in
        weights.storage.withUnsafeBufferPointer { weights in
          gradient.storage.withUnsafeMutableBufferPointer { evaluate(predictions, targets, weights, gradient: $0) }
        }
      }
    }
    return (value, gradient)
  }

  /// Sums in Double, first to last; overwrites `gradient`. All buffers are of one length.
  func evaluate(
    _ predictions: UnsafeBufferPointer<Float>, _ targets: UnsafeBufferPointer<Float>,
    _ weights: UnsafeBufferPointer<Float>, gradient: UnsafeMutableBufferPointer<Float>
  ) -> Double {
    var totalWeight = 0.0
    for weight in weights { totalWeight += Double(weight) }
    guard totalWeight > 0 else {
      gradient.update(repeating: 0)
      return 0
    }
    var sum = 0.0
    for index in 0..<targets.count {
      guard weights[index] != 0 else {
        gradient[index] = 0
        continue
      }
      let weight = Double(weights[index])
      let (value, slope) = pointwise(Double(predictions[index]), Double(targets[index]))
      sum += weight * value
      gradient[index] = Float(weight * slope / totalWeight)
    }
    return sum / totalWeight
  }

  /// l and ∂l/∂prediction.
  private func pointwise(_ prediction: Double, _ target: Double) -> (value: Double, slope: Double) {
    let error = prediction - target
    switch self {
    case .squared: return (error * error, 2 * error)
    case .huber(let threshold):
      return abs(error) <= threshold
        ? (error * error / 2, error)
        : (threshold * (abs(error) - threshold / 2), error < 0 ? -threshold : threshold)
    case .binaryCrossEntropy:
      // Written so that the exponential never overflows.
      let tail = exp(-abs(prediction))
      let probability = prediction >= 0 ? 1 / (1 + tail) : tail / (1 + tail)
      return (max(prediction, 0) + log1p(tail) - target * prediction, probability - target)
    }
  }
}
