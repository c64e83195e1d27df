/// Copies the last step's rows; backwards, the steps before get a gradient of 0.
final class LastStepStage: Stage {
  private let wiring: StageWiring

  init(_ wiring: StageWiring) { self.wiring = wiring }

  private var first: Int { wiring.input.count - wiring.output.count }

  func forward(noise: CounterRandom?, on stream: Stream) {
    wiring.output.base.update(from: wiring.input.base + first, count: wiring.output.count)
  }

  func backward(on stream: Stream) {
    wiring.inputGradient.base.update(repeating: 0, count: first)
    (wiring.inputGradient.base + first).update(from: wiring.outputGradient.base, count: wiring.output.count)
  }
}
