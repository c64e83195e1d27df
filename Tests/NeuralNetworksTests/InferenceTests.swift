import Dispatch
import Foundation
import NeuralNetworks
import Testing

/// The LSTM cell as its formulas read, one number at a time, in Double.
struct SlowLSTM {
  let layer: LSTM

  /// `x`: `[step][value]` of one sequence; gives `[step][unit]`.
  func callAsFunction(_ x: [[Double]]) -> [[Double]] {
    var h = [Double](repeating: 0, count: layer.hidden)
    var c = h
    return x.map { row in
      let i = gate(0, row, h).map(sigmoid)
      let f = gate(1, row, h).map(sigmoid)
      let candidate = gate(2, row, h).map { tanh($0) }
      let o = gate(3, row, h).map(sigmoid)
      for unit in c.indices { c[unit] = f[unit] * c[unit] + i[unit] * candidate[unit] }
      for unit in h.indices { h[unit] = o[unit] * tanh(c[unit]) }
      return h
    }
  }

  private func gate(_ number: Int, _ x: [Double], _ h: [Double]) -> [Double] {
    (0..<layer.hidden).map { unit in
      let column = number * layer.hidden + unit
      let width = 4 * layer.hidden
      var sum = Double(layer.bias.storage[column])
      for k in x.indices { sum += x[k] * Double(layer.inputWeights.storage[k * width + column]) }
      for k in h.indices { sum += h[k] * Double(layer.recurrentWeights.storage[k * width + column]) }
      return sum
    }
  }

  private func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
}

@Suite struct InferenceTests {
  static let network = NeuralNetwork.stackedLSTM(inputs: 18, hidden: [50, 50], outputs: 5, dropout: 0.2, seed: 11)

  /// The rows of one sequence of `[T][N][C]`.
  private func sequence(_ x: Tensor, _ n: Int) -> [[Double]] {
    let sequences = x.shape[1]
    let width = x.shape[2]
    return (0..<x.shape[0]).map { t in
      (0..<width).map { Double(x.storage[(t * sequences + n) * width + $0]) }
    }
  }

  private func slow(_ network: NeuralNetwork, _ x: [[Double]]) -> [[Double]] {
    network.layers.reduce(x) { rows, layer in
      switch layer {
      case .lstm(let layer): SlowLSTM(layer: layer)(rows)
      case .dropout: rows
      case .dense(let layer):
        rows.map { row in
          (0..<layer.outputs).map { o in
            row.indices.reduce(Double(layer.bias.storage[o])) {
              $0 + row[$1] * Double(layer.weights.storage[$1 * layer.outputs + o])
            }
          }
        }
      default: preconditionFailure("no slow twin of \(layer)")
      }
    }
  }

  /// 5e-6: sums of 100 products in 32-bit floats, carried through 13 steps and two layers.
  @Test(arguments: [1, 7, 64])
  func agreesWithTheSlowTwin(rows: Int) {
    let x = noise([13, rows, 18], seed: 80, scale: 3)
    let y = Self.network(x)
    for n in 0..<rows {
      let expected = slow(Self.network, sequence(x, n)).flatMap { $0.map { Float($0) } }
      expectClose(sequence(y, n).flatMap { $0.map { Float($0) } }, expected, within: 5e-6, "row \(n)")
    }
  }

  /// One block of `rows`, and the same block with its rows in another order: the same bits.
  @Test func rowsDoNotKnowTheirNeighbours() {
    let rows = 61
    let x = noise([13, rows, 18], seed: 81)
    let order = (0..<rows).map { ($0 * 37 + 5) % rows }
    var permuted = x
    for t in 0..<13 {
      for (to, from) in order.enumerated() {
        for k in 0..<18 { permuted.storage[(t * rows + to) * 18 + k] = x.storage[(t * rows + from) * 18 + k] }
      }
    }
    let y = Self.network(x)
    let z = Self.network(permuted)
    for (to, from) in order.enumerated() {
      #expect(sequence(z, to) == sequence(y, from), "row \(from)")
    }
  }

  /// A row alone, among 7 and among 64: the same bits.
  @Test func rowsDoNotKnowHowManyThereAre() {
    let x = noise([13, 64, 18], seed: 86)
    let y = Self.network(x)
    for count in [1, 7] {
      var few = Tensor([13, count, 18])
      for t in 0..<13 {
        for index in 0..<count * 18 { few.storage[t * count * 18 + index] = x.storage[t * 64 * 18 + index] }
      }
      let z = Self.network(few)
      for n in 0..<count { #expect(sequence(z, n) == sequence(y, n), "row \(n) of \(count)") }
    }
  }

  private func run(_ plan: InferencePlan, _ prepared: PreparedNetwork, _ x: Tensor, _ w: InferenceWorkspace) -> Tensor {
    var y = Tensor([plan.steps, plan.rows, plan.outputs])
    var span = y.storage.mutableSpan
    plan.run(prepared, x.storage.span, into: &span, using: w)
    return y
  }

  /// Eight steps of common history, then 13 of each row's own, against all 21 at once.
  @Test func stateAfterTheHistoryStandsForTheHistory() {
    let rows = 16
    let history = noise([8, 1, 18], seed: 82)
    let future = noise([13, rows, 18], seed: 83)
    var whole = Tensor([21, rows, 18])
    for t in 0..<8 {
      for n in 0..<rows { for k in 0..<18 { whole.storage[(t * rows + n) * 18 + k] = history.storage[t * 18 + k] } }
    }
    for index in future.storage.indices { whole.storage[8 * rows * 18 + index] = future.storage[index] }

    let plan = InferencePlan(Self.network, steps: 13, rows: rows)
    let prepared = plan.prepare(Self.network, from: Self.network.states(after: history))
    let y = run(plan, prepared, future, plan.makeWorkspace())
    #expect(y.storage == Array(Self.network(whole).storage[(8 * rows * 5)...]))
    let without = run(plan, plan.prepare(Self.network), future, plan.makeWorkspace())
    #expect(largestDifference(y.storage, without.storage) > 1e-3, "the history must matter")
  }

  /// One plan and four networks, each worker with a workspace of its own, in any order: the same bits.
  @Test func workersShareAPlanAndGiveTheSameBits() {
    let members = (0..<4).map { NeuralNetwork.stackedLSTM(inputs: 18, hidden: [16], outputs: 5, seed: UInt64($0)) }
    let x = noise([13, 64, 18], seed: 84)
    let plan = InferencePlan(members[0], steps: 13, rows: 64)
    let prepared = members.map { plan.prepare($0) }
    let alone = prepared.map { run(plan, $0, x, plan.makeWorkspace()) }
    #expect(alone[0] != alone[1])
    let results = Results()
    DispatchQueue.concurrentPerform(iterations: 4) { worker in
      let workspace = plan.makeWorkspace()
      for turn in 0..<40 {
        let member = (turn * 3 + worker) % 4
        if run(plan, prepared[member], x, workspace) != alone[member] { results.note("worker \(worker), turn \(turn)") }
      }
    }
    #expect(results.differences.isEmpty)
  }

  @Test func dropoutActsInTrainingOnly() {
    let bare = NeuralNetwork(Self.network.layers.filter { if case .dropout = $0 { false } else { true } })
    let x = noise([5, 4, 18], seed: 85)
    let plan = DifferentiablePlan(Self.network, steps: 5, sequences: 4)
    #expect(plan.forward(x) == DifferentiablePlan(bare, steps: 5, sequences: 4).forward(x))
  }

  /// Gathers what differed, from several threads.
  private final class Results: @unchecked Sendable {
    private let lock = NSLock()
    private var noted: [String] = []
    func note(_ text: String) { lock.withLock { noted.append(text) } }
    var differences: [String] { lock.withLock { noted } }
  }
}
