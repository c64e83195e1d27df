/// What a model makes of a window: where it lies in a few numbers, and the whole window rebuilt from them.
struct WindowReading: Sendable, Equatable {
  /// `[component]`
  let code: [Double]
  /// `[quarter][factor]`, in standard deviations; every cell, known or not.
  let reconstruction: [Double]
}

/// A model of windows that reads what is known of one and rebuilds all of it.
protocol WindowModel: Sendable {
  var componentCount: Int { get }

  func read(_ windows: [MaskedGrid]) -> [WindowReading]
  /// ∂ Σ w·code / ∂ cell at windows of which every cell is known, `[window][cell]`.
  /// - Parameter weights: w, `[window][component]`.
  func codeGradients(at windows: [MaskedGrid], weights: [[Double]]) -> [[Double]]
}
