import Foundation
public import MacroScenarios
import Stochastics

/// What a report says about a calibration: every choice that was made by estimate, and every repair, aloud.
public struct ShockModelDiagnostics: Sendable, Equatable {
  /// One factor's innovation.
  public struct Factor: Sendable, Equatable {
    public let id: String
    /// The scale of its deviations, such as `logit`.
    public let scale: String
    /// Residual standard deviation on that scale, per quarter.
    public let residualDeviation: Double
    /// Its law with parameters, such as `student-t(5.3)`.
    public let margin: String
  }

  /// A quarter that did not count in full.
  public struct WeightedQuarter: Sendable, Equatable {
    public let quarter: Quarter
    /// 0 … 1; 0 is left out.
    public let weight: Double
  }

  public let factors: [Factor]
  /// Steps from one quarter to the next in the window, and how many entered at all.
  public let stepCount: Int
  public let usedStepCount: Int
  public let downweighted: [WeightedQuarter]
  /// After the bound that keeps the deviations stationary; `notes` says when it was needed.
  public let spectralRadius: Double
  /// Ledoit–Wolf δ; `nil` when the author gave the correlation.
  public let shrinkageIntensity: Double?
  /// Largest change of a correlation by the Higham repair; `nil` when none was needed.
  public let correlationRepair: Double?
  /// ν of the t copula; `nil` for the Gaussian.
  public let copulaDegreesOfFreedom: Double?
  /// Sentences for the report.
  public let notes: [String]

  init(
    dynamics: DeviationDynamics, weights: [Double], sample: CalibrationSample, dependence: ShockModel.Dependence,
    copulaDegreesOfFreedom: Double?, margins: [MarginFit], deviations: [Double], notes: [String]
  ) {
    factors = sample.factors.indices.map { k in
      Factor(
        id: sample.factors[k].id, scale: sample.scales[k].name, residualDeviation: deviations[k],
        margin: margins[k].text)
    }
    stepCount = sample.quarterCount - 1
    usedStepCount = weights.dropFirst().count { $0 > 0 }
    downweighted = weights.indices.dropFirst().filter { weights[$0] < 1 }.map {
      WeightedQuarter(quarter: sample.quarter($0), weight: weights[$0])
    }
    spectralRadius = dynamics.radius
    shrinkageIntensity = dependence.shrinkage
    correlationRepair = dependence.repair?.largestChange
    self.copulaDegreesOfFreedom = copulaDegreesOfFreedom
    self.notes = notes
  }
}
