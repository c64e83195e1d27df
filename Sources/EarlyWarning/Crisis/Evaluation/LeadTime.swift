import MacroScenarios

/// How long before a crisis left out its alarm first came.
struct LeadTime: Sendable, Equatable {
  let crisis: String
  /// The first quarter of the crisis.
  let onset: Quarter
  /// Quarters from the first alarm within the eight before the onset to it; 0 where none came before.
  let quarters: Int

  /// An alarm earlier than this says nothing of the crisis.
  static let longest = 8

  /// One for each crisis, in order of time; an alarm is a level of elevated or higher.
  /// - Parameter probabilities: `[quarter][level]`
  static func all(in forecasts: CrisisForecasts, _ probabilities: [[Double]]) -> [LeadTime] {
    forecasts.folds.compactMap { fold in
      let places = forecasts.crises.indices.filter { forecasts.crises[$0] == fold.crisis }
      guard let onset = places.first(where: { forecasts.levels[$0] == .crisis }) else { return nil }
      let alarm = places.first {
        $0 >= onset - longest && $0 < onset && LevelProbabilities(probabilities[$0]).level >= .elevated
      }
      return LeadTime(
        crisis: fold.crisis, onset: forecasts.quarters[onset], quarters: alarm.map { onset - $0 } ?? 0)
    }
  }

  static func mean(_ leads: [LeadTime]) -> Double {
    leads.isEmpty ? 0 : Double(leads.reduce(0) { $0 + $1.quarters }) / Double(leads.count)
  }
}
