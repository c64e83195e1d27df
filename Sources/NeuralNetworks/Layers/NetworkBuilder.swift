/// Anything that may stand in the body of a network.
public protocol LayerConvertible {
  var layer: Layer { get }
}

extension Layer: LayerConvertible {
  public var layer: Layer { self }
}
extension LSTM: LayerConvertible {
  public var layer: Layer { .lstm(self) }
}
extension SimpleRecurrent: LayerConvertible {
  public var layer: Layer { .recurrent(self) }
}
extension Dense: LayerConvertible {
  public var layer: Layer { .dense(self) }
}
extension Convolution2D: LayerConvertible {
  public var layer: Layer { .convolution2D(self) }
}
extension Convolution1D: LayerConvertible {
  public var layer: Layer { .convolution1D(self) }
}
extension TransposedConvolution2D: LayerConvertible {
  public var layer: Layer { .transposedConvolution2D(self) }
}
extension TransposedConvolution1D: LayerConvertible {
  public var layer: Layer { .transposedConvolution1D(self) }
}
extension Pooling: LayerConvertible {
  public var layer: Layer { .pooling(self) }
}
extension LayerNormalization: LayerConvertible {
  public var layer: Layer { .normalization(self) }
}
extension ActivationLayer: LayerConvertible {
  public var layer: Layer { .activation(self) }
}
extension Dropout: LayerConvertible {
  public var layer: Layer { .dropout(self) }
}
extension Reshape: LayerConvertible {
  public var layer: Layer { .reshape(self) }
}
extension LastStep: LayerConvertible {
  public var layer: Layer { .lastStep(self) }
}

/// Lets a network's body read as its architecture: one layer a line, first to last, with `if` and `for` as usual.
@resultBuilder
public enum NetworkBuilder {
  public static func buildExpression(_ layer: some LayerConvertible) -> [Layer] { [layer.layer] }
  public static func buildBlock(_ parts: [Layer]...) -> [Layer] { parts.flatMap { $0 } }
  public static func buildOptional(_ part: [Layer]?) -> [Layer] { part ?? [] }
  public static func buildEither(first part: [Layer]) -> [Layer] { part }
  public static func buildEither(second part: [Layer]) -> [Layer] { part }
  public static func buildArray(_ parts: [[Layer]]) -> [Layer] { parts.flatMap { $0 } }
}
