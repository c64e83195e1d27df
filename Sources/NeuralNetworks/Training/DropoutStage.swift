/// Keeps the mask of the last forward pass for the backward pass.
final class DropoutStage: Stage {
  private let layer: Dropout
  private let wiring: StageWiring
  /// 0 or 1 / (1 − rate); one step's worth when shared over time, else all.
  private let mask: AlignedBuffer

  init(_ layer: Dropout, _ batch: BatchShape, _ wiring: StageWiring) {
    self.layer = layer
    self.wiring = wiring
    mask = AlignedBuffer(count: (layer.sharedOverTime ? batch.sequences : batch.rows) * batch.example.count)
  }

  func forward(noise: CounterRandom?, on stream: Stream) {
    if let noise { draw(noise) } else { mask.all.update(repeating: 1) }
    apply(from: wiring.input, to: wiring.output)
  }

  func backward(on stream: Stream) { apply(from: wiring.outputGradient, to: wiring.inputGradient) }

  private func draw(_ noise: CounterRandom) {
    let kept = Float(1 / (1 - layer.rate))
    for index in 0..<mask.count {
      mask.base[index] = noise.uniform(at: UInt64(index)) < layer.rate ? 0 : kept
    }
  }

  private func apply(from source: AlignedBuffer, to destination: AlignedBuffer) {
    let mask = self.mask.base
    let size = self.mask.count
    for start in stride(from: 0, to: source.count, by: size) {
      let x = source.base + start
      let y = destination.base + start
      for index in 0..<size { y[index] = x[index] * mask[index] }
    }
  }
}
