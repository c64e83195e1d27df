public import MacroScenarios
import NeuralNetworks

/// How a model is kept: a safetensors file whose metadata hold its card and the order of its features.
extension AccountModel {
  /// What the metadata of its weights say under `format`.
  public static let format = "kentledge-accounts/1"

  /// Reads the file and checks everything: format, features, card, every tensor's presence, type and shape.
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
      expected: error.expected, rebuiltBy: "kentledge train accounts")
  }

  func weights() throws(WeightFileError) -> WeightFile {
    var file = WeightFile(metadata: [
      "format": Self.format, "features": Self.axes, "members": "\(members.count)",
      "dropout": "\(dropout)",
      "learned_from": String(learnedFrom, radix: 16),
    ])
    try file.attach(card)
    func insert(_ name: String, _ values: [Double]) { file.insert(name, shape: [values.count], .float64(values)) }
    insert("features.mean", scale.means)
    insert("features.standard_deviation", scale.standardDeviations)
    insert("logistic.intercept", [logistic.intercept])
    insert("logistic.coefficients", logistic.coefficients)
    insert("network_share", [networkShare])
    insert("calibration", [calibration.intercept, calibration.slope])
    for (index, member) in members.enumerated() { file.insert(member.network, prefix: "member\(index).") }
    return file
  }

  private static var axes: String { AccountFeatures.names.joined(separator: ",") }

  init(_ file: WeightFile) throws(WeightFileError) {
    for (key, expected) in [("format", Self.format), ("features", Self.axes)] {
      let found = try file.text(key)
      guard found == expected else { throw Self.mismatch(file, "metadata '\(key)' = '\(found)'", "'\(expected)'") }
    }
    let mark = try file.text("learned_from")
    guard let learnedFrom = UInt64(mark, radix: 16) else {
      throw Self.mismatch(file, "learned_from '\(mark)'", "a hexadecimal number")
    }
    self.learnedFrom = learnedFrom
    let rate = try file.text("dropout")
    guard let dropout = Double(rate), (0..<1).contains(dropout) else {
      throw Self.mismatch(file, "dropout '\(rate)'", "a rate of 0 up to below 1")
    }
    self.dropout = dropout
    card = try file.card()
    let width = AccountFeatures.width
    let deviations = try file.doubles("features.standard_deviation", shape: [width])
    guard deviations.allSatisfy({ $0 > 0 }) else {
      throw Self.mismatch(file, "a value of 0 or less", "values above 0", "features.standard_deviation")
    }
    scale = AccountScale(
      means: try file.doubles("features.mean", shape: [width]), standardDeviations: deviations)
    logistic = LogisticRegression(
      intercept: try file.doubles("logistic.intercept", shape: [1])[0],
      coefficients: try file.doubles("logistic.coefficients", shape: [AccountFeatures.flatWidth]))
    networkShare = try file.doubles("network_share", shape: [1])[0]
    guard (0...1).contains(networkShare) else {
      throw Self.mismatch(file, "\(networkShare)", "a share in 0 … 1", "network_share")
    }
    let line = try file.doubles("calibration", shape: [2])
    guard line[1] > 0 else { throw Self.mismatch(file, "a slope of \(line[1])", "above 0", "calibration") }
    calibration = LogitCalibration(intercept: line[0], slope: line[1])
    members = try Self.members(in: file)
  }

  private static func members(in file: WeightFile) throws(WeightFileError) -> [AccountNetwork] {
    let text = try file.text("members")
    guard let count = Int(text), (1...64).contains(count) else {
      throw mismatch(file, "'\(text)' members", "1 to 64")
    }
    var members: [AccountNetwork] = []
    for index in 0..<count {
      members.append(
        AccountNetwork(try file.network(prefix: "member\(index).", inputs: AccountFeatures.width, outputs: 1)))
    }
    return members
  }

  private static func mismatch(
    _ file: WeightFile, _ found: String, _ expected: String, _ tensor: String? = nil
  ) -> WeightFileError {
    WeightFileError(.malformedHeader, file: file.source, tensor: tensor, found: found, expected: expected)
  }
}
