public import MacroScenarios
import NeuralNetworks

/// How a model is kept: a safetensors file whose metadata hold its card, its jump-off and the order of its axes.
extension LossRateModel {
  public static let format = "kentledge-loss-rates/2"

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
      expected: error.expected, rebuiltBy: "kentledge train loss-rates --jump-off …")
  }

  func weights() throws(WeightFileError) -> WeightFile {
    let series = LoanSeries.count
    let width = MacroFeature.all.count
    let types = BankEffectLaw.loanTypes.count
    var file = WeightFile(metadata: [
      "format": Self.format, "jump_off": "\(jumpOff)", "features": MacroFeature.all.map(\.id).joined(separator: ","),
      "series": LoanSeries.allCases.map(\.id).joined(separator: ","),
      "bank_effects": BankEffectLaw.loanTypes.joined(separator: ","), "members": "\(members.count)",
      "linear_part": choice.linear, "network_part": choice.network,
    ])
    try file.attach(card)
    func insert(_ name: String, _ shape: [Int], _ values: [Double]) {
      file.insert(name, shape: shape, .float64(values))
    }
    insert("features.mean", [width], normalisation.means)
    insert("features.standard_deviation", [width], normalisation.standardDeviations)
    insert("features.minimum", [width], featureMinima)
    insert("features.maximum", [width], featureMaxima)
    insert("linear.intercept", [series], linear.intercepts)
    insert("linear.persistence", [series], linear.persistence)
    insert("linear.coefficients", [series, width], linear.coefficients)
    insert("combination.network_share", [series], choice.networkShares)
    insert("targets.mean", [series], members[0].targetMeans)
    insert("targets.standard_deviation", [series], members[0].targetScales)
    insert("residuals.autocorrelation", [series], residuals.autocorrelation)
    insert("residuals.factor", [series, series], residuals.factor)
    insert("rates_at_jump_off", [4, series], ratesAtJumpOff)
    insert("bank_effects.between_banks", [types], bankEffects.betweenBanks)
    insert("bank_effects.within_bank", [types], bankEffects.withinBank)
    insert("bank_effects.banks", [bankEffects.banks.count], bankEffects.banks.map(Double.init))
    insert("bank_effects.levels", [bankEffects.banks.count, types], bankEffects.levels)
    insert("bank_effects.result_counts", [bankEffects.banks.count, types], bankEffects.resultCounts.map(Double.init))
    for (index, member) in members.enumerated() { file.insert(member.network, prefix: "member\(index).") }
    return file
  }

  init(_ file: WeightFile) throws(WeightFileError) {
    let series = LoanSeries.count
    let width = MacroFeature.all.count
    try Self.checkAxes(file)
    let date = try file.text("jump_off")
    guard let jumpOff = Quarter(date) else { throw file.refusal("jump_off '\(date)'", "a quarter such as 2025Q4") }
    self.jumpOff = jumpOff
    card = try file.card()
    normalisation = FeatureNormalisation(
      means: try file.doubles("features.mean", shape: [width]),
      standardDeviations: try file.positives("features.standard_deviation", shape: [width]))
    featureMinima = try file.doubles("features.minimum", shape: [width])
    featureMaxima = try file.doubles("features.maximum", shape: [width])
    linear = LinearChallenger(
      intercepts: try file.doubles("linear.intercept", shape: [series]),
      persistence: try file.doubles("linear.persistence", shape: [series]),
      coefficients: try file.doubles("linear.coefficients", shape: [series, width]))
    choice = NestedSelection.Choice(
      linear: try file.text("linear_part"), network: try file.text("network_part"),
      networkShares: try file.doubles("combination.network_share", shape: [series]))
    if let share = choice.networkShares.first(where: { !(0...1).contains($0) }) {
      throw file.refusal("\(share)", "shares in 0 … 1", "combination.network_share")
    }
    residuals = ResidualLaw(
      autocorrelation: try file.doubles("residuals.autocorrelation", shape: [series]),
      factor: try file.doubles("residuals.factor", shape: [series, series]))
    guard residuals.autocorrelation.allSatisfy({ (0..<1).contains($0) }) else {
      throw file.refusal("a value outside 0 ..< 1", "autocorrelations", "residuals.autocorrelation")
    }
    ratesAtJumpOff = try file.doubles("rates_at_jump_off", shape: [4, series])
    bankEffects = try Self.bankEffects(in: file)
    members = try Self.members(in: file)
  }

  private static func checkAxes(_ file: WeightFile) throws(WeightFileError) {
    for (key, expected) in [
      ("format", format), ("features", MacroFeature.all.map(\.id).joined(separator: ",")),
      ("series", LoanSeries.allCases.map(\.id).joined(separator: ",")),
      ("bank_effects", BankEffectLaw.loanTypes.joined(separator: ",")),
    ] {
      let found = try file.text(key)
      guard found == expected else { throw file.refusal("metadata '\(key)' = '\(found)'", "'\(expected)'") }
    }
  }

  private static func bankEffects(in file: WeightFile) throws(WeightFileError) -> BankEffectLaw {
    let types = BankEffectLaw.loanTypes.count
    let banks = try file.doubles("bank_effects.banks")
    guard banks.allSatisfy({ Int(exactly: $0) != nil }) else {
      throw file.refusal("an id that is not a whole number", "RSSD ids", "bank_effects.banks")
    }
    let counts = try file.doubles("bank_effects.result_counts", shape: [banks.count, types])
    guard counts.allSatisfy({ Int(exactly: $0).map { $0 >= 0 } ?? false }) else {
      throw file.refusal("a count that is not a whole number", "counts", "bank_effects.result_counts")
    }
    return BankEffectLaw(
      betweenBanks: try file.doubles("bank_effects.between_banks", shape: [types]),
      withinBank: try file.doubles("bank_effects.within_bank", shape: [types]), banks: banks.map { Int($0) },
      levels: try file.doubles("bank_effects.levels", shape: [banks.count, types]), resultCounts: counts.map { Int($0) }
    )
  }

  private static func members(in file: WeightFile) throws(WeightFileError) -> [LossRateNetwork] {
    let text = try file.text("members")
    guard let count = Int(text), [1, 2, 4, 8].contains(count) else {
      throw file.refusal("'\(text)' members", "1, 2, 4 or 8")
    }
    let means = try file.doubles("targets.mean", shape: [LoanSeries.count])
    let scales = try file.positives("targets.standard_deviation", shape: [LoanSeries.count])
    var members: [LossRateNetwork] = []
    for index in 0..<count {
      let network = try file.network(prefix: "member\(index).")
      let tensor = "member\(index).lstm0.input_weights"
      guard network.inputs == MacroFeature.all.count, network.outputs == LoanSeries.count else {
        throw file.refusal(
          "a network \(network.inputs) → \(network.outputs)", "\(MacroFeature.all.count) → \(LoanSeries.count)", tensor)
      }
      if let first = members.first, first.network.architecture != network.architecture {
        throw file.refusal(network.architecture, "\(first.network.architecture), like member 0", tensor)
      }
      members.append(LossRateNetwork(network: network, targetMeans: means, targetScales: scales))
    }
    return members
  }
}

extension WeightFile {
  fileprivate func refusal(_ found: String, _ expected: String, _ tensor: String? = nil) -> WeightFileError {
    WeightFileError(.malformedHeader, file: source, tensor: tensor, found: found, expected: expected)
  }

  fileprivate func positives(_ name: String, shape: [Int]) throws(WeightFileError) -> [Double] {
    let values = try doubles(name, shape: shape)
    guard values.allSatisfy({ $0 > 0 }) else { throw refusal("a value of 0 or less", "values above 0", name) }
    return values
  }
}
