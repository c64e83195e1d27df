/// One value for every window of an image or a signal, channel by channel.
public struct Pooling: Sendable, Equatable {
  public enum Kind: String, Sendable, Equatable {
    /// The largest value.
    case max
    /// The mean of the values inside; margins do not count.
    case average
  }

  public let kind: Kind
  /// 1 for signals, 2 for images.
  public let dimensions: Int
  let geometry: WindowGeometry

  fileprivate init(
    _ kind: Kind, _ dimensions: Int, _ window: (Int, Int), _ strides: (Int, Int)?, _ padding: Padding
  ) {
    let strides = strides ?? window
    self.kind = kind
    self.dimensions = dimensions
    geometry = WindowGeometry(
      window: PlaneSize(window.0, window.1), strides: PlaneSize(strides.0, strides.1), padding: padding)
  }
}

/// The largest value of every window of an image; windows stand side by side unless strides are given.
public struct MaxPooling2D: Sendable, LayerConvertible {
  public let layer: Layer

  public init(_ window: (Int, Int) = (2, 2), strides: (Int, Int)? = nil, padding: Padding = .valid) {
    layer = .pooling(Pooling(.max, 2, window, strides, padding))
  }
}

/// The mean of every window of an image; windows stand side by side unless strides are given.
public struct AveragePooling2D: Sendable, LayerConvertible {
  public let layer: Layer

  public init(_ window: (Int, Int) = (2, 2), strides: (Int, Int)? = nil, padding: Padding = .valid) {
    layer = .pooling(Pooling(.average, 2, window, strides, padding))
  }
}

/// The largest value of every window of a signal; windows stand side by side unless a stride is given.
public struct MaxPooling1D: Sendable, LayerConvertible {
  public let layer: Layer

  public init(_ window: Int = 2, stride: Int? = nil, padding: Padding = .valid) {
    layer = .pooling(Pooling(.max, 1, (1, window), stride.map { (1, $0) }, padding))
  }
}

/// The mean of every window of a signal; windows stand side by side unless a stride is given.
public struct AveragePooling1D: Sendable, LayerConvertible {
  public let layer: Layer

  public init(_ window: Int = 2, stride: Int? = nil, padding: Padding = .valid) {
    layer = .pooling(Pooling(.average, 1, (1, window), stride.map { (1, $0) }, padding))
  }
}

extension Pooling: LayerKind {
  static var fileName: String { "pooling" }
  var summary: String { "\(kind.rawValue) pooling \(geometry.summary)" }

  func output(reading input: ExampleShape) -> ExampleShape? {
    let image = dimensions == 1 ? input.flatImage : input
    guard let (plane, channels) = image?.plane, let places = geometry.places(on: plane) else { return nil }
    let result = ExampleShape.image(height: places.height, width: places.width, channels: channels)
    return dimensions == 1 ? result.signal : result
  }

  func makeOperation(_ batch: BatchShape) -> (any InferenceOperation)? {
    PoolingKernel(kind, geometry, batch.flatImages).operation
  }

  func makeStage(_ batch: BatchShape, _ wiring: StageWiring) -> any Stage {
    PoolingStage(PoolingKernel(kind, geometry, batch.flatImages), wiring)
  }
}
