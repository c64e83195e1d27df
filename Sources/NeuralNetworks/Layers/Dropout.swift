/// While training, sets each input to zero with probability `rate` and divides the others by 1 − rate; otherwise
/// changes nothing (Srivastava et al. 2014).
public struct Dropout: Sendable, Equatable {
  /// In [0, 1).
  public let rate: Double
  /// One draw for all steps of a sequence, so that the network cannot average the noise away over time
  /// (Gal & Ghahramani 2016); otherwise a draw for every step.
  public let sharedOverTime: Bool

  public init(rate: Double, sharedOverTime: Bool = true) {
    precondition(rate >= 0 && rate < 1, "dropout rate \(rate), expected 0 up to below 1")
    self.rate = rate
    self.sharedOverTime = sharedOverTime
  }

  public init(_ rate: Double) { self.init(rate: rate) }
}

extension Dropout: LayerKind {
  static var fileName: String { "dropout" }
  var summary: String { "dropout \(rate)" }

  func output(reading input: ExampleShape) -> ExampleShape? { input }
  func makeOperation(_ batch: BatchShape) -> (any InferenceOperation)? { nil }
  func makeStage(_ batch: BatchShape, _ wiring: StageWiring) -> any Stage { DropoutStage(self, batch, wiring) }
}
