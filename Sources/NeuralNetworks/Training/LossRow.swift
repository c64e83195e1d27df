import Glibc

extension Loss {
  /// l and ∂l/∂prediction of the losses that look at one output at a time.
  func pointwise(_ prediction: Double, _ target: Double) -> (value: Double, slope: Double) {
    let error = prediction - target
    switch self {
    case .huber(let threshold):
      if abs(error) <= threshold {
        return (error * error / 2, error)
      } else {
        return (threshold * (abs(error) - threshold / 2), error < 0 ? -threshold : threshold)
      }
    case .binaryCrossEntropy:
      // log(1 + eᶻ) without overflow on either side.
      let tail = exp(-abs(prediction))
      let probability = prediction < 0 ? tail / (1 + tail) : 1 / (1 + tail)
      return (max(prediction, 0) + log1p(tail) - target * prediction, probability - target)
    default: return (error * error, 2 * error)
    }
  }
}

/// One row of a loss that looks at several outputs together.
struct LossRow {
  let outputs: UnsafeBufferPointer<Float>
  let targets: UnsafeBufferPointer<Float>
  let weights: UnsafeBufferPointer<Float>
  /// ∂L/∂outputs; overwritten.
  let gradient: UnsafeMutableBufferPointer<Float>
  let totalWeight: Double

  /// Σ w·l of this row.
  func sum(_ loss: Loss) -> Double {
    guard weights.contains(where: { $0 != 0 }) else {
      gradient.update(repeating: 0)
      return 0
    }
    switch loss {
    case .softmaxCrossEntropy: return classNumber()
    case .softmaxCrossEntropyOfProbabilities: return classProbabilities()
    case .gaussian: return gaussian()
    case .quantile(let levels): return quantiles(levels)
    case .squared, .huber, .binaryCrossEntropy: preconditionFailure("\(loss) looks at one output at a time")
    }
  }

  /// log Σ e^z, without overflow.
  private var logSum: Double {
    let largest = Double(outputs.max() ?? 0)
    return largest + log(outputs.reduce(0) { $0 + exp(Double($1) - largest) })
  }

  private func classNumber() -> Double {
    let weight = Double(weights[0])
    guard let right = Int(exactly: targets[0]), outputs.indices.contains(right) else {
      preconditionFailure("class \(targets[0]), expected a whole number from 0 to \(outputs.count - 1)")
    }
    let logSum = logSum
    for k in outputs.indices {
      let probability = exp(Double(outputs[k]) - logSum)
      gradient[k] = Float(weight * (probability - (k == right ? 1 : 0)) / totalWeight)
    }
    return weight * (logSum - Double(outputs[right]))
  }

  private func classProbabilities() -> Double {
    let logSum = logSum
    var mass = 0.0
    var sum = 0.0
    for k in outputs.indices where weights[k] != 0 {
      let target = Double(weights[k]) * Double(targets[k])
      mass += target
      sum += target * (logSum - Double(outputs[k]))
    }
    for k in outputs.indices {
      let target = weights[k] == 0 ? 0 : Double(weights[k]) * Double(targets[k])
      gradient[k] = Float((mass * exp(Double(outputs[k]) - logSum) - target) / totalWeight)
    }
    return sum
  }

  private func gaussian() -> Double {
    let count = targets.count
    var sum = 0.0
    for k in 0..<count {
      guard weights[k] != 0 else {
        gradient[k] = 0
        gradient[count + k] = 0
        continue
      }
      let weight = Double(weights[k])
      let error = Double(outputs[k]) - Double(targets[k])
      let logVariance = Double(outputs[count + k])
      let precision = exp(-logVariance)
      sum += weight * (log(2 * .pi) + logVariance + error * error * precision) / 2
      gradient[k] = Float(weight * error * precision / totalWeight)
      gradient[count + k] = Float(weight * (1 - error * error * precision) / 2 / totalWeight)
    }
    return sum
  }

  private func quantiles(_ levels: [Double]) -> Double {
    var sum = 0.0
    for k in targets.indices {
      for (number, level) in levels.enumerated() {
        let index = k * levels.count + number
        guard weights[k] != 0 else {
          gradient[index] = 0
          continue
        }
        let weight = Double(weights[k]) / Double(levels.count)
        let error = Double(outputs[index]) - Double(targets[k])
        sum += weight * max(-level * error, (1 - level) * error)
        gradient[index] = Float(weight * (error > 0 ? 1 - level : error < 0 ? -level : 0) / totalWeight)
      }
    }
    return sum
  }
}
