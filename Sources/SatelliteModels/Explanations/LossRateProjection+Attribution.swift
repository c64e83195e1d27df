public import NeuralNetworks

extension LossRateProjection {
  /// Integrated gradients of losses over the first quarters, from one path of the economy to another.
  ///
  /// The answers are sums over the loan series, f = Σₖ wₖ · Σₜ rateₜₖ/4, of the mean of the ensemble's members without model
  /// error. The straight line runs between the paths' levels, quarter by quarter and factor by factor; what a feature
  /// looks back at in history is the same for both and accounts for nothing.
  /// - Parameters:
  ///   - path: `[quarter][factor]`; baseline: the same.
  ///   - quarters: how many quarters' losses are added up, from the first.
  ///   - answers: w, `[answer][series]`: balances for an amount, a one among zeros for one series' rate.
  /// - Returns: one attribution an answer, its coordinates `[quarter][factor]`.
  /// - Throws: when an answer's attributions do not add up to its change.
  public func attributions(
    of path: [Double], from baseline: [Double], quarters: Int, answers: [[Double]]
  ) throws(IncompleteAttribution) -> [Attribution] {
    for answer in answers {
      precondition(answer.count == LoanSeries.count, "\(answer.count) weights, expected \(LoanSeries.count)")
    }
    let sensitivity = LossRateSensitivity(self)
    return try IntegratedGradients.attributions(from: baseline, to: path) { points in
      let found = sensitivity.evaluate(points, quarters: quarters)
      return .init(
        values: found.values.map { values in answers.map { zip($0, values).reduce(0) { $0 + $1.0 * $1.1 } } },
        gradients: found.gradients.map { gradients in
          answers.map { weights in
            var sum = [Double](repeating: 0, count: path.count)
            for (weight, gradient) in zip(weights, gradients) where weight != 0 {
              for index in sum.indices { sum[index] += weight * gradient[index] }
            }
            return sum
          }
        })
    }
  }

  /// Columns of the paths that the model reads, in their order.
  public var factorsRead: [Int] {
    let isRead = LossRateSensitivity.isRead(self)
    return isRead.indices.filter { isRead[$0] }
  }
}
