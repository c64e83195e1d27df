/// What training makes small: a weighted mean over all targets, with e = prediction − target.
///
///     L = Σ w·l / Σ w
///
/// A weight of 0 takes a target out altogether: it may be missing (NaN). Where all weights are 0, L and its gradient
/// are 0. Letters: K targets per row (per step of a sequence, per place of an image, per vector).
public enum Loss: Sendable, Equatable {
  /// l = e²; K outputs.
  case squared
  /// l = e²/2 up to |e| = δ, δ·(|e| − δ/2) beyond (Huber 1964); δ > 0; K outputs.
  case huber(threshold: Double)
  /// l = log(1 + eᶻ) − y·z for a target y in 0…1 and an output z, whose sigmoid is the probability; K outputs.
  case binaryCrossEntropy
  /// l = −log softmax(z)ᵧ for the number y = 0, 1, … of the right class; one target and as many outputs z as classes.
  case softmaxCrossEntropy
  /// l = −Σ yₖ·log softmax(z)ₖ for K probabilities y; K outputs z. The weights of a row multiply its yₖ, and L is a mean
  /// over rows.
  case softmaxCrossEntropyOfProbabilities
  /// l = ½·(log 2π + s + e²·e⁻ˢ), the negative log likelihood of a normal law with variance eˢ; 2·K outputs: K means,
  /// then K values s.
  case gaussian
  /// l = mean over the levels τ of max(−τ·e, (1 − τ)·e) (Koenker & Bassett 1978); K·Q outputs, the Q quantiles of a
  /// target side by side.
  case quantile(levels: [Double])

  /// - Parameter weights: of the shape of the targets; 1 everywhere when `nil`.
  /// - Returns: the loss, and ∂L/∂prediction.
  public func callAsFunction(
    _ predictions: Tensor, _ targets: Tensor, weights: Tensor? = nil
  ) -> (value: Double, gradient: Tensor) {
    guard let width = predictions.shape.last, let perRow = targetCount(outputs: width) else {
      preconditionFailure("predictions \(predictions.shape) for \(self)")
    }
    precondition(
      targets.count == predictions.count / width * perRow,
      "targets \(targets.shape), expected \(perRow) for every \(width) of \(predictions.shape)")
    let weights = weights ?? Tensor(targets.shape, repeating: 1)
    precondition(weights.shape == targets.shape, "weights \(weights.shape), expected \(targets.shape)")
    var gradient = Tensor(predictions.shape)
    let (sum, weight) = predictions.storage.withUnsafeBufferPointer { predictions in
      targets.storage.withUnsafeBufferPointer { targets in
        weights.storage.withUnsafeBufferPointer { weights in
          gradient.storage.withUnsafeMutableBufferPointer {
            evaluate(predictions, targets, weights, width: width, gradient: $0)
          }
        }
      }
    }
    return (weight > 0 ? sum / weight : 0, gradient)
  }

  /// Targets for a row of so many outputs; `nil` where they cannot be shared out.
  func targetCount(outputs: Int) -> Int? {
    switch self {
    case .squared, .huber, .binaryCrossEntropy, .softmaxCrossEntropyOfProbabilities: outputs
    case .softmaxCrossEntropy: 1
    case .gaussian: outputs % 2 == 0 ? outputs / 2 : nil
    case .quantile(let levels): levels.isEmpty || outputs % levels.count != 0 ? nil : outputs / levels.count
    }
  }

  /// Sums in Double, first to last; overwrites `gradient`.
  /// - Parameter width: outputs per row.
  /// - Returns: Σ w·l and Σ w, whose ratio is the loss.
  func evaluate(
    _ predictions: UnsafeBufferPointer<Float>, _ targets: UnsafeBufferPointer<Float>,
    _ weights: UnsafeBufferPointer<Float>, width: Int, gradient: UnsafeMutableBufferPointer<Float>
  ) -> (sum: Double, weight: Double) {
    var totalWeight = 0.0
    for weight in weights { totalWeight += Double(weight) }
    if case .softmaxCrossEntropyOfProbabilities = self { totalWeight /= Double(width) }
    guard totalWeight > 0 else {
      gradient.update(repeating: 0)
      return (0, 0)
    }
    let sum =
      switch self {
      case .squared, .huber, .binaryCrossEntropy:
        sumPointwise(predictions, targets, weights, totalWeight, gradient)
      default: sumRows(predictions, targets, weights, width, totalWeight, gradient)
      }
    return (sum, totalWeight)
  }

  private func sumPointwise(
    _ predictions: UnsafeBufferPointer<Float>, _ targets: UnsafeBufferPointer<Float>,
    _ weights: UnsafeBufferPointer<Float>, _ totalWeight: Double, _ gradient: UnsafeMutableBufferPointer<Float>
  ) -> Double {
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
    return sum
  }

  private func sumRows(
    _ predictions: UnsafeBufferPointer<Float>, _ targets: UnsafeBufferPointer<Float>,
    _ weights: UnsafeBufferPointer<Float>, _ width: Int, _ totalWeight: Double,
    _ gradient: UnsafeMutableBufferPointer<Float>
  ) -> Double {
    guard let perRow = targetCount(outputs: width) else { preconditionFailure("\(width) outputs for \(self)") }
    var sum = 0.0
    for row in 0..<predictions.count / width {
      let given = row * perRow..<(row + 1) * perRow
      let outputs = row * width..<(row + 1) * width
      sum += LossRow(
        outputs: UnsafeBufferPointer(rebasing: predictions[outputs]),
        targets: UnsafeBufferPointer(rebasing: targets[given]), weights: UnsafeBufferPointer(rebasing: weights[given]),
        gradient: UnsafeMutableBufferPointer(rebasing: gradient[outputs]), totalWeight: totalWeight
      ).sum(self)
    }
    return sum
  }
}
