/// An LSTM layer forward and back through time, tile by tile.
///
/// The weight gradients are sums over the tiles in their order: equal bits in every run on one kind of processor.
final class LSTMStage: RecurrentStage {
  /// h and c before the first step, `[N][H]`; zero unless set.
  let initialHidden: AlignedBuffer, initialCell: AlignedBuffer
  /// h and c after the last step.
  let finalHidden: AlignedBuffer, finalCell: AlignedBuffer
  let initialHiddenGradient: AlignedBuffer, initialCellGradient: AlignedBuffer

  private let kernel: LSTMKernel
  private let sequences: Int
  private let wiring: StageWiring
  private let packed: AlignedBuffer
  private let tiles: [TileTape]
  /// ∂loss/∂ one tile's x, h, c, and gates before their activation.
  private let dx: AlignedBuffer, dy: AlignedBuffer, dh: AlignedBuffer, dc: AlignedBuffer, dz: AlignedBuffer

  init(_ layer: LSTM, _ batch: BatchShape, _ wiring: StageWiring) {
    let (steps, hidden, width) = (batch.steps, layer.hidden, SequenceTile.width)
    kernel = LSTMKernel(steps: steps, inputs: layer.inputs, hidden: hidden)
    sequences = batch.sequences
    self.wiring = wiring
    packed = AlignedBuffer(count: kernel.packedCount)
    tiles = SequenceTile.tiles(of: sequences).map { TileTape($0, layer, steps: steps) }
    dx = AlignedBuffer(count: steps * layer.inputs * width)
    dy = AlignedBuffer(count: steps * hidden * width)
    dh = AlignedBuffer(count: hidden * width)
    dc = AlignedBuffer(count: hidden * width)
    dz = AlignedBuffer(count: steps * 4 * hidden * width)
    let states = (0..<6).map { _ in AlignedBuffer(count: batch.sequences * hidden) }
    (initialHidden, initialCell, finalHidden, finalCell) = (states[0], states[1], states[2], states[3])
    (initialHiddenGradient, initialCellGradient) = (states[4], states[5])
  }

  func forward(noise: CounterRandom?, on stream: Stream) {
    let hidden = kernel.hidden
    let last = kernel.steps * hidden * SequenceTile.width
    kernel.pack(
      input: wiring.parameters[0], recurrent: wiring.parameters[1], bias: wiring.parameters[2], into: packed.base)
    for tape in tiles {
      load(wiring.input.base, columns: kernel.inputs, steps: kernel.steps, tape.tile, into: tape.x.base)
      load(initialHidden.base, columns: hidden, steps: 1, tape.tile, into: tape.h.base)
      load(initialCell.base, columns: hidden, steps: 1, tape.tile, into: tape.c.base)
      kernel.forward(
        packed: packed.base, x: tape.x.base, h: tape.h.base, c: tape.c.base, gates: tape.gates.base)
      store(tape.y, columns: hidden, steps: kernel.steps, tape.tile, into: wiring.output.base)
      store(tape.h.base + last, columns: hidden, steps: 1, tape.tile, into: finalHidden.base)
      store(tape.c.base + last, columns: hidden, steps: 1, tape.tile, into: finalCell.base)
    }
  }

  func backward(on stream: Stream) {
    let (inputs, hidden, steps) = (kernel.inputs, kernel.hidden, kernel.steps)
    for (gradient, count) in zip(wiring.parameterGradients, [4 * inputs * hidden, 4 * hidden * hidden, 4 * hidden]) {
      gradient.update(repeating: 0, count: count)
    }
    for tape in tiles {
      load(wiring.outputGradient.base, columns: hidden, steps: steps, tape.tile, into: dy.base)
      dh.zero()
      dc.zero()
      kernel.backward(
        recurrent: wiring.parameters[1], c: tape.c.base, gates: tape.gates.base, dy: dy.base, dh: dh.base, dc: dc.base,
        dz: dz.base)
      store(dh.base, columns: hidden, steps: 1, tape.tile, into: initialHiddenGradient.base)
      store(dc.base, columns: hidden, steps: 1, tape.tile, into: initialCellGradient.base)
      kernel.addWeightGradients(
        x: tape.x.base, h: tape.h.base, dz: dz.base, input: wiring.parameterGradients[0],
        recurrent: wiring.parameterGradients[1], bias: wiring.parameterGradients[2])
      guard wiring.wantsInputGradient else { continue }
      kernel.inputGradient(weights: wiring.parameters[0], dz: dz.base, into: dx.base)
      store(dx.base, columns: inputs, steps: steps, tape.tile, into: wiring.inputGradient.base)
    }
  }

  private func load(
    _ rows: UnsafePointer<Float>, columns: Int, steps: Int, _ tile: SequenceTile,
    into destination: UnsafeMutablePointer<Float>
  ) {
    tile.load(rows, steps: steps, sequences: sequences, columns: columns, into: destination)
  }

  private func store(
    _ source: UnsafePointer<Float>, columns: Int, steps: Int, _ tile: SequenceTile,
    into rows: UnsafeMutablePointer<Float>
  ) {
    tile.store(source, steps: steps, sequences: sequences, columns: columns, into: rows)
  }
}

/// What the way forward of one tile leaves for the way back.
private struct TileTape {
  let tile: SequenceTile
  /// `[T][C][W]`
  let x: AlignedBuffer
  /// `[T + 1][H][W]`, the state before the first step in front.
  let h: AlignedBuffer, c: AlignedBuffer
  /// `[T][5][H][W]`
  let gates: AlignedBuffer

  /// `[T][H][W]`
  let y: UnsafePointer<Float>

  init(_ tile: SequenceTile, _ layer: LSTM, steps: Int) {
    let row = layer.hidden * SequenceTile.width
    self.tile = tile
    x = AlignedBuffer(count: steps * layer.inputs * SequenceTile.width)
    h = AlignedBuffer(count: (steps + 1) * row)
    c = AlignedBuffer(count: (steps + 1) * row)
    gates = AlignedBuffer(count: steps * 5 * row)
    y = UnsafePointer(h.base + row)
  }
}
