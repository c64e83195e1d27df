import Foundation
public import MacroScenarios
package import Stochastics

/// How an economy strays from a central path, learned from its history: scales, dynamics, margins, dependence.
public struct ShockModel: Sendable {
  public let factors: [RiskFactor]
  public let assumptions: ShockAssumptions
  public let diagnostics: ShockModelDiagnostics

  package let scales: [FactorScale]
  /// A, `[row][column]`.
  package let transition: [Double]
  /// c of the conditional mean c + A y.
  let intercept: [Double]
  /// Residual standard deviation per factor, on its scale.
  package let deviations: [Double]
  package let correlation: CorrelationMatrix
  /// Per factor: from the copula's variate to the standardised innovation.
  package let margins: [QuantileTable]
  /// √(ν / W) as a function of a standard normal; `nil` for the Gaussian copula.
  package let mixing: ScaleMixing?
  let sample: CalibrationSample

  /// - Parameters:
  ///   - history: nothing after `assumptions.calibrateTo` is read.
  ///   - factors: in the order of every row, column and path.
  /// - Throws: what is missing in the window, a value that its scale cannot hold, a correlation table or parameter
  ///   that is not valid.
  public init(history: QuarterlyTable, factors: [RiskFactor], assumptions: ShockAssumptions) throws(InvalidInput) {
    let known = history.cut(after: assumptions.calibrateTo)
    let sample = try CalibrationSample(
      history: known, factors: factors, from: assumptions.calibrateFrom, to: assumptions.calibrateTo)
    var notes: [String] = []
    let (dynamics, weights) = try Self.dynamics(of: sample, assumptions)
    if dynamics.estimatedRadius > DeviationDynamics.radiusBound {
      notes.append(
        String(
          format: "The estimated dynamics would not settle (spectral radius %.3f); they were scaled down to %.2f.",
          dynamics.estimatedRadius, DeviationDynamics.radiusBound))
    }
    let residuals = dynamics.residuals(of: sample)
    let innovations = Innovations(residuals, weights: weights, dynamics)
    let largest = Self.largest(residuals, weights: weights, in: innovations.deviations)
    let dependence = try Self.correlation(of: innovations, assumptions, file: history.file)
    notes += dependence.notes
    do {
      let ν = try Self.degreesOfFreedom(of: assumptions.copula, innovations, dependence.matrix, &notes)
      var margins: [QuantileTable] = []
      var fits: [MarginFit] = []
      for (k, factor) in factors.enumerated() {
        let fit = try MarginFit(
          assumptions.margins[factor.id] ?? assumptions.defaultMargin, residuals: innovations.standardised.map { $0[k] }
        )
        if fit.atBound { notes.append("The fitted margin of \(factor.id) lies at the end of its range: \(fit.text).") }
        margins.append(try Self.table(ν, fit.law, within: assumptions.shockLimit * largest[k]))
        fits.append(fit)
      }
      self.margins = margins
      if let ν { mixing = try ScaleMixing(degreesOfFreedom: ν) } else { mixing = nil }
      diagnostics = ShockModelDiagnostics(
        dynamics: dynamics, weights: weights, sample: sample, dependence: dependence,
        copulaDegreesOfFreedom: ν, margins: fits, deviations: innovations.deviations, notes: notes)
    } catch {
      throw InvalidInput(.invalid, [Diagnostic("P010", "uncertainty: \(error)", at: .init(file: history.file))])
    }
    self.factors = factors
    self.assumptions = assumptions
    self.sample = sample
    scales = sample.scales
    transition = dynamics.transition
    intercept = dynamics.intercept
    deviations = innovations.deviations
    correlation = dependence.matrix
  }

  private static func table(
    _ ν: Double?, _ law: some Distribution, within bound: Double
  ) throws(ParameterError) -> QuantileTable {
    guard let ν else { return try QuantileTable(from: Normal.standard, to: law, within: bound) }
    return try QuantileTable(from: StudentT(degreesOfFreedom: ν), to: law, within: bound)
  }

  /// The largest residual of each factor among the quarters that count at all, in its standard deviations: as it was,
  /// not as the pandemic's weight makes it.
  private static func largest(_ residuals: [[Double]], weights: [Double], in deviations: [Double]) -> [Double] {
    let rows = zip(residuals, weights.dropFirst()).filter { $0.1 > 0 }
    return deviations.indices.map { k in rows.reduce(0) { max($0, abs($1.0[k])) } / deviations[k] }
  }

  /// The dynamics, and the weight of each quarter that they were fitted with.
  private static func dynamics(
    of sample: CalibrationSample, _ assumptions: ShockAssumptions
  ) throws(InvalidInput) -> (DeviationDynamics, [Double]) {
    var weights = [Double](repeating: 1, count: sample.quarterCount)
    let touched = (1..<sample.quarterCount).filter(sample.touchesPandemic)
    if assumptions.pandemic != .keep { for t in touched { weights[t] = 0 } }
    var dynamics = try DeviationDynamics(sample, weights: weights, dynamics: assumptions.dynamics)
    guard assumptions.pandemic == .downweight, !touched.isEmpty else { return (dynamics, weights) }
    // s² = eᵀ Σ⁻¹ e / n, with e from the fit and Σ from the other quarters; from weight 0 it settles in a few rounds.
    for _ in 0..<3 {
      let residuals = dynamics.residuals(of: sample)
      let others = weights.indices.map { touched.contains($0) ? 0 : weights[$0] }
      let calm = Innovations(residuals, weights: others, dynamics)
      guard let matrix = try? CorrelationMatrix(calm.shrunkCorrelation.covariance, dimension: sample.factors.count)
      else { break }
      for t in touched {
        let e = zip(residuals[t - 1], calm.deviations).map { $0 / $1 }
        let s2 = CopulaFit.mahalanobis(e, matrix.choleskyFactor) / Double(e.count)
        // No quarter counts more than one outside the pandemic.
        weights[t] = min(1, 1 / s2)
      }
      dynamics = try DeviationDynamics(sample, weights: weights, dynamics: assumptions.dynamics)
    }
    return (dynamics, weights)
  }

  struct Dependence {
    let matrix: CorrelationMatrix
    /// Ledoit–Wolf δ; `nil` for an author's table.
    let shrinkage: Double?
    let repair: NearestCorrelation?
    let notes: [String]
  }

  private static func correlation(
    of innovations: Innovations, _ assumptions: ShockAssumptions, file: String
  ) throws(InvalidInput) -> Dependence {
    let n = innovations.deviations.count
    let given: [Double]
    let repairs: Bool
    let name: String
    let shrinkage: Double?
    switch assumptions.correlation {
    case .estimate:
      let shrunk = innovations.shrunkCorrelation
      (given, repairs, name, shrinkage) = (shrunk.covariance, true, "estimated", shrunk.intensity)
    case .table(let rows, let repair):
      (given, repairs, name, shrinkage) = (rows.flatMap { $0 }, repair == .higham, "given", nil)
    }
    func invalid(_ problem: CorrelationMatrix.Problem, _ notes: [String] = []) -> InvalidInput {
      InvalidInput(
        .invalid, [Diagnostic("P008", "the \(name) correlation: \(problem.text)", at: .init(file: file), notes: notes)])
    }
    do {
      return Dependence(
        matrix: try CorrelationMatrix(given, dimension: n), shrinkage: shrinkage, repair: nil, notes: [])
    } catch {
      guard case .indefinite(let smallest) = error else { throw invalid(error) }
      guard repairs else { throw invalid(error, ["fix: repair: higham takes the nearest correlation matrix"]) }
      let nearest = NearestCorrelation(to: given, dimension: n)
      let note = String(
        format: "The %@ correlation was not positive definite (smallest eigenvalue %.2g); the nearest one was taken "
          + "(Higham 2002), largest change of an entry %.3f.",
        name, smallest, nearest.largestChange)
      return Dependence(matrix: nearest.matrix, shrinkage: shrinkage, repair: nearest, notes: [note])
    }
  }

  /// ν of the t copula; `nil` for the Gaussian.
  private static func degreesOfFreedom(
    of family: ShockAssumptions.CopulaFamily, _ innovations: Innovations, _ correlation: CorrelationMatrix,
    _ notes: inout [String]
  ) throws(ParameterError) -> Double? {
    switch family {
    case .gaussian: return nil
    case .studentT(.fixed(let ν)): return try StudentT(degreesOfFreedom: ν).degreesOfFreedom
    case .studentT(.estimate):
      let fit = CopulaFit(residuals: innovations.standardised, correlation: correlation)
      if fit.atBound {
        notes.append(
          String(format: "The copula's degrees of freedom lie at the end of their range: %.0f.", fit.degreesOfFreedom))
      }
      return fit.degreesOfFreedom
    }
  }
}

/// Residuals made alike: each divided by how much larger its quarter's are (√w), less its mean, over its deviation.
struct Innovations {
  /// `[time][factor]`, mean 0 and variance 1; quarters of weight 0 are left out.
  let standardised: [[Double]]
  /// With the fit's effective parameters taken off the degrees of freedom.
  let deviations: [Double]

  /// - Parameters:
  ///   - residuals: of each quarter of the sample but the first.
  ///   - weights: of each quarter of the sample.
  init(_ residuals: [[Double]], weights: [Double], _ dynamics: DeviationDynamics) {
    var rows = zip(residuals, weights.dropFirst()).filter { $0.1 > 0 }.map { row, weight in
      row.map { $0 * weight.squareRoot() }
    }
    let n = rows[0].count
    let count = Double(rows.count)
    var deviations = [Double](repeating: 0, count: n)
    for k in 0..<n {
      let mean = rows.reduce(0) { $0 + $1[k] } / count
      for t in rows.indices { rows[t][k] -= mean }
      let square = rows.reduce(0) { $0 + $1[k] * $1[k] }
      let raw = (square / count).squareRoot()
      for t in rows.indices { rows[t][k] /= raw }
      deviations[k] = (square / (count - dynamics.effectiveParameters[k])).squareRoot()
    }
    standardised = rows
    self.deviations = deviations
  }

  var shrunkCorrelation: LedoitWolf {
    LedoitWolf(observations: standardised.flatMap { $0 }, columns: deviations.count)
  }
}
