/// Reading values with units: what each kind of quantity accepts, and how it says so.
extension ScenarioReading {
  /// A number with one of these units; the others are reported with an example of what to write.
  func measure(
    _ text: String, _ name: String, at node: SourceNode, units: [Measure.Unit], example: String
  ) -> Measure? {
    let fix = ["fix: write it like \(example)"]
    let measure: Measure
    do {
      measure = try Measure(text)
    } catch {
      switch error {
      case .notANumber:
        report("S023", "'\(name)' is '\(text)', expected a number such as \(example)", at: node)
      case .unknownUnit(let unit):
        let wanted = units.filter { $0 != .none }.map(\.rawValue).joined(separator: " or ")
        report(
          "S022",
          "'\(name)' is '\(text)': '\(unit)' is no unit" + (wanted.isEmpty ? " it may have" : ", expected \(wanted)"),
          at: node, notes: fix)
      }
      return nil
    }
    guard !units.contains(measure.unit) else { return measure }
    if measure.unit == .none {
      let wanted = units.map(Self.spelling).joined(separator: " or ")
      report("S021", "'\(name)' needs a unit: is \(text) \(wanted)?", at: node, notes: fix)
    } else if units == [.none] {
      report("S022", "'\(name)' is '\(text)', but it has no unit", at: node, notes: fix)
    } else {
      let wanted = units.filter { $0 != .none }.map(\.rawValue).joined(separator: " or ")
      report("S022", "'\(name)' is '\(text)', expected it in \(wanted)", at: node, notes: fix)
    }
    return nil
  }

  private static func spelling(_ unit: Measure.Unit) -> String {
    switch unit {
    case .none: "a plain number"
    case .percent: "percent"
    case .percentagePoints: "percentage points"
    case .basisPoints: "bp"
    case .quarters: "quarters"
    case .thousands: "thousand"
    case .millions: "million"
    }
  }

  /// A whole number of quarters, as `9q`.
  func quarters(_ text: String, _ name: String, at node: SourceNode, in range: ClosedRange<Int>) -> Int? {
    guard
      let measure = measure(
        text, name, at: node, units: [.quarters], example: "\(max(range.lowerBound, min(9, range.upperBound)))q")
    else { return nil }
    guard let count = Int(exactly: measure.number), range.contains(count) else {
      report(
        "S024", "'\(name)' is \(text), expected a whole number from \(range.lowerBound)q to \(range.upperBound)q",
        at: node)
      return nil
    }
    return count
  }

  /// A share as a fraction, written in percent.
  func share(_ text: String, _ name: String, at node: SourceNode, in range: ClosedRange<Double>, example: String)
    -> Double?
  {
    guard let measure = measure(text, name, at: node, units: [.percent], example: example) else { return nil }
    let fraction = measure.number / 100
    guard range.contains(fraction) else {
      report(
        "S024", "'\(name)' is \(text), expected \(Self.percent(range.lowerBound)) to \(Self.percent(range.upperBound))",
        at: node)
      return nil
    }
    return fraction
  }

  /// `0.045` → `4.5%`.
  static func percent(_ fraction: Double) -> String { "\(plain(fraction * 100))%" }

  /// At most four decimals, no needless zero, never an exponent for what people write.
  static func plain(_ value: Double) -> String {
    let rounded = (value * 10_000).rounded() / 10_000
    return rounded == rounded.rounded() && abs(rounded) < 1e15 ? "\(Int64(rounded))" : "\(rounded)"
  }
}

extension Fields {
  /// A quarter such as `2025 Q4`.
  func quarter(_ key: String, default standard: Quarter? = nil) -> Quarter? {
    guard let (text, node) = text(key, default: standard.map { "\($0.year) Q\($0.number)" }) else { return nil }
    guard let quarter = Quarter(text) else {
      if let node {
        reading.report("S020", "'\(name(key))' is '\(text)', expected a quarter such as 2025 Q4", at: node)
      }
      return nil
    }
    return quarter
  }

  func quarters(_ key: String, default standard: Int, in range: ClosedRange<Int>) -> Int? {
    guard let (text, node) = text(key, default: "\(standard)q") else { return nil }
    guard let node else { return standard }
    return reading.quarters(text, name(key), at: node, in: range)
  }

  func share(_ key: String, default standard: Double, in range: ClosedRange<Double> = 0...1) -> Double? {
    let example = ScenarioReading.percent(standard)
    guard let (text, node) = text(key, default: example) else { return nil }
    guard let node else { return standard }
    return reading.share(text, name(key), at: node, in: range, example: example)
  }

  /// A share that must be given.
  func share(_ key: String, required example: String, in range: ClosedRange<Double>) -> Double? {
    guard let (text, node) = text(key), let node else { return nil }
    return reading.share(text, name(key), at: node, in: range, example: example)
  }

  /// A plain number, no unit.
  func number(_ key: String, default standard: Double, in range: ClosedRange<Double>) -> Double? {
    guard let (text, node) = text(key, default: "\(standard)") else { return nil }
    guard let node else { return standard }
    return reading.number(text, name(key), at: node, in: range, example: "\(standard)")
  }

  /// `on` or `off`.
  func onOrOff(_ key: String) -> Bool? { word(key, Switch.self, default: .on).map { $0 == .on } }

  private enum Switch: String, CaseIterable { case on, off }

  /// The file that the key names; it must be there.
  func file(_ key: String) -> FileReference? {
    guard let (text, node) = text(key), let node else { return nil }
    return reading.file(text, name(key), at: node)
  }
}

extension ScenarioReading {
  func number(_ text: String, _ name: String, at node: SourceNode, in range: ClosedRange<Double>, example: String)
    -> Double?
  {
    guard let measure = measure(text, name, at: node, units: [.none], example: example) else { return nil }
    guard range.contains(measure.number) else {
      report(
        "S024", "'\(name)' is \(text), expected \(Self.plain(range.lowerBound)) to \(Self.plain(range.upperBound))",
        at: node)
      return nil
    }
    return measure.number
  }

  /// A file name in the text of a value, found relative to the file in which the value stands.
  func file(_ text: String, _ name: String, at node: SourceNode) -> FileReference? {
    do {
      let reference = try FileReference(text, namedIn: node.file)
      guard RegularFile.size(reference.path) != nil else {
        report(
          "S045", "cannot read '\(text)', the value of '\(name)'", at: node,
          notes: ["looked for \(reference.path)"])
        return nil
      }
      return reference
    } catch {
      report(error.code, error.message, at: node)
      return nil
    }
  }
}
