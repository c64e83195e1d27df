/// Reading how futures are drawn around the central path.
extension ScenarioReading {
  func uncertainty(_ root: Fields, jumpOff: Quarter?, history: QuarterlyTable?) -> Uncertainty? {
    let fields = section(root, "uncertainty", ScenarioSchema.uncertainty)
    let calibrate = section(fields, "calibrate", ScenarioSchema.calibrate)
    let from = calibrate.quarter("from", default: Quarter(year: 1991, number: 1))
    let to = jumpOff.flatMap { calibrate.quarter("to", default: $0) }
    let pandemic = calibrate.word("pandemic", Uncertainty.Pandemic.self, default: .downweight)
    let windowIsSound = checkWindow(calibrate, from, to, jumpOff: jumpOff, history: history)
    let dynamics = fields.word("dynamics", Uncertainty.Dynamics.self, default: .var1)
    let copula = copula(fields)
    let correlation = correlation(fields)
    let margins = margins(fields)
    let shockLimit = shockLimit(fields)
    let scale = fields.number("scale", default: 1, in: 0...10)
    guard let from, let to, windowIsSound, let pandemic, let dynamics, let copula, let correlation, let margins,
      let shockLimit, let scale
    else { return nil }
    return Uncertainty(
      calibrateFrom: from, calibrateTo: to, pandemic: pandemic, dynamics: dynamics, copula: copula,
      correlation: correlation, margins: margins, shockLimit: shockLimit, scale: scale)
  }

  func section(_ parent: Fields, _ key: String, _ allowed: [String]) -> Fields {
    let name = parent.name(key)
    return Fields(parent.raw(key), name, allowed: allowed, place: parent.place, noun: "'\(name)'", in: self)
  }

  /// Fewer quarters than this say nothing about sixteen factors.
  private static let fewestCalibrationQuarters = 40

  private func checkWindow(
    _ fields: Fields, _ from: Quarter?, _ to: Quarter?, jumpOff: Quarter?, history: QuarterlyTable?
  ) -> Bool {
    guard let from, let to, let jumpOff else { return false }
    let fromNode = fields.raw("from") ?? fields.place
    let toNode = fields.raw("to") ?? fields.place
    guard to <= jumpOff else {
      report("S040", "calibration to \(to) looks past the jump-off \(jumpOff)", at: toNode)
      return false
    }
    let count = from.distance(to: to) + 1
    guard count >= Self.fewestCalibrationQuarters else {
      report(
        "S040",
        "calibration from \(from) to \(to) has \(max(0, count)) quarters, "
          + "at least \(Self.fewestCalibrationQuarters) are needed",
        at: count < 1 ? toNode : fromNode)
      return false
    }
    guard let history else { return true }
    guard from >= history.firstQuarter else {
      report("S040", "calibration starts at \(from), the history at \(history.firstQuarter)", at: fromNode)
      return false
    }
    for factor in RiskFactor.catalogue {
      let missing = (0..<count).map { from.advanced(by: $0) }.filter { history.value(factor.id, in: $0) == nil }
      if let first = missing.first, let last = missing.last {
        report(
          "S052", "'\(factor.id)' lacks \(missing.count) of \(count) calibration quarters (\(first)–\(last))",
          at: fromNode, severity: .warning, notes: ["they stay missing, nothing is filled in"])
      }
    }
    return true
  }

  private func copula(_ parent: Fields) -> Uncertainty.Copula? {
    enum Family: String, CaseIterable {
      case gaussian
      case studentT = "student-t"
    }
    let fields = section(parent, "copula", ScenarioSchema.copula)
    guard let family = fields.word("family", Family.self, default: .studentT) else { return nil }
    guard family == .studentT else {
      if let node = fields.raw("degrees_of_freedom") {
        report("S019", "a gaussian copula has no degrees of freedom", at: node)
        return nil
      }
      return .gaussian
    }
    guard let (text, node) = fields.text("degrees_of_freedom", default: "estimate") else { return nil }
    guard text != "estimate", let node else { return .studentT(degreesOfFreedom: .estimate) }
    // Above 2 the variance exists; beyond 1,000 it is the Gaussian copula to every digit shown.
    guard
      let degrees = number(text, fields.name("degrees_of_freedom"), at: node, in: 2...1000, example: "5, or estimate")
    else { return nil }
    guard degrees > 2 else {
      report(
        "S024", "'\(fields.name("degrees_of_freedom"))' is \(text): above 2, or the variance is infinite", at: node)
      return nil
    }
    return .studentT(degreesOfFreedom: .fixed(degrees))
  }

  private func correlation(_ parent: Fields) -> Uncertainty.Correlation? {
    guard let node = parent.raw("correlation"), node.entries != nil else {
      guard let (text, node) = parent.text("correlation", default: "estimate") else { return nil }
      if text == "estimate" { return .estimate }
      if let node {
        report(
          "S016", "'\(parent.name("correlation"))' is '\(text)'", at: node,
          notes: ["allowed: estimate, or {csv: a table, repair: refuse | higham}"])
      }
      return nil
    }
    let fields = section(parent, "correlation", ScenarioSchema.correlation)
    let file = fields.file("csv")
    let repair = fields.word("repair", Uncertainty.Repair.self, default: .refuse)
    guard let file else { return nil }
    addInput(file, asOf: "")
    do {
      let matrix = try CorrelationTable.read(
        CommaSeparatedValues(contentsOf: file.path), factors: RiskFactor.catalogue)
      return repair.map { .table(matrix: matrix, repair: $0) }
    } catch {
      report(error)
      return nil
    }
  }

  /// `none`, or how many times the largest shock on record.
  private func shockLimit(_ parent: Fields) -> Double? {
    guard let (text, node) = parent.text("shock_limit", default: "2") else { return nil }
    if text == "none" { return .infinity }
    guard let node else { return 2 }
    // Below 1 the futures would know less than the record.
    return number(text, parent.name("shock_limit"), at: node, in: 1...100, example: "2, or none")
  }

  private func margins(_ parent: Fields) -> [Uncertainty.MarginFamily]? {
    let name = parent.name("margins")
    let node = parent.raw("margins")
    let fields = Fields(
      node, name, allowed: ["default"] + RiskFactor.catalogue.map(\.id), place: parent.place, noun: "'\(name)'",
      in: self)
    let known = errorCount
    let standard = fields.word("default", Uncertainty.MarginFamily.self, default: .studentT)
    var margins = [Uncertainty.MarginFamily](repeating: standard ?? .studentT, count: RiskFactor.catalogue.count)
    if fields.isThere {
      for (index, factor) in RiskFactor.catalogue.enumerated() {
        guard let entry = fields.raw(factor.id) else { continue }
        let margin = Fields(
          entry, "\(name).\(factor.id)", allowed: ScenarioSchema.margin, place: entry,
          noun: "the margin of '\(factor.id)'", in: self)
        if let family = margin.word("family", Uncertainty.MarginFamily.self) { margins[index] = family }
      }
    }
    return errorCount == known ? margins : nil
  }
}
