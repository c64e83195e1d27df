/// What of the change of a function's value, from a baseline to an input, each coordinate of the input accounts for.
public struct Attribution: Sendable, Equatable {
  /// One per coordinate of the input, in the unit of the function.
  public let values: [Double]
  /// f at the baseline, and at the input.
  public let baselineValue: Double
  public let value: Double
  /// At how many points the gradient was taken.
  public let nodeCount: Int

  public init(values: [Double], baselineValue: Double, value: Double, nodeCount: Int) {
    self.values = values
    self.baselineValue = baselineValue
    self.value = value
    self.nodeCount = nodeCount
  }

  /// Δf = f(input) − f(baseline).
  public var change: Double { value - baselineValue }

  /// Σ values − Δf: what the sum misses of the change it should add up to.
  public var completenessGap: Double { values.reduce(0, +) - change }

  /// |Σ values − Δf| / |Δf|; 0 where both are 0.
  public var relativeGap: Double {
    let gap = abs(completenessGap)
    return gap == 0 ? 0 : gap / abs(change)
  }
}

/// An attribution that does not add up to the change it explains, however many points are taken.
public struct IncompleteAttribution: Error, Sendable, Equatable, CustomStringConvertible {
  /// Which output of the function, from 0.
  public let output: Int
  public let attribution: Attribution
  public let tolerance: Double

  public var description: String {
    "the attributions of output \(output) add up to \(attribution.change + attribution.completenessGap) after "
      + "\(attribution.nodeCount) points, the change is \(attribution.change): expected within "
      + "\(tolerance * 100) % of it"
  }
}
