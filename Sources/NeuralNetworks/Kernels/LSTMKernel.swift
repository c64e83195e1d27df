import CLSTM

/// One LSTM layer over T steps of one tile: the loops of `CLSTM` with the layer's sizes.
///
/// Letters: T steps, C inputs, H hidden units, W sequences of a tile (`SequenceTile`).
struct LSTMKernel {
  let steps: Int
  let inputs: Int
  let hidden: Int

  /// For the widest vectors that this processor has.
  private static let functions: LSTMKernels = {
    for lanes in [16, 8, 4] { if let kernels = lstm_kernels(lanes) { return kernels.pointee } }
    preconditionFailure("no LSTM kernel, expected one for 4 lanes at least")
  }()

  /// W.
  static let width = functions.width

  /// Floats of the packed weights.
  var packedCount: Int { hidden * (1 + inputs + hidden) * 4 }

  /// Per unit the bias, the input weights and the recurrent weights, each with its four gates side by side:
  /// `[H][1 + C + H][4]`. Those of the sigmoid gates are halved, for σ(x) = ½ + ½·tanh(x/2), so that one tanh serves all.
  /// - Parameters: as `LSTM` stores them.
  func pack(
    input: UnsafePointer<Float>, recurrent: UnsafePointer<Float>, bias: UnsafePointer<Float>,
    into packed: UnsafeMutablePointer<Float>
  ) {
    let scale = SIMD4<Float>(0.5, 0.5, 1, 0.5)
    let stride = 1 + inputs + hidden
    for row in 0..<stride {
      let source =
        switch row {
        case 0: bias
        case 1...inputs: input + (row - 1) * 4 * hidden
        default: recurrent + (row - 1 - inputs) * 4 * hidden
        }
      for unit in 0..<hidden {
        let gates = SIMD4(source[unit], source[hidden + unit], source[2 * hidden + unit], source[3 * hidden + unit])
        let place = packed + (unit * stride + row) * 4
        UnsafeMutableRawPointer(place).storeBytes(of: gates * scale, as: SIMD4<Float>.self)
      }
    }
  }

  /// - Parameters:
  ///   - x: `[T][C][W]`
  ///   - h: `[T + 1][H][W]`, of which the first row is given.
  ///   - c: `[H][W]`, from the first state to the last in place; `[T + 1][H][W]` when `gates` are kept.
  ///   - gates: receives `[T][5][H][W]` for the way back: i, f, c̃, o, tanh(c).
  func forward(
    packed: UnsafePointer<Float>, x: UnsafePointer<Float>, h: UnsafeMutablePointer<Float>,
    c: UnsafeMutablePointer<Float>, gates: UnsafeMutablePointer<Float>? = nil
  ) {
    Self.functions.forward(steps, inputs, hidden, packed, x, h, c, gates)
  }

  /// - Parameters:
  ///   - recurrent: as `LSTM` stores it.
  ///   - dy: ∂loss/∂h, `[T][H][W]`.
  ///   - dh: ∂loss/∂ the last h beyond that at first, of the first h in the end; `[H][W]`.
  ///   - dc: the same of c.
  ///   - dz: receives the gradient at the gates before their activation, `[T][4][H][W]`.
  func backward(
    recurrent: UnsafePointer<Float>, c: UnsafePointer<Float>, gates: UnsafePointer<Float>, dy: UnsafePointer<Float>,
    dh: UnsafeMutablePointer<Float>, dc: UnsafeMutablePointer<Float>, dz: UnsafeMutablePointer<Float>
  ) {
    Self.functions.backward(steps, hidden, recurrent, c, gates, dy, dh, dc, dz)
  }

  /// ∂loss/∂x of every step, `[T][C][W]`.
  /// - Parameter weights: input weights as `LSTM` stores them.
  func inputGradient(weights: UnsafePointer<Float>, dz: UnsafePointer<Float>, into dx: UnsafeMutablePointer<Float>) {
    let width = Self.width
    for step in 0..<steps {
      Self.functions.multiply(
        weights, nil, inputs, 4 * hidden, dz + step * 4 * hidden * width, dx + step * inputs * width)
    }
  }

  /// Adds this tile's part to ∂loss/∂ input weights, recurrent weights and bias.
  /// - Parameter h: `[T + 1][H][W]`, the first row included.
  func addWeightGradients(
    x: UnsafePointer<Float>, h: UnsafePointer<Float>, dz: UnsafePointer<Float>,
    input: UnsafeMutablePointer<Float>, recurrent: UnsafeMutablePointer<Float>, bias: UnsafeMutablePointer<Float>
  ) {
    Self.functions.addOuterProducts(steps, x, inputs, dz, 4 * hidden, input)
    Self.functions.addOuterProducts(steps, h, hidden, dz, 4 * hidden, recurrent)
    Self.functions.addRowSums(steps, dz, 4 * hidden, bias)
  }

  /// y = a·x + bias for one step: `[rows][W]` from `[depth][W]`.
  /// - Parameter a: `[rows][depth]`.
  static func multiply(
    _ a: UnsafePointer<Float>, bias: UnsafePointer<Float>, rows: Int, depth: Int, x: UnsafePointer<Float>,
    into y: UnsafeMutablePointer<Float>
  ) {
    functions.multiply(a, bias, rows, depth, x, y)
  }
}
