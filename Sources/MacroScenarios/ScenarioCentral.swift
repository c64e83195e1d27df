/// Reading the central path: import, set, shocks.
extension ScenarioReading {
  func central(_ root: Fields, _ paths: inout CentralPaths, horizonOrigin: String) {
    guard let node = root.raw("central") else {
      _ = root.node("central")
      return
    }
    let fields = Fields(node, "central", allowed: ScenarioSchema.central, place: node, noun: "'central'", in: self)
    if let importNode = fields.raw("import") {
      importTable(importNode, &paths, horizonOrigin: horizonOrigin)
    }
    guard let set = fields.raw("set") else { return }
    for (index, factor, entry) in factorEntries(set, "central.set") {
      let path = Fields(
        entry, "central.set.\(factor.id)", allowed: ScenarioSchema.path, place: entry,
        noun: "the path of '\(factor.id)'", in: self)
      paths.set(
        index, self.path(path, factor, in: paths, horizonOrigin: horizonOrigin, at: entry), at: entry)
    }
  }

  /// The entries of a map from factors to something, in the order of the file; unknown factors are reported.
  func factorEntries(_ node: SourceNode, _ name: String, besides: [String] = []) -> [(Int, RiskFactor, SourceNode)] {
    guard let entries = node.entries else {
      report("S010", "'\(name)' is \(node.kind), expected a map from factors", at: node)
      return []
    }
    return entries.compactMap { entry in
      if besides.contains(entry.name) { return nil }
      guard let index = factorIndex(entry.name, at: entry.key, besides: besides) else { return nil }
      return (index, RiskFactor.catalogue[index], entry.value)
    }
  }

  private func factorIndex(_ id: String, at node: SourceNode, besides: [String] = []) -> Int? {
    if let index = RiskFactor.catalogue.firstIndex(where: { $0.id == id }) { return index }
    let known = besides + RiskFactor.catalogue.map(\.id)
    report(
      "S030", "unknown factor '\(id)'", at: node,
      label: Spelling.nearest(to: id, among: known).map { "did you mean '\($0)'?" } ?? "",
      notes: ["factors: " + known.joined(separator: ", ")])
    return nil
  }

  private func importTable(_ node: SourceNode, _ paths: inout CentralPaths, horizonOrigin: String) {
    let fields = Fields(
      node, "central.import", allowed: ScenarioSchema.importKeys, place: node, noun: "'central.import'", in: self)
    let file = fields.file("csv")
    let vintage = fields.text("vintage")
    let scenario = fields.text("scenario")
    guard let file else { return paths.breakAll() }
    let table: ScenarioTable
    do {
      table = try ScenarioTable(contentsOf: file.path)
    } catch {
      report(error)
      return paths.breakAll()
    }
    guard let vintage, let scenario else { return paths.breakAll() }
    guard let path = table.path(vintage: vintage.text, scenario: scenario.text) else {
      let vintages = table.paths.map(\.vintage).unique
      let scenarios = table.paths.filter { $0.vintage == vintage.text }.map(\.scenario)
      let (wrong, text, known) =
        vintages.contains(vintage.text)
        ? (scenario, "vintage '\(vintage.text)' has no scenario '\(scenario.text)'", scenarios)
        : (vintage, "the table has no vintage '\(vintage.text)'", vintages)
      report(
        "S031", text, at: wrong.node ?? node,
        label: Spelling.nearest(to: wrong.text, among: known).map { "did you mean '\($0)'?" } ?? "",
        notes: ["there are: " + known.joined(separator: ", ")])
      return paths.breakAll()
    }
    addInput(file, asOf: "\(path.asOf)")
    baseline = ReferencePath(
      baselineOf: table, vintage: vintage.text, like: paths, at: node, horizonOrigin: horizonOrigin)
    paths.take(table, path, at: node, horizonOrigin: horizonOrigin, in: self)
  }

  func shocks(_ root: Fields, horizon: Int) -> [Shock] {
    guard let list = root.raw("shocks") else { return [] }
    return identifiedItems(list, "shocks", "shock", allowed: ScenarioSchema.shock) { fields, id in
      shock(fields, id: id, horizon: horizon)
    }
  }

  private func shock(_ fields: Fields, id: String?, horizon: Int) -> Shock? {
    let factor = fields.text("factor").flatMap { text, node in
      node.flatMap { factorIndex(text, at: $0) }.map { RiskFactor.catalogue[$0] }
    }
    let size = fields.node("size").flatMap { node in factor.flatMap { shift(node, fields.name("size"), $0) } }
    let at = fields.quarters("at", default: 1, in: 1...horizon)
    let known = errorCount
    let duration = fields.optional("duration").flatMap { text, node in
      quarters(text, fields.name("duration"), at: node, in: 1...horizon)
    }
    let decay = fields.optional("decay").flatMap { text, node in halfLife(text, fields, at: node) }
    let why = fields.text("why")?.text
    guard errorCount == known, let id, let factor, let size, let at, let why else { return nil }
    return Shock(id: id, factor: factor, size: size, at: at, duration: duration, decay: decay, why: why)
  }

  private func halfLife(_ text: String, _ fields: Fields, at node: SourceNode) -> Double? {
    guard fields.has("duration") else {
      report(
        "S033", "'decay' starts after the 'duration', which is missing", at: node,
        notes: ["fix: duration: 1q for a shock that fades from the start"])
      return nil
    }
    let name = fields.name("decay")
    guard let measure = measure(text, name, at: node, units: [.quarters], example: "2q") else { return nil }
    guard (0.25...40).contains(measure.number) else {
      report("S024", "'\(name)' is \(text), expected a half-life from 0.25q to 40q", at: node)
      return nil
    }
    return measure.number
  }

  /// What `read` makes of the items of a list whose items are maps with an `id` of their own, one after the other; it is
  /// called with `nil` for an id that is not sound, so that the rest of the item is checked too.
  func identifiedItems<Item>(
    _ list: SourceNode, _ key: String, _ noun: String, allowed: [String], read: (Fields, String?) -> Item?
  ) -> [Item] {
    guard let items = list.items else {
      report("S010", "'\(key)' is \(list.kind), expected a list", at: list)
      return []
    }
    var seen: [String: SourceNode] = [:]
    return items.compactMap { item in
      let id = item["id"]?.scalar
      let label = id.map { "\(noun) '\($0)'" } ?? "a \(noun)"
      let path = "\(key).\(id ?? "?")"
      let fields = Fields(item, path, allowed: allowed, place: item, noun: label, in: self)
      guard let id = identifier(fields, "id"), let node = item["id"] else { return read(fields, nil) }
      if let first = seen[id] {
        report(
          "S017", "id '\(id)' stands twice in '\(key)'", at: node, label: "(first at \(first.line):\(first.column))")
        return read(fields, nil)
      }
      seen[id] = node
      return read(fields, id)
    }
  }

  /// Unknown keys of the central part when history or dates are not usable.
  func checkCentralKeys(_ root: Fields) {
    if let node = root.raw("central") {
      let fields = Fields(node, "central", allowed: ScenarioSchema.central, place: node, noun: "'central'", in: self)
      if let set = fields.raw("set") {
        for (_, factor, entry) in factorEntries(set, "central.set") {
          _ = Fields(
            entry, "central.set.\(factor.id)", allowed: ScenarioSchema.path, place: entry,
            noun: "the path of '\(factor.id)'", in: self)
        }
      }
      if let importNode = fields.raw("import") {
        let fields = Fields(
          importNode, "central.import", allowed: ScenarioSchema.importKeys, place: importNode,
          noun: "'central.import'", in: self)
        _ = (fields.file("csv"), fields.text("vintage"), fields.text("scenario"))
      }
    } else {
      _ = root.node("central")
    }
    _ = shocks(root, horizon: 60)
  }
}

extension Array where Element: Equatable {
  /// Each element once, at its first place.
  var unique: [Element] {
    reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }
}
