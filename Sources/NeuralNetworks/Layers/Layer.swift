/// One stage of a network; sizes and parameters only, so a value that can be copied, compared and stored.
public enum Layer: Sendable, Equatable {
  case lstm(LSTM)
  case recurrent(SimpleRecurrent)
  case dense(Dense)
  case convolution2D(Convolution2D)
  case convolution1D(Convolution1D)
  case transposedConvolution2D(TransposedConvolution2D)
  case transposedConvolution1D(TransposedConvolution1D)
  case pooling(Pooling)
  case normalization(LayerNormalization)
  case activation(ActivationLayer)
  case dropout(Dropout)
  case reshape(Reshape)
  case lastStep(LastStep)

  var kind: any LayerKind {
    switch self {
    case .lstm(let layer): layer
    case .recurrent(let layer): layer
    case .dense(let layer): layer
    case .convolution2D(let layer): layer
    case .convolution1D(let layer): layer
    case .transposedConvolution2D(let layer): layer
    case .transposedConvolution1D(let layer): layer
    case .pooling(let layer): layer
    case .normalization(let layer): layer
    case .activation(let layer): layer
    case .dropout(let layer): layer
    case .reshape(let layer): layer
    case .lastStep(let layer): layer
    }
  }

  /// In a fixed order, on which files and optimisers rely.
  public var parameters: [Tensor] {
    get { kind.namedParameters.map(\.tensor) }
    set {
      let shapes = parameters.map(\.shape)
      precondition(
        newValue.map(\.shape) == shapes,
        "tensors \(newValue.map(\.shape)) for \(kind.summary), expected \(shapes)")
      self = with(newValue)
    }
  }

  private func with(_ parameters: [Tensor]) -> Layer {
    switch self {
    case .lstm(let layer): .lstm(layer.with(parameters))
    case .recurrent(let layer): .recurrent(layer.with(parameters))
    case .dense(let layer): .dense(layer.with(parameters))
    case .convolution2D(let layer): .convolution2D(layer.with(parameters))
    case .convolution1D(let layer): .convolution1D(layer.with(parameters))
    case .transposedConvolution2D(let layer): .transposedConvolution2D(layer.with(parameters))
    case .transposedConvolution1D(let layer): .transposedConvolution1D(layer.with(parameters))
    case .normalization(let layer): .normalization(layer.with(parameters))
    case .pooling, .activation, .dropout, .reshape, .lastStep: self
    }
  }

  /// Itself, with fresh weights where it has none.
  func initialized(reading input: ExampleShape, random: CounterRandom) -> Layer {
    switch self {
    case .lstm(let layer): .lstm(layer.initialized(reading: input, random: random))
    case .recurrent(let layer): .recurrent(layer.initialized(reading: input, random: random))
    case .dense(let layer): .dense(layer.initialized(reading: input, random: random))
    case .convolution2D(let layer): .convolution2D(layer.initialized(reading: input, random: random))
    case .convolution1D(let layer): .convolution1D(layer.initialized(reading: input, random: random))
    case .transposedConvolution2D(let layer):
      .transposedConvolution2D(layer.initialized(reading: input, random: random))
    case .transposedConvolution1D(let layer):
      .transposedConvolution1D(layer.initialized(reading: input, random: random))
    case .normalization(let layer): .normalization(layer.initialized(reading: input, random: random))
    case .pooling, .activation, .dropout, .reshape, .lastStep: self
    }
  }
}
