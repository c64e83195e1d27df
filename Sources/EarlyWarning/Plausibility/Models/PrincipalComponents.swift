import Stochastics

/// The linear challenger: probabilistic principal components (Tipping & Bishop 1999) of windows with missing cells.
///
///     x = μ + U z + ε,   z ~ N(0, Λ − σ²),  ε ~ N(0, σ²)
///     ẑ = (U_kᵀ U_k + σ² (Λ − σ²)⁻¹)⁻¹ U_kᵀ (x − μ)_k      k: the known cells
///
/// U and Λ are the leading eigenvectors and eigenvalues of the windows' covariance, σ² the mean of the others. Cells that a
/// training window lacks are rebuilt and refitted until they settle (Josse & Husson 2012); they start at the mean and
/// never count as known afterwards.
struct PrincipalComponents: WindowModel, Equatable {
  /// μ, `[cell]`
  let mean: [Double]
  /// Uᵀ, `[component][cell]`, orthonormal rows; the largest entry of each is positive.
  let axes: [Double]
  /// Λ, `[component]`, falling.
  let variances: [Double]
  /// σ², positive.
  let noiseVariance: Double

  var componentCount: Int { variances.count }

  init(mean: [Double], axes: [Double], variances: [Double], noiseVariance: Double) {
    precondition(axes.count == variances.count * mean.count, "\(axes.count) numbers for \(variances.count) axes")
    self.mean = mean
    self.axes = axes
    self.variances = variances
    self.noiseVariance = noiseVariance
  }

  private static let roundLimit = 50

  /// - Precondition: more windows than components.
  init(fittedTo windows: [MaskedGrid], components: Int) {
    precondition(windows.count > components, "\(windows.count) windows for \(components) components")
    var complete = windows.map(\.values)
    var fit = Self(complete, components)
    guard windows.contains(where: { $0.isKnown.contains(false) }) else {
      self = fit
      return
    }
    for _ in 0..<Self.roundLimit {
      var change = 0.0
      for (row, reading) in fit.read(windows).enumerated() {
        for cell in complete[row].indices where !windows[row].isKnown[cell] {
          change = max(change, abs(complete[row][cell] - reading.reconstruction[cell]))
          complete[row][cell] = reading.reconstruction[cell]
        }
      }
      fit = Self(complete, components)
      if change < 1e-6 { break }
    }
    self = fit
  }

  /// Of complete windows, through the smaller of the two moment matrices: that of windows by windows.
  private init(_ rows: [[Double]], _ components: Int) {
    let n = rows.count, width = rows[0].count
    let mean = (0..<width).map { cell in rows.reduce(0) { $0 + $1[cell] } / Double(n) }
    let centred = rows.map { row in zip(row, mean).map { $0 - $1 } }
    var gram = [Double](repeating: 0, count: n * n)
    for row in 0..<n {
      for column in 0...row {
        let product = zip(centred[row], centred[column]).reduce(0) { $0 + $1.0 * $1.1 }
        gram[row * n + column] = product
        gram[column * n + row] = product
      }
    }
    let eigen = symmetricEigen(gram, n)
    var axes: [Double] = [], variances: [Double] = []
    for component in 0..<components {
      let k = n - 1 - component
      var axis = [Double](repeating: 0, count: width)
      for row in 0..<n {
        let weight = eigen.vectors[row * n + k]
        for cell in 0..<width { axis[cell] += weight * centred[row][cell] }
      }
      let length = max(axis.reduce(0) { $0 + $1 * $1 }.squareRoot(), 1e-300)
      let largest = axis.max { abs($0) < abs($1) } ?? 1
      axes += axis.map { $0 / (largest < 0 ? -length : length) }
      variances.append(max(eigen.values[k], 0) / Double(n))
    }
    let total = eigen.values.reduce(0) { $0 + max($1, 0) } / Double(n)
    let rest = (total - variances.reduce(0, +)) / Double(max(1, width - components))
    self.init(mean: mean, axes: axes, variances: variances, noiseVariance: max(rest, 1e-9))
  }

  func read(_ windows: [MaskedGrid]) -> [WindowReading] {
    windows.map { window in
      let code = code(of: window)
      return WindowReading(code: code, reconstruction: reconstruction(of: code))
    }
  }

  /// ẑ
  func code(of window: MaskedGrid) -> [Double] {
    let k = componentCount, width = mean.count
    if !window.isKnown.contains(false) { return code(ofComplete: window) }
    var normal = [Double](repeating: 0, count: k * k), right = [Double](repeating: 0, count: k)
    for a in 0..<k {
      for cell in 0..<width where window.isKnown[cell] {
        right[a] += axes[a * width + cell] * (window.values[cell] - mean[cell])
        for b in 0...a { normal[a * k + b] += axes[a * width + cell] * axes[b * width + cell] }
      }
      normal[a * k + a] += noiseVariance / max(variances[a] - noiseVariance, 1e-9)
    }
    guard let factor = CholeskyFactor(normal, dimension: k) else {
      preconditionFailure("a ridge is not positive definite")
    }
    return factor.solve(right)
  }

  /// The same where every cell is known, so that UᵀU is the identity.
  private func code(ofComplete window: MaskedGrid) -> [Double] {
    let width = mean.count
    return (0..<componentCount).map { a in
      var projection = 0.0
      for cell in 0..<width { projection += axes[a * width + cell] * (window.values[cell] - mean[cell]) }
      return projection / (1 + noiseVariance / max(variances[a] - noiseVariance, 1e-9))
    }
  }

  func codeGradients(at windows: [MaskedGrid], weights: [[Double]]) -> [[Double]] {
    weights.map { weights in
      mean.indices.map { cell in
        (0..<componentCount).reduce(0) { sum, a in
          sum + weights[a] * axes[a * mean.count + cell]
            / (1 + noiseVariance / max(variances[a] - noiseVariance, 1e-9))
        }
      }
    }
  }

  /// μ + U z, `[cell]`
  func reconstruction(of code: [Double]) -> [Double] {
    var result = mean
    for a in 0..<componentCount {
      for cell in mean.indices { result[cell] += code[a] * axes[a * mean.count + cell] }
    }
    return result
  }
}
