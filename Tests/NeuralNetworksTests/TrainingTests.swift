import NeuralNetworks
import Testing

@Suite struct TrainingTests {
  /// Outputs that depend on inputs two steps back, so that nothing without memory can learn them.
  static func examples(sequences: Int = 24, steps: Int = 8, seed: UInt64) -> Examples {
    let inputs = noise([steps, sequences, 3], seed: seed)
    var targets = Tensor([steps, sequences, 2])
    for t in 2..<steps {
      for n in 0..<sequences {
        let now = (t * sequences + n) * 3
        let before = ((t - 2) * sequences + n) * 3
        targets.storage[(t * sequences + n) * 2] = inputs.storage[before]
        targets.storage[(t * sequences + n) * 2 + 1] = inputs.storage[now + 1] * inputs.storage[before + 2]
      }
    }
    return Examples(inputs: inputs, targets: targets)
  }

  static func settings(epochs: Int, batchSize: Int? = nil) -> TrainingSettings {
    TrainingSettings(
      loss: .huber(threshold: 1), optimizer: Adam(learningRate: 1e-2, weightDecay: 1e-3), epochs: epochs,
      batchSize: batchSize, schedule: .cosine(finalFraction: 0.05), gradientNormLimit: 1, seed: 7)
  }

  static func network(dropout: Double = 0) -> NeuralNetwork {
    .stackedLSTM(inputs: 3, hidden: [8, 8], outputs: 2, dropout: dropout, seed: 3)
  }

  @Test(arguments: [nil, 10])
  func learnsToRemember(batchSize: Int?) throws {
    let examples = Self.examples(seed: 1)
    var network = Self.network()
    let before = network.loss(.huber(threshold: 1), on: examples)
    let history = try network.fit(examples, settings: Self.settings(epochs: 300, batchSize: batchSize))
    let after = network.loss(.huber(threshold: 1), on: examples)
    #expect(history.epochs.count == 300)
    #expect(after < before / 10, "loss \(before) before, \(after) after, expected a tenth")
  }

  @Test(arguments: [nil, 10])
  func sameSeedGivesSameBits(batchSize: Int?) throws {
    let examples = Self.examples(seed: 2)
    var first = Self.network(dropout: 0.2)
    var second = first
    var other = first
    var settings = Self.settings(epochs: 20, batchSize: batchSize)
    let course = try first.fit(examples, settings: settings)
    #expect(try second.fit(examples, settings: settings) == course)
    #expect(first == second)
    settings.seed += 1
    try other.fit(examples, settings: settings)
    #expect(first != other, "another seed draws other dropout")
  }
}
