extension NeuralNetwork {
  /// Integrated gradients of weighted sums of the outputs for one sequence; dropout is left out.
  /// - Parameters:
  ///   - x: what is explained, `[T][1][inputs]`.
  ///   - baseline: what it is compared with, of the same shape.
  ///   - outputWeights: one per answer, f = Σ w·output, each `[T][1][outputs]`.
  /// - Returns: one attribution per answer, its coordinates in the order of `x`.
  /// - Throws: when an answer's attributions miss more than `tolerance` of its change.
  public func attributions(
    at x: Tensor, from baseline: Tensor, outputWeights: [Tensor], tolerance: Double = IntegratedGradients.tolerance
  ) throws(IncompleteAttribution) -> [Attribution] {
    precondition(x.shape.count == 3 && x.shape[1] == 1, "input \(x.shape), expected [T, 1, \(inputs)]")
    precondition(baseline.shape == x.shape, "baseline \(baseline.shape), expected \(x.shape)")
    let steps = x.shape[0]
    for weights in outputWeights {
      precondition(
        weights.shape == [steps, 1, outputs], "output weights \(weights.shape), expected \([steps, 1, outputs])")
    }
    return try IntegratedGradients.attributions(
      from: baseline.storage.map(Double.init), to: x.storage.map(Double.init), tolerance: tolerance
    ) { points in
      evaluate(points, steps: steps, outputWeights)
    }
  }

  /// All points side by side as sequences of one batch.
  private func evaluate(
    _ points: [[Double]], steps: Int, _ outputWeights: [Tensor]
  ) -> IntegratedGradients.Evaluation {
    let count = points.count
    let plan = DifferentiablePlan(self, steps: steps, sequences: count)
    var input = Tensor([steps, count, inputs])
    for step in 0..<steps {
      for (place, point) in points.enumerated() {
        for index in 0..<inputs {
          input.storage[(step * count + place) * inputs + index] = Float(point[step * inputs + index])
        }
      }
    }
    let output = plan.forward(input)
    var evaluation = IntegratedGradients.Evaluation(
      values: points.map { _ in [] }, gradients: points.map { _ in [] })
    for weights in outputWeights {
      var direction = Tensor(output.shape)
      for step in 0..<steps {
        for place in 0..<count {
          for index in 0..<outputs {
            direction.storage[(step * count + place) * outputs + index] = weights.storage[step * outputs + index]
          }
        }
      }
      let gradient = plan.backward(direction).input
      for place in 0..<count {
        var value = 0.0
        var row: [Double] = []
        for step in 0..<steps {
          let first = (step * count + place) * outputs
          for index in first..<first + outputs {
            value += Double(direction.storage[index]) * Double(output.storage[index])
          }
          let start = (step * count + place) * inputs
          row += gradient.storage[start..<start + inputs].map(Double.init)
        }
        evaluation.values[place].append(value)
        evaluation.gradients[place].append(row)
      }
    }
    return evaluation
  }
}
