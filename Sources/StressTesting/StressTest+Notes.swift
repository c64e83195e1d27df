import Banking
import Foundation
import MacroScenarios
import PathSimulation
import SatelliteModels

/// What a reader must be told beside the figures.
extension StressTest {
  typealias Note = StressTestResult.Note

  /// - Parameter coverage: `nil` when nothing is drawn around the central path.
  func notes(_ coverage: FanCoverage?) -> [Note] {
    warningNotes + calibrationNotes + (coverage.map(coverageNotes) ?? []) + distanceNotes + tailNotes
      + DependentPathRows.notes(scenario.simulation.sampling, pipeline.dependence) + assumptionNotes
      + (cards?.notes ?? [])
  }

  private func coverageNotes(_ coverage: FanCoverage) -> [Note] {
    let narrow = coverage.factors.filter { $0.share < 0.8 }
    guard !narrow.isEmpty else { return [] }
    let list = narrow.map { factor in
      let title = scenario.factors.first { $0.id == factor.id }?.title ?? factor.id
      return String(format: "%@ (%.0f %%)", title, 100 * factor.share)
    }
    return [
      Note(
        .warning,
        "Too narrow against history, by the share of past nine-quarter outcomes inside the 90 % band: "
          + list.joined(separator: ", ") + ". Interest-rate cycles outlast the memory of the fitted dynamics.")
    ]
  }

  private var warningNotes: [Note] {
    let fromTables = banks.warnings.map { Note(.dataQuality, "\($0.message).") }
    return scenario.warnings.map { Note(.warning, "\($0.message).") } + fromTables
      + banks.notes.prefix(1).map { Note(.dataQuality, "Bank table: \($0)") }
  }

  private var shockLimitNote: Note {
    guard shocks.assumptions.shockLimit < .infinity else {
      return Note(
        .warning,
        "Shocks have no limit: on their log scales a heavy-tailed shock has no mean, so that expected losses and "
          + "expected shortfalls need not exist; more futures may only make them larger.")
    }
    return Note(
      .assumption,
      String(
        format:
          "No quarter's shock to a factor is larger than %g times the largest on record since %@, in either direction.",
        shocks.assumptions.shockLimit, "\(shocks.assumptions.calibrateFrom)"))
  }

  private var calibrationNotes: [Note] {
    let found = shocks.diagnostics
    let dependence =
      found.copulaDegreesOfFreedom.map { String(format: "Student t copula with %.1f degrees of freedom", $0) }
      ?? "Gaussian copula"
    return [
      Note(
        .method,
        String(
          format:
            "Shocks: %@ on %d of %d quarterly steps from %@; spectral radius %.3f; %@; correlation shrunk by %.2f "
            + "(Ledoit and Wolf).",
          shocks.assumptions.dynamics == .var1 ? "VAR(1), shrunk towards own lags," : "AR(1)", found.usedStepCount,
          found.stepCount, "\(shocks.assumptions.calibrateFrom)", found.spectralRadius, dependence,
          found.shrinkageIntensity ?? 0))
    ]
      + [shockLimitNote] + (found.notes + pipeline.simulator.notes).map { Note(.method, $0) }
      + [
        Note(
          .method,
          "Fans by quarter of the economy, of loss rates and of each bank's capital are drawn from the first "
            + "\(min(ColumnLayout.fanPathCount, pathCount)) paths; every other figure uses all paths.")
      ]
  }

  private var distanceNotes: [Note] {
    let beyond = pipeline.lossRates.inputDistances(of: scenario.central).filter(\.isBeyondSample)
    guard !beyond.isEmpty else { return [] }
    let list = beyond.map {
      String(
        format: "%@ %+.1f (sample %+.1f to %+.1f)", $0.title, $0.standardDeviations, $0.sampleMinimum, $0.sampleMaximum)
    }
    return [
      Note(
        .warning,
        "The central path lies beyond what the loss-rate model was fitted on, in standard deviations: "
          + list.joined(separator: "; ") + ". Nothing is clipped: the model extrapolates.")
    ]
  }

  private var tailNotes: [Note] {
    guard scenario.simulation.tailPaths > 0, tail == nil else { return [] }
    return [
      Note(
        .warning, "Further futures in the tail were asked for, but nothing leads there: only plain futures stand.")
    ]
  }

  private var assumptionNotes: [Note] {
    let rules = pipeline.walk.rules
    let percent = { (value: Double) in String(format: "%g %%", 100 * value) }
    return [
      Note(.assumption, "Balances, assets and risk-weighted assets stay as they are at the jump-off."),
      Note(
        .assumption,
        "Revenue before provisions: each bank's published level from its severely adverse exercises before the jump-off, "
          + "moved with the path by the coefficients of the CLASS model (Hirtle and others 2016)."),
      Note(
        .assumption,
        "Trading, counterparty, securities and other losses: each bank's own published add-ons times "
          + "\(rules.addOnScale), never revalued from the paths."),
      Note(
        .assumption,
        "Allowance: the next four quarters' projected losses, never below the opening allowance, which is assumed by the "
          + "rule in the bank table's source note."),
      Note(
        .assumption,
        "Tax \(percent(rules.taxRate)), set off within the horizon only; distributions "
          + (rules.payout == 0 ? "none." : "\(percent(rules.payout)) of positive quarterly net income.")),
      Note(
        .proxy,
        "Junior liens and other loans have no charge-off series of their own: residential real estate, and commercial "
          + "and industrial × 0.52, stand in. Totals are shown with and without them."),
      Note(
        .assumption,
        "The interbank network is reconstructed by maximum entropy from totals of different dates; contagion stands "
          + "beside CET1, not inside it, because its exposures partly sit in other loans and counterparty losses."),
      Note(
        .method,
        "Uncertainty has three drawn parts: the economy's paths, the ensemble members of the loss-rate model, and model "
          + "error (residuals: \(scenario.models.residuals ? "on" : "off"); effects of single banks: "
          + "\(scenario.models.bankEffects ? "on" : "off")). Monte Carlo error is a fourth and stands beside every figure."
      ),
    ]
  }
}
