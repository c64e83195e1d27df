extension Tensor {
  /// `[rows][columns]`, uniform in ±√(6 / (rows + columns)) (Glorot & Bengio 2010, equation 16).
  static func glorotUniform(rows: Int, columns: Int, _ random: CounterRandom) -> Tensor {
    let limit = (6 / Double(rows + columns)).squareRoot()
    return Tensor(
      [rows, columns], (0..<rows * columns).map { Float(limit * (2 * random.uniform(at: UInt64($0)) - 1)) })
  }

  /// `[height][width][a][b]`, uniform in ±√(6 / (height·width·(a + b))): Glorot & Bengio's rule with every place of the
  /// window counted.
  static func glorotUniform(window: PlaneSize, _ a: Int, _ b: Int, _ random: CounterRandom) -> Tensor {
    let places = window.height * window.width
    let limit = (6 / Double(places * (a + b))).squareRoot()
    return Tensor(
      [window.height, window.width, a, b],
      (0..<places * a * b).map { Float(limit * (2 * random.uniform(at: UInt64($0)) - 1)) })
  }

  /// `[rows][columns]`, rows ≤ columns, rows of length 1 at right angles: normal draws through Gram and Schmidt.
  static func orthonormalRows(rows: Int, columns: Int, _ random: CounterRandom) -> Tensor {
    precondition(rows <= columns, "\(rows) orthonormal rows of length \(columns), expected no more rows than columns")
    var values = (0..<rows * columns).map { random.normal(at: UInt64($0)) }
    for row in 0..<rows {
      for earlier in 0..<row {
        let projection = (0..<columns).reduce(0) { $0 + values[row * columns + $1] * values[earlier * columns + $1] }
        for column in 0..<columns { values[row * columns + column] -= projection * values[earlier * columns + column] }
      }
      let length = (0..<columns).reduce(0) { $0 + values[row * columns + $1] * values[row * columns + $1] }.squareRoot()
      for column in 0..<columns { values[row * columns + column] /= length }
    }
    return Tensor([rows, columns], values.map { Float($0) })
  }
}
