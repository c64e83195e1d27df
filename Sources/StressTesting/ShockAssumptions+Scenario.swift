import MacroScenarios
import PathSimulation

/// What a scenario file says under `uncertainty`, in the words of the path simulation.
extension ShockAssumptions {
  init(_ scenario: Scenario) {
    let uncertainty = scenario.uncertainty
    var margins: [String: Margin] = [:]
    for (factor, family) in zip(scenario.factors, uncertainty.margins) { margins[factor.id] = Margin(family) }
    self.init(
      calibrateFrom: uncertainty.calibrateFrom, calibrateTo: uncertainty.calibrateTo,
      pandemic: Pandemic(uncertainty.pandemic), dynamics: uncertainty.dynamics == .var1 ? .var1 : .ar1,
      copula: CopulaFamily(uncertainty.copula), correlation: Correlation(uncertainty.correlation), margins: margins,
      shockLimit: uncertainty.shockLimit)
  }
}

extension ShockAssumptions.Pandemic {
  init(_ pandemic: Uncertainty.Pandemic) {
    self =
      switch pandemic {
      case .keep: .keep
      case .exclude: .exclude
      case .downweight: .downweight
      }
  }
}

extension ShockAssumptions.CopulaFamily {
  init(_ copula: Uncertainty.Copula) {
    self =
      switch copula {
      case .gaussian: .gaussian
      case .studentT(.estimate): .studentT(.estimate)
      case .studentT(.fixed(let degreesOfFreedom)): .studentT(.fixed(degreesOfFreedom))
      }
  }
}

extension ShockAssumptions.Correlation {
  init(_ correlation: Uncertainty.Correlation) {
    self =
      switch correlation {
      case .estimate: .estimate
      case .table(let matrix, let repair): .table(matrix, repair: repair == .higham ? .higham : .refuse)
      }
  }
}

extension ShockAssumptions.Margin {
  /// A family by name; its parameters are fitted.
  init(_ family: Uncertainty.MarginFamily) {
    self =
      switch family {
      case .normal: .normal
      case .studentT: .studentT(degreesOfFreedom: nil)
      case .laplace: .laplace
      case .logistic: .logistic
      case .exponentialPower: .exponentialPower(shape: nil)
      case .logNormal: .logNormal(logStandardDeviation: nil)
      }
  }
}
