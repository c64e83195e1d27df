import MacroScenarios

/// What the training quarters have seen of each indicator and factor: against it a new table is held.
struct ObservedRange: Sendable, Equatable {
  /// `[indicator]`, raw.
  let minima: [Double]
  let maxima: [Double]
  /// `[factor]`, in the order of `MacroIndicator.factors`: the smallest that the largest absolute value of eight quarters
  /// in a row ever was. A column that stays below a tenth of it is in another unit.
  let quietest: [Double]

  static let stretch = 8

  init(minima: [Double], maxima: [Double], quietest: [Double]) {
    self.minima = minima
    self.maxima = maxima
    self.quietest = quietest
  }

  /// - Parameter rows: `[quarter][indicator]`, raw.
  init(_ rows: [[Double?]], factors history: QuarterlyTable) {
    minima = MacroIndicator.all.indices.map { j in rows.compactMap { $0[j] }.min() ?? 0 }
    maxima = MacroIndicator.all.indices.map { j in rows.compactMap { $0[j] }.max() ?? 0 }
    quietest = MacroIndicator.factors.map { factor in
      let values = (history.column(factor)?.values ?? []).compactMap { $0 }.map(abs)
      guard values.count >= Self.stretch else { return 0 }
      return (0...values.count - Self.stretch).map { values[$0..<$0 + Self.stretch].max() ?? 0 }.min() ?? 0
    }
  }

  /// Indicators that lie beyond the range by more than its width.
  func outliers(in row: [Double?]) -> [String] {
    zip(MacroIndicator.all, row.indices).compactMap { indicator, j in
      let width = maxima[j] - minima[j]
      guard let value = row[j], value < minima[j] - width || value > maxima[j] + width else { return nil }
      return indicator.id
    }
  }
}
