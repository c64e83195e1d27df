/// Two answers to how unlike history a window is.
struct WindowScore: Sendable, Equatable {
  /// Root mean square of known cells less the model's reconstruction, in standard deviations of the factors.
  let error: Double
  /// Mahalanobis distance of the code from those of history.
  let distance: Double

  subscript(measure: PlausibilityMeasure) -> Double {
    switch measure {
    case .reconstructionError: error
    case .mahalanobisDistance: distance
    }
  }
}

/// What is ranked.
public enum PlausibilityMeasure: String, Sendable, CaseIterable {
  /// Does the window follow the patterns of history?
  case reconstructionError = "reconstruction_error"
  /// Does it go farther along those patterns than history did?
  case mahalanobisDistance = "mahalanobis_distance"
}

/// Which model says so.
public enum PlausibilityModelKind: String, Sendable, CaseIterable {
  case autoencoder
  /// The linear challenger.
  case pca
}

/// A model of windows with the law of its training codes: all that a score needs.
struct ScoringModel<Model: WindowModel>: Sendable {
  let model: Model
  let law: LatentLaw

  init(_ model: Model, law: LatentLaw) {
    self.model = model
    self.law = law
  }

  /// - Parameter windows: those that the model was fitted to.
  init(_ model: Model, fittedTo windows: [MaskedGrid]) {
    self.init(model, law: LatentLaw(fittedTo: model.read(windows).map(\.code)))
  }

  /// - Precondition: every window has a known cell.
  func scores(of windows: [MaskedGrid]) -> [WindowScore] {
    zip(windows, model.read(windows)).map { window, reading in
      guard let error = window.distance(to: reading.reconstruction) else {
        preconditionFailure("a window of which nothing is known has no score")
      }
      return WindowScore(error: error, distance: law.distance(reading.code))
    }
  }
}

extension ScoringModel: Equatable where Model: Equatable {}
