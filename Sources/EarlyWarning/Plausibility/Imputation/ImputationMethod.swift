/// How a value that is not there may be filled.
public enum ImputationMethod: String, Sendable, CaseIterable {
  /// A straight line between the neighbours, indices and the VIX by their logarithm; at an end the last value known.
  case interpolation
  /// What the windows around it say, by principal components or by the autoencoder.
  case pca, autoencoder
  /// The same, and what is known of the factor's own residual before and after, bridged.
  case pcaBridged = "pca_bridged"
  case autoencoderBridged = "autoencoder_bridged"

  /// The model that it asks; `nil` for none.
  var kind: PlausibilityModelKind? {
    switch self {
    case .interpolation: nil
    case .pca, .pcaBridged: .pca
    case .autoencoder, .autoencoderBridged: .autoencoder
    }
  }

  var isBridged: Bool { self == .pcaBridged || self == .autoencoderBridged }
}

/// The ways in which values were hidden to see how well they are found again.
public enum HidingPattern: String, Sendable, CaseIterable {
  /// One value in sixteen, scattered.
  case singleValues = "single values"
  /// Four quarters of one factor, values known on both sides.
  case runs = "runs of four quarters"
  /// Every factor in one quarter of eight.
  case wholeQuarters = "whole quarters"
  /// The last two quarters of one factor, the other factors known: what publication lags leave open.
  case lastQuarters = "last two quarters"
}
