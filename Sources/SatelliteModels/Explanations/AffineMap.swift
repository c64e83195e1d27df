/// A map x ↦ A·x + c whose matrix is found by asking it: column j is f(eⱼ) − f(0).
///
/// The features are affine in the observables, and the challenger's transformed rates are affine in the features, so their
/// gradients are these matrices whatever lags, means and regressors are chosen; nothing of them is written down twice.
struct AffineMap: Sendable, Equatable {
  let inputs: Int
  let outputs: Int
  /// A, `[input][output]`.
  private let columns: [Double]

  init(inputs: Int, _ map: ([Double]) -> [Double]) {
    let origin = map([Double](repeating: 0, count: inputs))
    var columns: [Double] = []
    columns.reserveCapacity(inputs * origin.count)
    for input in 0..<inputs {
      var unit = [Double](repeating: 0, count: inputs)
      unit[input] = 1
      columns += zip(map(unit), origin).map { $0 - $1 }
    }
    self.inputs = inputs
    outputs = origin.count
    self.columns = columns
  }

  /// Aᵀ·y: what a gradient with respect to the outputs is with respect to the inputs.
  func transposed(_ y: [Double]) -> [Double] {
    precondition(y.count == outputs, "\(y.count) values, expected \(outputs)")
    return (0..<inputs).map { input in
      var sum = 0.0
      for output in 0..<outputs { sum += columns[input * outputs + output] * y[output] }
      return sum
    }
  }
}
