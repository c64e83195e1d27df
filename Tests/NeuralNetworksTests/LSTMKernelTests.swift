import CLSTM
import Foundation
import NeuralNetworks
import Testing

@Suite struct LSTMKernelTests {
  /// A unit with open input and output gates and no memory gives tanh(tanh(x)), which shows the kernel's tanh from
  /// −12 to 12. 8e-7: two tanh, each within 4e-7.
  @Test func hyperbolicTangentIsAccurateEverywhere() {
    let layer = LSTM(
      inputWeights: Tensor([1, 4], [0, 0, 1, 0]), recurrentWeights: Tensor([1, 4]),
      bias: Tensor([4], [40, -40, 0, 40]))
    let count = 24_001
    let x = Tensor([1, count, 1], (0..<count).map { Float($0 - count / 2) / 1000 })
    let y = NeuralNetwork([.lstm(layer)])(x)
    expectClose(y.storage, x.storage.map { Float(tanh(tanh(Double($0)))) }, within: 8e-7, "tanh(tanh(x))")
  }

  /// Inputs far beyond those of training saturate the gates, and stay numbers.
  @Test func hugeInputsSaturate() {
    var x = noise([6, 9, 3], seed: 2)
    for index in x.storage.indices { x.storage[index] *= 1e30 }
    let network = NeuralNetwork.stackedLSTM(inputs: 3, hidden: [5], outputs: 1, seed: 1)
    let outputs = NeuralNetwork([network.layers[0]])(x).storage
    #expect(outputs.allSatisfy { abs($0) <= 1 })
    #expect(outputs.contains { abs($0) > 0.5 })
  }

  /// Narrow and wide vectors on the same sequences. 1e-6: without a fused multiply-add and with lanes summed in another
  /// order, the last bits differ.
  @Test func allWidthsAgree() throws {
    let portable = Numbers(try #require(lstm_kernels(4)).pointee)
    for lanes in [8, 16] {
      guard let kernels = lstm_kernels(lanes) else { continue }
      let wide = Numbers(kernels.pointee)
      for (calculated, expected) in zip(wide.all, portable.all) {
        expectClose(calculated.values, expected.values, within: 1e-6, "\(calculated.name) of \(lanes) lanes")
      }
    }
  }

  @Test func noKernelForOtherWidths() { #expect(lstm_kernels(5) == nil) }

  /// All that one kind of kernel makes of 32 sequences of 5 steps, 7 inputs and 6 units, with the sequences back in
  /// their order.
  private struct Numbers {
    let all: [(name: String, values: [Float])]

    init(_ kernels: LSTMKernels) {
      let (steps, inputs, hidden, sequences) = (5, 7, 6, 32)
      let width = kernels.width
      let weights = noise([hidden, 1 + inputs + hidden, 4], seed: 1, scale: 0.5).storage
      let plain = noise([hidden, 4, hidden], seed: 2, scale: 0.5).storage
      let x = noise([steps * inputs, sequences], seed: 3).storage
      let dy = noise([steps * hidden, sequences], seed: 4).storage
      var rows: [String: [Float]] = [:]
      var sums = [Float](repeating: 0, count: (inputs + hidden + 1) * 4 * hidden)

      for first in stride(from: 0, to: sequences, by: width) {
        let x = Tile(x, sequences, first, width)
        let dy = Tile(dy, sequences, first, width)
        let h = Tile(count: (steps + 1) * hidden * width)
        let c = Tile(count: (steps + 1) * hidden * width)
        let gates = Tile(count: steps * 5 * hidden * width)
        let dh = Tile(count: hidden * width)
        let dc = Tile(count: hidden * width)
        let dz = Tile(count: steps * 4 * hidden * width)
        let product = Tile(count: inputs * width)
        kernels.forward(steps, inputs, hidden, weights, x.base, h.base, c.base, gates.base)
        kernels.backward(
          steps, hidden, plain, c.base, gates.base, dy.base, dh.base, dc.base, dz.base)
        kernels.multiply(plain, weights, 3, 4 * hidden, dz.base, product.base)
        sums.withUnsafeMutableBufferPointer { sums in
          guard let base = sums.baseAddress else { return }
          kernels.addOuterProducts(steps, x.base, inputs, dz.base, 4 * hidden, base)
          kernels.addOuterProducts(steps, h.base, hidden, dz.base, 4 * hidden, base + inputs * 4 * hidden)
          kernels.addRowSums(steps, dz.base, 4 * hidden, base + (inputs + hidden) * 4 * hidden)
        }
        for (name, tile) in [("h", h), ("c", c), ("gates", gates), ("dh", dh), ("dc", dc), ("dz", dz), ("y", product)] {
          rows[name, default: []] += tile.bySequence(width)
        }
        withExtendedLifetime((x, dy)) {}
      }
      all = rows.sorted { $0.key < $1.key }.map { ($0.key, $0.value) } + [("sums", sums)]
    }
  }

  /// Rows of `width` floats on a 64-byte boundary.
  private final class Tile {
    let base: UnsafeMutablePointer<Float>
    let count: Int

    init(count: Int) {
      self.count = count
      base = UnsafeMutableRawPointer.allocate(byteCount: 4 * count, alignment: 64)
        .initializeMemory(as: Float.self, repeating: 0, count: count)
    }

    /// The columns from `first` on of a table of rows of all sequences.
    convenience init(_ table: [Float], _ sequences: Int, _ first: Int, _ width: Int) {
      self.init(count: table.count / sequences * width)
      for row in 0..<table.count / sequences {
        for lane in 0..<width { base[row * width + lane] = table[row * sequences + first + lane] }
      }
    }

    deinit { base.deallocate() }

    func bySequence(_ width: Int) -> [Float] {
      (0..<width).flatMap { lane in stride(from: lane, to: count, by: width).map { base[$0] } }
    }
  }
}
