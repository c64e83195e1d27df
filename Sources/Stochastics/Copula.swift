/// Dependence between variables, apart from their margins (Sklar 1959).
public protocol Copula: Sendable {
  associatedtype Variate: Distribution
  var correlation: CorrelationMatrix { get }
  /// The law of each of the copula's own variates.
  var variate: Variate { get }
  /// Overwrites `x` with one draw of the variates; `variate.cdf` makes uniforms of them.
  func drawVariates(into x: inout MutableSpan<Double>, using stream: inout RandomStream)
}

extension Copula {
  public var dimension: Int { correlation.dimension }

  /// Overwrites `u` with one draw in (0, 1)^dimension.
  public func draw(into u: inout MutableSpan<Double>, using stream: inout RandomStream) {
    drawVariates(into: &u, using: &stream)
    for index in u.indices { u[index] = variate.cdf(u[index]) }
  }
}

extension CorrelationMatrix {
  /// x ← L z in place, from the last row up.
  func correlate(_ x: inout MutableSpan<Double>) {
    precondition(x.count == dimension, "\(x.count) variates for \(dimension) dimensions")
    for row in (0..<dimension).reversed() {
      var sum = 0.0
      for column in 0...row { sum += choleskyFactor[row * dimension + column] * x[column] }
      x[row] = sum
    }
  }
}

/// Φ_R(Φ⁻¹(u₁), …): no dependence between extremes unless the correlation is 1.
public struct GaussianCopula: Copula {
  public let correlation: CorrelationMatrix
  public var variate: Normal { .standard }

  public init(correlation: CorrelationMatrix) { self.correlation = correlation }

  public func drawVariates(into x: inout MutableSpan<Double>, using stream: inout RandomStream) {
    stream.fillNormal(into: &x)
    correlation.correlate(&x)
  }
}

/// t_{ν,R}(t_ν⁻¹(u₁), …): one chi-square divides all variates, so extremes come together (Demarta & McNeil 2005).
public struct StudentTCopula: Copula {
  public let correlation: CorrelationMatrix
  public let variate: StudentT

  /// - Throws: when `degreesOfFreedom` is not positive.
  public init(correlation: CorrelationMatrix, degreesOfFreedom: Double) throws(ParameterError) {
    self.correlation = correlation
    variate = try StudentT(degreesOfFreedom: degreesOfFreedom)
  }

  public func drawVariates(into x: inout MutableSpan<Double>, using stream: inout RandomStream) {
    stream.fillNormal(into: &x)
    correlation.correlate(&x)
    let ν = variate.degreesOfFreedom
    let mixing = (ν / stream.chiSquare(degreesOfFreedom: ν)).squareRoot()
    for index in x.indices { x[index] *= mixing }
  }
}
