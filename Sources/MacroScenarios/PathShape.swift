import Foundation

/// A central path in one of three forms: one value a quarter, or a shape that starts at the factor's value at the
/// jump-off.
///
/// A shape's target is either `change` (relative for an index: `-30%`; added for a rate: `+350bp`, `+3.5pp`) or `to`
/// (the level itself: `10%` for a rate, `187` for an index). With w(t) the share of the way that is gone,
///
///     rate(t)  = rate(0) + w(t) · (target − rate(0))
///     index(t) = index(0) · (target / index(0))^w(t)
///
/// | shape | w(t) |
/// |---|---|
/// | `peak`, `trough` | t / at up to quarter `at`, then back to 0 in `revert_over` quarters: 1 − (t − at) / revert_over |
/// | `step` | 0 before `at` (default 1q), 1 from it on; with `revert_over` back to 0 as above |
/// | `ramp` | t / at up to quarter `at`, then 1 |
///
/// `peak` rises and `trough` falls: the other sign is an error.
struct PathShape: Equatable {
  enum Form: String, CaseIterable { case peak, trough, step, ramp }

  let form: Form
  let at: Int
  let revertOver: Int?

  /// Share of the way to the target gone in that quarter of the horizon, from 1.
  func weight(inQuarter quarter: Int) -> Double {
    if quarter < at { return form == .step ? 0 : Double(quarter) / Double(at) }
    guard form != .ramp, let revertOver else { return 1 }
    return max(0, 1 - Double(quarter - at) / Double(revertOver))
  }

  func path(from start: Double, to target: Double, horizon: Int, unit: RiskFactor.Unit) -> [Double] {
    (1...horizon).map { quarter in
      let weight = weight(inQuarter: quarter)
      return unit == .percent ? start + weight * (target - start) : start * pow(target / start, weight)
    }
  }
}

extension ScenarioReading {
  /// The path that one entry of `central.set` gives; `nil` after a report.
  func path(
    _ fields: Fields, _ factor: RiskFactor, in paths: CentralPaths, horizonOrigin: String, at node: SourceNode
  ) -> [Double]? {
    guard fields.isThere else { return nil }
    let hasValues = fields.has("values")
    let hasShape = fields.has("shape")
    guard hasValues != hasShape else {
      report(
        "S019", "'\(fields.path)' has " + (hasValues ? "both 'values' and 'shape'" : "neither 'values' nor 'shape'"),
        at: node, notes: ["fix: values: [one a quarter], or shape: peak, trough, step or ramp"])
      return nil
    }
    if hasValues {
      for key in ["at", "change", "to", "revert_over"] {
        if let extra = fields.raw(key) { report("S019", "'\(key)' belongs to a shape, not to 'values'", at: extra) }
      }
      return values(fields, factor, horizon: paths.horizon, horizonOrigin: horizonOrigin)
    }
    return shape(fields, factor, in: paths, at: node)
  }

  private func values(_ fields: Fields, _ factor: RiskFactor, horizon: Int, horizonOrigin: String) -> [Double]? {
    guard let list = fields.node("values") else { return nil }
    guard let items = list.items else {
      report("S010", "'\(fields.name("values"))' is \(list.kind), expected a list", at: list)
      return nil
    }
    let levels = items.map { item in
      level(item, fields.name("values"), factor)
    }
    guard items.count == horizon else {
      let missing = horizon - items.count
      report(
        "S032", "path has \(items.count) values, horizon is \(horizon)q", at: list,
        notes: [
          missing > 0
            ? "fix: add \(missing) value\(missing == 1 ? "" : "s")"
            : "fix: remove \(-missing) value\(missing == -1 ? "" : "s")",
          "horizon comes from \(horizonOrigin)",
        ])
      return nil
    }
    return levels.contains { $0 == nil } ? nil : levels.compactMap { $0 }
  }

  /// A level: `3.5%` for a rate, `302.1` for an index.
  private func level(_ node: SourceNode, _ name: String, _ factor: RiskFactor) -> Double? {
    guard let text = node.scalar, !text.isEmpty else {
      report("S010", "'\(name)' holds \(node.kind), expected a single value", at: node)
      return nil
    }
    if factor.unit == .percent {
      return measure(text, name, at: node, units: [.percent], example: "3.5%").map { $0.number / 100 }
    }
    guard let level = measure(text, name, at: node, units: [.none], example: "302.1")?.number else { return nil }
    guard level > 0 else {
      report("S024", "'\(name)' is \(text): an index is positive", at: node)
      return nil
    }
    return level
  }

  private func shape(_ fields: Fields, _ factor: RiskFactor, in paths: CentralPaths, at node: SourceNode) -> [Double]? {
    let form = fields.word("shape", PathShape.Form.self)
    let hasChange = fields.has("change")
    let hasLevel = fields.has("to")
    if hasChange == hasLevel {
      report(
        "S019", "'\(fields.path)' has " + (hasChange ? "both 'change' and 'to'" : "neither 'change' nor 'to'"),
        at: node,
        notes: ["fix: change: \(factor.unit == .percent ? "+350bp" : "-30%"), or to: the level itself"])
    }
    let at: Int? =
      form == .step
      ? fields.quarters("at", default: 1, in: 1...paths.horizon)
      : fields.text("at").flatMap { text, place in
        place.flatMap { quarters(text, fields.name("at"), at: $0, in: 1...paths.horizon) }
      }
    let start = paths.jumpOffValue(factor)
    if start == nil {
      report("S041", "a shape starts at the jump-off, but '\(factor.id)' has no value there in the history", at: node)
    }
    var target: Double?
    if hasChange, let change = fields.node("change").flatMap({ shift($0, fields.name("change"), factor) }), let start {
      target = factor.unit == .percent ? start + change : start * (1 + change)
    }
    if hasLevel, let level = fields.node("to") { target = self.level(level, fields.name("to"), factor) }

    var revertOver: Int?
    if let place = fields.raw("revert_over") {
      if form == .ramp {
        report(
          "S036", "a ramp stays where it arrives", at: place, notes: ["fix: shape: peak or trough reverts"])
      } else if let (text, node) = fields.text("revert_over"), let node {
        revertOver = quarters(text, fields.name("revert_over"), at: node, in: 1...400)
      }
    } else if form == .peak || form == .trough, !fields.has("revert_over") {
      reportMissing(
        "S015", "'\(fields.name("revert_over"))' is missing", at: node,
        notes: ["fix: revert_over: 12q, or shape: ramp for a path that stays"])
      return nil
    }
    guard let form, let at, let start, let target, hasChange != hasLevel else { return nil }
    if form == .peak && target <= start || form == .trough && target >= start {
      let (direction, other) = form == .peak ? ("falls", "trough") : ("rises", "peak")
      report(
        "S036", "this \(form.rawValue) \(target == start ? "goes nowhere" : direction)",
        at: fields.raw(hasChange ? "change" : "to") ?? node,
        label: target == start ? "" : "did you mean 'shape: \(other)'?")
      return nil
    }
    return PathShape(form: form, at: at, revertOver: revertOver)
      .path(from: start, to: target, horizon: paths.horizon, unit: factor.unit)
  }

  /// A change: bp or pp for a rate, relative % for an index.
  func shift(_ node: SourceNode, _ name: String, _ factor: RiskFactor) -> Double? {
    guard let text = node.scalar, !text.isEmpty else {
      report("S010", "'\(name)' is \(node.kind), expected a single value", at: node)
      return nil
    }
    if factor.unit == .percent {
      guard let measure = measure(text, name, at: node, units: [.basisPoints, .percentagePoints], example: "+350bp")
      else { return nil }
      return measure.number / (measure.unit == .basisPoints ? 10_000 : 100)
    }
    guard let measure = measure(text, name, at: node, units: [.percent], example: "-30%") else { return nil }
    guard measure.number > -100 else {
      report("S024", "'\(name)' is \(text): an index cannot lose all of its level", at: node)
      return nil
    }
    return measure.number / 100
  }
}
