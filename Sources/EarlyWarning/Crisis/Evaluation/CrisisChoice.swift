import NeuralNetworks

/// The settings that do best on crises left out within the training windows: the lowest sum of Brier scores over the inner
/// folds, the stronger regularisation of equals. No test window enters.
struct CrisisChoice: Sendable, Equatable {
  /// The network's settings with the chosen weight decay.
  let network: CrisisNetwork.Settings
  let penalty: Double

  /// Members of the small ensembles that inner folds are judged by.
  private static let members = 2

  init(
    of settings: EarlyWarningTraining.Settings, on folds: [CrisisFold], _ sample: CrisisSample
  ) throws(TrainingFailure) {
    let materials = folds.map { CrisisMaterial(sample, training: $0.training) }
    let images = zip(folds, materials).map { fold, material in fold.test.map(material.image) }
    func error(_ model: some CrisisClassifier, on place: Int) -> Double {
      zip(model.probabilities(images[place]), folds[place].test).reduce(0) { sum, pair in
        sum + ProbabilityScore.brier(pair.0, materials[place].labels[sample.quarters[pair.1]].rawValue)
      }
    }
    penalty = Self.best(settings.penalties) { penalty in
      folds.indices.reduce(0) { $0 + error(materials[$1].logistic(penalty: penalty), on: $1) }
    }
    var chosen = settings.network
    if settings.weightDecays.count > 1 {
      var errors: [Double] = []
      for decay in settings.weightDecays {
        chosen.weightDecay = decay
        chosen.members = min(Self.members, settings.network.members)
        var sum = 0.0
        for place in folds.indices { sum += error(try materials[place].network(chosen), on: place) }
        errors.append(sum)
      }
      chosen.weightDecay = Self.best(settings.weightDecays) { errors[settings.weightDecays.firstIndex(of: $0)!] }
      chosen.members = settings.network.members
    } else if let only = settings.weightDecays.first {
      chosen.weightDecay = only
    }
    network = chosen
  }

  /// - Parameter candidates: ascending, at least one.
  private static func best(_ candidates: [Double], _ error: (Double) -> Double) -> Double {
    guard candidates.count > 1 else { return candidates[0] }
    let errors = candidates.map(error)
    return candidates[errors.lastIndex(of: errors.min() ?? 0) ?? candidates.count - 1]
  }
}
