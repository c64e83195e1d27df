import Foundation

/// Leads from figures to pixels along one axis, in a straight line or by the logarithm.
struct Scale {
  let lower: Double
  let upper: Double
  let from: Double
  let to: Double
  let isLogarithmic: Bool

  /// - Parameter domain: the lowest and highest figure; where they are the same, a little room either side.
  init(_ domain: (lower: Double, upper: Double), onto range: (from: Double, to: Double), isLogarithmic: Bool = false) {
    precondition(domain.lower <= domain.upper, "a scale runs from \(domain.lower) up to \(domain.upper)")
    let isFlat = Self.isFlat(domain.lower, domain.upper)
    let room = isLogarithmic ? domain.lower / 2 : Self.room(around: domain.lower)
    lower = isFlat ? domain.lower - room : domain.lower
    upper = isFlat ? domain.upper + room : domain.upper
    from = range.from
    to = range.to
    self.isLogarithmic = isLogarithmic
  }

  func callAsFunction(_ value: Double) -> Double {
    let share =
      isLogarithmic
      ? (log10(value) - log10(lower)) / (log10(upper) - log10(lower)) : (value - lower) / (upper - lower)
    return from + share * (to - from)
  }

  /// About `count` round figures inside the domain: steps of 1, 2 or 5 times a power of ten; powers of ten on a
  /// logarithmic axis.
  func ticks(_ count: Int) -> [Double] {
    if isLogarithmic {
      return (Int(log10(lower).rounded(.up))...max(Int(log10(lower).rounded(.up)), Int(log10(upper).rounded(.down))))
        .map { pow(10, Double($0)) }.filter { $0 >= lower * 0.999 && $0 <= upper * 1.001 }
    }
    let step = Self.roundStep(atLeast: (upper - lower) / Double(max(count, 1)))
    return (0...(2 * count + 4)).map { ((lower / step).rounded(.up) + Double($0)) * step }
      .filter { $0 <= upper + step * 1e-9 }
  }

  /// The domain widened to round figures.
  static func rounded(_ lower: Double, _ upper: Double, steps: Int) -> (lower: Double, upper: Double) {
    guard !isFlat(lower, upper) else { return (lower - room(around: lower), upper + room(around: upper)) }
    let step = roundStep(atLeast: (upper - lower) / Double(steps))
    return ((lower / step).rounded(.down) * step, (upper / step).rounded(.up) * step)
  }

  /// Whether two figures are too near each other to span an axis.
  private static func isFlat(_ lower: Double, _ upper: Double) -> Bool {
    !(upper - lower > 1e-9 * max(abs(lower), abs(upper), 1e-9))
  }

  private static func room(around value: Double) -> Double { max(0.01 * abs(value), 1e-3) }

  private static func roundStep(atLeast least: Double) -> Double {
    let power = pow(10, log10(least).rounded(.down))
    return ([1, 2, 5, 10].first { $0 * power >= least * 0.999_999 } ?? 10) * power
  }
}

/// A length in pixels: one decimal, none where it is nought.
func px(_ length: Double) -> String {
  let text = fixed(length, decimals: 1)
  return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
}
