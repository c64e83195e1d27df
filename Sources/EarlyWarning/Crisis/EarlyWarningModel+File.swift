public import MacroScenarios
import NeuralNetworks

/// How a model is kept: a safetensors file whose metadata hold its card, its jump-off and the order of its axes.
extension EarlyWarningModel {
  /// What the metadata say under `format`.
  public static let format = "kentledge-early-warning/1"

  /// Reads the file and checks everything: format, jump-off, axes, card, every tensor's presence, type and shape.
  /// - Throws: `.missing` when the file cannot be read, otherwise `.invalid`, naming the tensor.
  public init(contentsOf path: String) throws(InvalidInput) {
    do {
      try self.init(WeightFile(contentsOf: path))
    } catch {
      throw Self.refusal(error, path)
    }
  }

  /// Writes beside the target and renames: there is the old file or the new one, never half of it.
  public func write(to path: String) throws(InvalidInput) {
    do {
      try weights().write(to: path)
    } catch {
      throw Self.refusal(error, path)
    }
  }

  private static func refusal(_ error: WeightFileError, _ path: String) -> InvalidInput {
    .weights(
      at: path, isMissing: error.cause == .unreadable, tensor: error.tensor, found: error.found,
      expected: error.expected, rebuiltBy: "kentledge train early-warning --jump-off …")
  }

  private static let axes = [
    ("format", format), ("indicators", MacroIndicator.all.map(\.id).joined(separator: ",")),
    ("levels", RiskLevel.allCases.map(\.name).joined(separator: ",")),
    ("factors", MacroIndicator.factors.joined(separator: ",")), ("window", "\(IndicatorPanel.windowLength)"),
  ]

  func weights() throws(WeightFileError) -> WeightFile {
    var file = WeightFile(
      metadata: Dictionary(uniqueKeysWithValues: Self.axes).merging(
        [
          "jump_off": "\(jumpOff)", "members": "\(network.members.count)", "leaning": leaning.rawValue,
          "weight_decay": "\(weightDecay)",
        ]) { $1 })
    try file.attach(card)
    let width = MacroIndicator.count
    file.insert("scale.mean", shape: [width], .float64(scale.means))
    file.insert("scale.standard_deviation", shape: [width], .float64(scale.standardDeviations))
    file.insert("range.minimum", shape: [width], .float64(range.minima))
    file.insert("range.maximum", shape: [width], .float64(range.maxima))
    file.insert("range.quietest", shape: [range.quietest.count], .float64(range.quietest))
    file.insert("logistic.intercepts", shape: [RiskLevel.count], .float64(logistic.intercepts))
    file.insert(
      "logistic.coefficients", shape: [RiskLevel.count, IndicatorPanel.windowLength, width],
      .float64(logistic.coefficients.flatMap { $0 }))
    for (index, member) in network.members.enumerated() { file.insert(member, prefix: "member\(index).") }
    return file
  }

  init(_ file: WeightFile) throws(WeightFileError) {
    for (key, expected) in Self.axes {
      let found = try file.text(key)
      guard found == expected else { throw file.refusal("metadata '\(key)' = '\(found)'", "'\(expected)'") }
    }
    let date = try file.text("jump_off")
    guard let jumpOff = Quarter(date) else { throw file.refusal("jump_off '\(date)'", "a quarter such as 2025Q4") }
    let word = try file.text("leaning")
    guard let leaning = Kind(rawValue: word) else { throw file.refusal("leaning '\(word)'", "cnn or logistic") }
    let decay = try file.text("weight_decay")
    guard let weightDecay = Double(decay), weightDecay >= 0, weightDecay.isFinite else {
      throw file.refusal("weight_decay '\(decay)'", "a number of 0 or more")
    }
    self.jumpOff = jumpOff
    self.leaning = leaning
    self.weightDecay = weightDecay
    card = try file.card()
    let width = MacroIndicator.count
    let deviations = try file.doubles("scale.standard_deviation", shape: [width])
    guard deviations.allSatisfy({ $0 > 0 }) else {
      throw file.refusal("a value of 0 or less", "standard deviations", "scale.standard_deviation")
    }
    scale = PanelScale(means: try file.doubles("scale.mean", shape: [width]), standardDeviations: deviations)
    range = ObservedRange(
      minima: try file.doubles("range.minimum", shape: [width]),
      maxima: try file.doubles("range.maximum", shape: [width]),
      quietest: try file.doubles("range.quietest", shape: [MacroIndicator.factors.count]))
    let cells = IndicatorPanel.windowLength * width
    let coefficients = try file.doubles(
      "logistic.coefficients", shape: [RiskLevel.count, IndicatorPanel.windowLength, width])
    logistic = MultinomialLogistic(
      intercepts: try file.doubles("logistic.intercepts", shape: [RiskLevel.count]),
      coefficients: (0..<RiskLevel.count).map { Array(coefficients[$0 * cells..<($0 + 1) * cells]) })
    let text = try file.text("members")
    guard let count = Int(text), (1...64).contains(count) else {
      throw file.refusal("'\(text)' members", "1 to 64")
    }
    var members: [NeuralNetwork] = []
    let architecture = CrisisNetwork.untrained(.standard, seed: 0)
    for index in 0..<count { members.append(try file.network(like: architecture, prefix: "member\(index).")) }
    network = CrisisNetwork(members: members)
  }
}

extension WeightFile {
  fileprivate func refusal(_ found: String, _ expected: String, _ tensor: String? = nil) -> WeightFileError {
    WeightFileError(.malformedHeader, file: source, tensor: tensor, found: found, expected: expected)
  }
}
