import Foundation
import MacroScenarios

/// The observables of consecutive quarters and the features made from them.
///
/// Layout `[quarter][observable]`; the first `MacroFeature.longestLag` quarters serve only to be looked back at. A value
/// that history does not have is NaN inside this file alone; whoever reads features out of it must ask `isFinite`.
enum FeatureConstruction {
  static let observableCount = MacroFeature.Observable.allCases.count
  static let featureCount = MacroFeature.all.count
  static let features = MacroFeature.all.map { (observable: $0.observable.rawValue, form: $0.form) }

  /// Where in a row of factors an observable stands: the first column less the second, or the log of the first.
  struct Source: Sendable {
    let column: Int
    let subtracted: Int?
    let isLogarithm: Bool
  }

  /// - Throws: `.invalid` naming every factor that the models read and the scenario does not give.
  static func sources(in factors: [String], file: String) throws(InvalidInput) -> [Source] {
    let needed = MacroFeature.Observable.allCases.flatMap(\.factors)
    let absent = needed.enumerated().filter { !factors.contains($1) && !needed.prefix($0).contains($1) }.map(\.element)
    guard absent.isEmpty else {
      throw InvalidInput(
        .invalid,
        absent.map { Diagnostic("M010", "the loss-rate models need the factor '\($0)'", at: .init(file: file)) })
    }
    return MacroFeature.Observable.allCases.map { observable in
      let columns = observable.factors.map { factors.firstIndex(of: $0)! }
      return Source(
        column: columns[0], subtracted: columns.count > 1 ? columns[1] : nil, isLogarithm: observable.isLogarithm)
    }
  }

  /// The observables of `quarters` of history, `[quarter][observable]`; NaN where the table has no value.
  static func observables(of history: QuarterlyTable, from first: Quarter, count: Int) -> [Double] {
    var result = [Double](repeating: .nan, count: count * observableCount)
    for observable in MacroFeature.Observable.allCases {
      for quarter in 0..<count {
        let values = observable.factors.map { history.value($0, in: first.advanced(by: quarter)) ?? .nan }
        let value = values.count == 2 ? values[0] - values[1] : values[0]
        result[quarter * observableCount + observable.rawValue] = observable.isLogarithm ? log(value) : value
      }
    }
    return result
  }

  /// Reads the observables of one path off its factors.
  /// - Parameters:
  ///   - factors: `[quarter][factor]` of one path.
  ///   - window: `[quarter][observable]`; the quarters after the first `longestLag` are overwritten.
  static func readObservables(
    _ factors: Span<Double>, factorCount: Int, quarterCount: Int, sources: Span<Source>,
    into window: inout MutableSpan<Double>
  ) {
    for observable in 0..<observableCount {
      let source = sources[observable]
      var cell = MacroFeature.longestLag * observableCount + observable
      var row = 0
      for _ in 0..<quarterCount {
        var value = factors[unchecked: row + source.column]
        if let subtracted = source.subtracted { value -= factors[unchecked: row + subtracted] }
        window[unchecked: cell] = source.isLogarithm ? log(value) : value
        cell += observableCount
        row += factorCount
      }
    }
  }

  /// Makes the features of the quarters after the first `longestLag` of a window.
  ///
  ///     z = (feature − mean) / scale
  ///
  /// Nothing is clipped: a stressed quarter may lie many standard deviations from history and is passed on as it is.
  /// - Parameters:
  ///   - window: `[quarter][observable]`, `longestLag + quarterCount` quarters.
  ///   - means: `[feature]`; inverseScales: `[feature]`.
  ///   - result: from `start` on `[quarter][feature]`, with `stride` places from quarter to quarter.
  static func makeFeatures(
    _ window: Span<Double>, quarterCount: Int, means: Span<Double>, inverseScales: Span<Double>,
    into result: inout MutableSpan<Float>, at start: Int, stride: Int
  ) {
    precondition(
      window.count >= (MacroFeature.longestLag + quarterCount) * observableCount,
      "the window has \(window.count) values, \(quarterCount) quarters need more")
    precondition(
      result.count >= start + (quarterCount - 1) * stride + featureCount,
      "\(result.count) places for \(quarterCount) quarters of features")
    features.withUnsafeBufferPointer { features in
      for feature in 0..<featureCount {
        let mean = means[feature]
        let inverseScale = inverseScales[feature]
        let form = features[feature].form
        var here = MacroFeature.longestLag * observableCount + features[feature].observable
        var cell = start + feature
        for _ in 0..<quarterCount {
          result[unchecked: cell] = Float((value(form, of: window, at: here) - mean) * inverseScale)
          here += observableCount
          cell += stride
        }
      }
    }
  }

  /// The features as they are, `[quarter][feature]`, in full precision: what the models are fitted on.
  static func makeRawFeatures(_ window: Span<Double>, quarterCount: Int, into result: inout [Double]) {
    for quarter in 0..<quarterCount {
      for (feature, (observable, form)) in features.enumerated() {
        let here = (MacroFeature.longestLag + quarter) * observableCount + observable
        result[quarter * featureCount + feature] = value(form, of: window, at: here)
      }
    }
  }

  @inline(__always)
  private static func value(_ form: MacroFeature.Form, of window: Span<Double>, at here: Int) -> Double {
    let width = observableCount
    switch form {
    case .level:
      return window[unchecked: here]
    case .change(let quarters):
      return window[unchecked: here] - window[unchecked: here - quarters * width]
    case .yearMean:
      return
        (window[unchecked: here] + window[unchecked: here - width] + window[unchecked: here - 2 * width]
        + window[unchecked: here - 3 * width]) / 4
    }
  }
}
