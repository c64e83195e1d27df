extension NeuralNetwork {
  /// Integrated gradients of weighted sums of the outputs for one example; dropout is left out.
  /// - Parameters:
  ///   - x: what is explained: a batch of one, e.g. `[T][1][inputs]` or `[1][height][width][channels]`.
  ///   - baseline: what it is compared with, of the same shape.
  ///   - outputWeights: one per answer, f = Σ w·output, each of the shape of the output for one.
  /// - Returns: one attribution per answer, its coordinates in the order of `x`.
  /// - Throws: when an answer's attributions miss more than `tolerance` of its change.
  public func attributions(
    at x: Tensor, from baseline: Tensor, outputWeights: [Tensor], tolerance: Double = IntegratedGradients.tolerance
  ) throws(IncompleteAttribution) -> [Attribution] {
    let one = batch(of: x)
    precondition(one.sequences == 1, "\(one.sequences) examples, expected one")
    precondition(baseline.shape == x.shape, "baseline \(baseline.shape), expected \(x.shape)")
    let expected = BatchShape(output, steps: one.steps, sequences: 1).tensorShape
    for weights in outputWeights {
      precondition(weights.shape == expected, "output weights \(weights.shape), expected \(expected)")
    }
    return try IntegratedGradients.attributions(
      from: baseline.storage.map(Double.init), to: x.storage.map(Double.init), tolerance: tolerance
    ) { points in
      evaluate(points, steps: one.steps, outputWeights.map(\.storage))
    }
  }

  /// All points side by side in one batch.
  private func evaluate(
    _ points: [[Double]], steps: Int, _ outputWeights: [[Float]]
  ) -> IntegratedGradients.Evaluation {
    let read = BatchShape(input, steps: steps, sequences: points.count)
    let given = BatchShape(output, steps: steps, sequences: points.count)
    let plan = DifferentiablePlan(self, steps: steps, sequences: points.count)
    let outputs = plan.forward(Tensor(sideBySide: points.map { $0.map { Float($0) } }, read)).examples(given)
    var evaluation = IntegratedGradients.Evaluation(
      values: points.map { _ in [] }, gradients: points.map { _ in [] })
    for weights in outputWeights {
      let gradients = plan.backward(Tensor(sideBySide: points.map { _ in weights }, given)).input.examples(read)
      for place in points.indices {
        evaluation.values[place].append(
          zip(weights, outputs[place]).reduce(0) { $0 + Double($1.0) * Double($1.1) })
        evaluation.gradients[place].append(gradients[place].map { Double($0) })
      }
    }
    return evaluation
  }
}

extension Tensor {
  /// A batch of examples, each as a batch of one of the same shape stores it.
  fileprivate init(sideBySide examples: [[Float]], _ batch: BatchShape) {
    self.init(batch.tensorShape)
    let width = batch.example.count
    for (place, example) in examples.enumerated() {
      for step in 0..<batch.steps {
        let first = (step * examples.count + place) * width
        for index in 0..<width { storage[first + index] = example[step * width + index] }
      }
    }
  }

  /// The examples of a batch, each as a batch of one would store it.
  fileprivate func examples(_ batch: BatchShape) -> [[Float]] {
    let width = batch.example.count
    return (0..<batch.sequences).map { place in
      (0..<batch.steps).flatMap { step -> ArraySlice<Float> in
        let first = (step * batch.sequences + place) * width
        return storage[first..<first + width]
      }
    }
  }
}
