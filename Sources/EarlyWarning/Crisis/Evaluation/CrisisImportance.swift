/// What the models' accuracy on crises left out rests on: by how much the Brier score over all three levels rises when
/// everything a window shows of one indicator comes from another window of the same stretch (permutation importance,
/// Breiman 2001).
///
/// A window's eight quarters of an indicator stay together. Windows change places by fixed shifts that are longer than a
/// window, so that nothing of the own one is left. The models are those fitted without that stretch.
struct CrisisImportance: Sendable, Equatable {
  /// Of the models that are judged, in the order of `EarlyWarningModel.Kind.allCases`: `[indicator][test window]`.
  let rises: [[[Double]]]

  static let metric = "rise_of_brier"
  private static let shifts = [9, 18, 27]

  /// - Parameters:
  ///   - models: fitted without the test windows.
  ///   - images: of the test windows, in order of time.
  init(_ models: [any CrisisClassifier], images: [[Double]], levels: [RiskLevel]) {
    let shifts = Self.shifts.filter { $0 < images.count }
    rises = models.map { model in
      func errors(_ images: [[Double]]) -> [Double] {
        zip(model.probabilities(images), levels).map { ProbabilityScore.brier($0, $1.rawValue) }
      }
      let unchanged = errors(images)
      return (0..<MacroIndicator.count).map { indicator in
        var sums = images.map { _ in 0.0 }
        for shift in shifts {
          let mixed = images.indices.map { window in
            Self.taking(indicator, from: images[(window + shift) % images.count], into: images[window])
          }
          for (window, error) in errors(mixed).enumerated() { sums[window] += error - unchanged[window] }
        }
        return sums.map { $0 / Double(max(1, shifts.count)) }
      }
    }
  }

  init(rises: [[[Double]]]) { self.rises = rises }

  /// All test windows of all folds, in order.
  init(joining parts: [CrisisImportance]) {
    rises = EarlyWarningModel.Kind.allCases.indices.map { model in
      (0..<MacroIndicator.count).map { indicator in parts.flatMap { $0.rises[model][indicator] } }
    }
  }

  private static func taking(_ indicator: Int, from source: [Double], into image: [Double]) -> [Double] {
    var mixed = image
    for cell in stride(from: indicator, to: image.count, by: MacroIndicator.count) { mixed[cell] = source[cell] }
    return mixed
  }
}
