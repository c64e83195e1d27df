/// y = x·W + b, at every step alike.
///
/// Letters: C inputs, O outputs. Reads `[T][N][C]`, gives `[T][N][O]`.
public struct Dense: Sendable, Equatable {
  /// `[C][O]`
  public var weights: Tensor
  /// `[O]`
  public var bias: Tensor

  public var inputs: Int { weights.shape[0] }
  public var outputs: Int { weights.shape[1] }

  public init(weights: Tensor, bias: Tensor) {
    precondition(weights.shape.count == 2, "weights \(weights.shape), expected [C, O]")
    precondition(bias.shape == [weights.shape[1]], "bias \(bias.shape), expected \([weights.shape[1]])")
    self.weights = weights
    self.bias = bias
  }

  /// Weights uniform after Glorot & Bengio (2010), bias 0.
  init(inputs: Int, outputs: Int, random: CounterRandom) {
    self.init(weights: .glorotUniform(rows: inputs, columns: outputs, random), bias: Tensor([outputs]))
  }
}
