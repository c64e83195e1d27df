public import MacroScenarios
import NeuralNetworks

/// How a model is kept: a safetensors file whose metadata hold its card, its jump-off and the order of its axes.
extension PlausibilityModel {
  /// What the metadata of its file say under `format`.
  public static let format = "kentledge-plausibility/1"
  private static let codeCount = WindowAutoencoder.componentCount

  /// Reads the file and checks everything: format, jump-off, axes, card, every tensor's presence, type, shape and range.
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
      expected: error.expected, rebuiltBy: "kentledge train plausibility --jump-off …")
  }

  func weights() throws(WeightFileError) -> WeightFile {
    var file = WeightFile(metadata: [
      "format": Self.format, "jump_off": "\(jumpOff)", "factors": Self.axis(scale.factors),
      "default": defaultKind.rawValue, "imputation": imputationMethod.rawValue,
    ])
    try file.attach(card)
    let width = scale.factors.count
    file.insert("scale.mean", shape: [width], .float64(scale.means))
    file.insert("scale.standard_deviation", shape: [width], .float64(scale.deviations))
    file.insert("map.center", shape: [Self.codeCount], .float64(map.center))
    file.insert("map.axes", shape: [2, Self.codeCount], .float64(map.axes))
    file.insert("map.correlations", shape: [2, width], .float64(map.correlations.flatMap { $0 }))
    file.insert("map.points", shape: [windowCount, 2], .float64(mapPoints))
    file.insert(
      "imputation.errors", shape: [HidingPattern.allCases.count, width], .float64(imputationErrors))
    file.insert("imputation.autocorrelation", shape: [width], .float64(bridge.autocorrelations))
    Self.insert(pca, "pca", into: &file) { Self.insert($1, $0, into: &$2) }
    Self.insert(autoencoder, "autoencoder", into: &file) { prefix, model, file in
      for (number, network) in model.networks.enumerated() { file.insert(network, prefix: "\(prefix)net\(number).") }
    }
    return file
  }

  private static func axis(_ factors: [RiskFactor]) -> String { factors.map(\.id).joined(separator: ",") }

  private static func insert<Model>(
    _ family: ModelFamily<Model>, _ name: String, into file: inout WeightFile,
    model insertModel: (String, Model, inout WeightFile) -> Void
  ) {
    for (fold, member) in family.crossFit.members.enumerated() {
      insertModel("\(name).fold\(fold).", member.model, &file)
      let count = member.law.mean.count
      file.insert("\(name).fold\(fold).codes.mean", shape: [count], .float64(member.law.mean))
      file.insert("\(name).fold\(fold).codes.covariance", shape: [count, count], .float64(member.law.covariance))
    }
    insertModel("\(name).whole.", family.whole, &file)
    file.insert(
      "\(name).history", shape: [family.crossFit.history.count, 2],
      .float64(family.crossFit.history.flatMap { [$0.error, $0.distance] }))
  }

  private static func insert(_ model: PrincipalComponents, _ prefix: String, into file: inout WeightFile) {
    let width = model.mean.count
    file.insert("\(prefix)mean", shape: [width], .float64(model.mean))
    file.insert("\(prefix)axes", shape: [model.componentCount, width], .float64(model.axes))
    file.insert("\(prefix)variances", shape: [model.componentCount], .float64(model.variances))
    file.insert("\(prefix)noise_variance", shape: [1], .float64([model.noiseVariance]))
  }

  init(_ file: WeightFile) throws(WeightFileError) {
    let factors = RiskFactor.catalogue
    for (key, expected) in [("format", Self.format), ("factors", Self.axis(factors))] {
      let found = try file.text(key)
      guard found == expected else { throw file.refusal("metadata '\(key)' = '\(found)'", "'\(expected)'") }
    }
    let date = try file.text("jump_off")
    guard let jumpOff = Quarter(date) else { throw file.refusal("jump_off '\(date)'", "a quarter such as 2025Q4") }
    self.jumpOff = jumpOff
    card = try file.card()
    defaultKind = try file.word("default")
    imputationMethod = try file.word("imputation")
    let windowCount =
      HistorySample.firstQuarter.distance(to: jumpOff) + 2 - HistorySample.windowLength
    guard (HistorySample.fewestWindows...4000).contains(windowCount) else {
      throw file.refusal("jump_off \(jumpOff)", "one after \(HistorySample.fewestWindows) windows of history")
    }
    let folds = BlockedFolds(windowCount: windowCount, windowLength: HistorySample.windowLength)
    let width = factors.count, cells = HistorySample.windowLength * width
    scale = StationaryScale(
      factors: factors, means: try file.doubles("scale.mean", shape: [width]),
      deviations: try file.positives("scale.standard_deviation", shape: [width]))
    map = CrisisMap(
      center: try file.doubles("map.center", shape: [Self.codeCount]),
      axes: try file.doubles("map.axes", shape: [2, Self.codeCount]),
      correlations: try file.doubles("map.correlations", shape: [2, width]).chunked(width))
    mapPoints = try file.doubles("map.points", shape: [windowCount, 2])
    imputationErrors = try file.positives("imputation.errors", shape: [HidingPattern.allCases.count, width])
    let autocorrelations = try file.doubles("imputation.autocorrelation", shape: [width])
    guard autocorrelations.allSatisfy({ (0...ResidualBridge.largest).contains($0) }) else {
      throw file.refusal("a value outside 0 … \(ResidualBridge.largest)", "shares", "imputation.autocorrelation")
    }
    bridge = ResidualBridge(autocorrelations: autocorrelations)
    pca = try Self.family("pca", folds, in: file) { prefix throws(WeightFileError) in
      PrincipalComponents(
        mean: try file.doubles("\(prefix)mean", shape: [cells]),
        axes: try file.doubles("\(prefix)axes", shape: [Self.codeCount, cells]),
        variances: try file.positives("\(prefix)variances", shape: [Self.codeCount]),
        noiseVariance: try file.positives("\(prefix)noise_variance", shape: [1])[0])
    }
    let architecture = WindowAutoencoder.untrained(factorCount: width, seed: 0)
    autoencoder = try Self.family("autoencoder", folds, in: file) { prefix throws(WeightFileError) in
      var networks: [NeuralNetwork] = []
      for number in 0..<WindowAutoencoder.networkCount {
        networks.append(try file.network(like: architecture, prefix: "\(prefix)net\(number)."))
      }
      return WindowAutoencoder(networks)
    }
  }

  private static func family<Model>(
    _ name: String, _ folds: BlockedFolds, in file: WeightFile,
    model: (String) throws(WeightFileError) -> Model
  ) throws(WeightFileError) -> ModelFamily<Model> {
    var members: [ScoringModel<Model>] = []
    for fold in 0..<BlockedFolds.count {
      let prefix = "\(name).fold\(fold)."
      let covariance = try file.doubles("\(prefix)codes.covariance", shape: [codeCount, codeCount])
      guard
        let law = LatentLaw(mean: try file.doubles("\(prefix)codes.mean", shape: [codeCount]), covariance: covariance)
      else {
        throw file.refusal("a matrix that is not positive definite", "a covariance", "\(prefix)codes.covariance")
      }
      members.append(ScoringModel(try model(prefix), law: law))
    }
    let history = try file.doubles("\(name).history", shape: [folds.windowCount, 2])
    guard history.allSatisfy({ $0 >= 0 }) else { throw file.refusal("a value below 0", "distances", "\(name).history") }
    return ModelFamily(
      crossFit: CrossFit(
        folds: folds, members: members,
        history: history.chunked(2).map { WindowScore(error: $0[0], distance: $0[1]) }),
      whole: try model("\(name).whole."))
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

  fileprivate func word<Word: RawRepresentable & CaseIterable>(_ key: String) throws(WeightFileError) -> Word
  where Word.RawValue == String {
    let text = try text(key)
    guard let word = Word(rawValue: text) else {
      let allowed = Word.allCases.map(\.rawValue).joined(separator: ", ")
      throw refusal("metadata '\(key)' = '\(text)'", "one of \(allowed)")
    }
    return word
  }
}

extension [Double] {
  fileprivate func chunked(_ size: Int) -> [[Double]] {
    stride(from: 0, to: count, by: size).map { Array(self[$0..<$0 + size]) }
  }
}
