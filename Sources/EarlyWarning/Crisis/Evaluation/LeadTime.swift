import MacroScenarios

/// How long before a crisis left out its alarm stood without a break.
struct LeadTime: Sendable, Equatable {
  let crisis: String
  /// The first quarter of the crisis.
  let onset: Quarter
  /// Quarters with an alarm in a row up to the one before the onset, at most eight: an alarm that went off again does not
  /// count.
  let quarters: Int

  static let longest = 8

  /// One for each crisis, in order of time; an alarm is a level of elevated or higher.
  /// - Parameter probabilities: `[quarter][level]`
  static func all(in forecasts: CrisisForecasts, _ probabilities: [[Double]]) -> [LeadTime] {
    forecasts.folds.compactMap { fold in
      let places = forecasts.crises.indices.filter { forecasts.crises[$0] == fold.crisis }
      guard let onset = places.first(where: { forecasts.levels[$0] == .crisis }) else { return nil }
      let alarms = places.reversed().drop { $0 >= onset }
        .prefix { LevelProbabilities(probabilities[$0]).level >= .elevated }
      return LeadTime(
        crisis: fold.crisis, onset: forecasts.quarters[onset], quarters: min(alarms.count, longest))
    }
  }

  static func mean(_ leads: [LeadTime]) -> Double {
    leads.isEmpty ? 0 : Double(leads.reduce(0) { $0 + $1.quarters }) / Double(leads.count)
  }
}
