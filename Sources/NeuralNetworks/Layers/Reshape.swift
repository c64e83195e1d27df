/// The same numbers in the same order under another shape.
public struct Reshape: Sendable, Equatable {
  /// `nil` for one vector of all.
  public let target: ExampleShape?

  /// - Precondition: not a sequence, whose steps lie in another order.
  public init(to target: ExampleShape) {
    precondition(!target.isSequence, "reshape to a sequence, expected a vector, a signal or an image")
    self.target = target
  }

  fileprivate init() { target = nil }
}

/// Makes one vector of an example: an image's rows after one another, channels fastest, as Keras does.
public struct Flatten: Sendable, Equatable, LayerConvertible {
  public init() {}
  public var layer: Layer { .reshape(Reshape()) }
}

extension Reshape: LayerKind {
  static var fileName: String { "reshape" }
  var summary: String { target.map { "reshape \($0)" } ?? "flatten" }
  var changesValues: Bool { false }

  func output(reading input: ExampleShape) -> ExampleShape? {
    guard !input.isSequence else { return nil }
    let target = target ?? .vector(input.count)
    return target.count == input.count ? target : nil
  }

  func makeOperation(_ batch: BatchShape) -> (any InferenceOperation)? { nil }
  func makeStage(_ batch: BatchShape, _ wiring: StageWiring) -> any Stage {
    preconditionFailure("a reshape has no stage")
  }
}

/// The last row of every sequence: `[T][N][C]` → `[N][C]`.
public struct LastStep: Sendable, Equatable {
  public init() {}
}

extension LastStep: LayerKind {
  static var fileName: String { "last_step" }
  var summary: String { "last step" }

  func output(reading input: ExampleShape) -> ExampleShape? {
    if case .sequence(let width) = input { .vector(width) } else { nil }
  }

  func makeOperation(_ batch: BatchShape) -> (any InferenceOperation)? { LastStepOperation(batch) }
  func makeStage(_ batch: BatchShape, _ wiring: StageWiring) -> any Stage { LastStepStage(wiring) }
}
