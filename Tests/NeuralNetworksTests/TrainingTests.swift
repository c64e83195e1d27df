import Dispatch
import Foundation
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

  /// A batch of 10 in 3 parts on 3 threads, the last of 2 examples: the course of one part, and the same bits again.
  /// 1e-4: gradients added in another order, twenty steps of Adam.
  @Test func shardsLearnAsOne() throws {
    let examples = Self.examples(seed: 2)
    var settings = Self.settings(epochs: 20, batchSize: 10)
    var alone = Self.network()
    let expected = try alone.fit(examples, settings: settings)
    settings.shards = 3
    var together = Self.network()
    var again = together
    let course = try together.fit(examples, settings: settings)
    expectClose(
      course.epochs.map { Float($0.loss) }, expected.epochs.map { Float($0.loss) }, within: 1e-4, "loss of epoch")
    #expect(try again.fit(examples, settings: settings) == course)
    #expect(again == together)
  }

  @Test func shardsDrawDropoutOfTheirOwn() throws {
    let examples = Self.examples(seed: 2)
    var settings = Self.settings(epochs: 5)
    settings.shards = 2
    var first = Self.network(dropout: 0.2)
    var second = first
    let course = try first.fit(examples, settings: settings)
    #expect(try second.fit(examples, settings: settings) == course)
    #expect(first == second)
  }

  /// The beginning of a long training is that training's, not a short one of its own.
  @Test(arguments: [nil, 10])
  func stoppedTrainingIsTheBeginningOfTheWhole(batchSize: Int?) throws {
    let examples = Self.examples(seed: 5)
    var whole = Self.network(dropout: 0.2)
    var part = whole
    var short = whole
    var settings = Self.settings(epochs: 12, batchSize: batchSize)
    let all = try whole.fit(examples, settings: settings)
    settings.stopAfter = 5
    #expect(try part.fit(examples, settings: settings).epochs == Array(all.epochs.prefix(5)))
    settings = Self.settings(epochs: 5, batchSize: batchSize)
    #expect(try short.fit(examples, settings: settings).epochs != Array(all.epochs.prefix(5)), "another schedule")
  }

  /// Trained side by side, each on its own thread, and one after another: the same bits.
  @Test func threadsDoNotDisturbOneAnother() throws {
    let examples = Self.examples(seed: 3)
    let settings = Self.settings(epochs: 15)
    let alone = try (0..<UInt64(4)).map { seed in
      var network = NeuralNetwork.stackedLSTM(inputs: 3, hidden: [8], outputs: 2, dropout: 0.2, seed: seed)
      try network.fit(examples, settings: settings)
      return network
    }
    let lock = NSLock()
    nonisolated(unsafe) var together: [Int: NeuralNetwork] = [:]  // guarded by the lock
    DispatchQueue.concurrentPerform(iterations: 4) { index in
      var network = NeuralNetwork.stackedLSTM(
        inputs: 3, hidden: [8], outputs: 2, dropout: 0.2, seed: UInt64(index))
      _ = try? network.fit(examples, settings: settings)
      lock.withLock { together[index] = network }
    }
    for index in alone.indices { #expect(together[index] == alone[index], "member \(index)") }
  }

  /// What stands where the weight is 0, a missing target above all, changes nothing.
  @Test func missingTargetsTeachNothing() throws {
    let examples = Self.examples(seed: 4)
    var weights = Tensor(examples.targets.shape, repeating: 1)
    var missing = examples.targets
    var other = missing
    for index in stride(from: 0, to: weights.count, by: 3) {
      weights.storage[index] = 0
      missing.storage[index] = .nan
      other.storage[index] = 1000
    }
    var first = Self.network()
    var second = first
    var complete = first
    let settings = Self.settings(epochs: 5)
    try first.fit(Examples(inputs: examples.inputs, targets: missing, weights: weights), settings: settings)
    try second.fit(Examples(inputs: examples.inputs, targets: other, weights: weights), settings: settings)
    try complete.fit(examples, settings: settings)
    #expect(first == second)
    #expect(first != complete)
  }

  /// Ten sequences in batches of four: the last batch holds two, and what fills it must not count. With hardly any
  /// learning the epoch's loss is the mean of three batch means, two of four sequences and one of two.
  @Test func lastBatchIsFilledUpWithoutWeight() throws {
    let examples = Self.examples(sequences: 10, seed: 5)
    var settings = Self.settings(epochs: 1, batchSize: 4)
    settings.optimizer = .adam(Adam(learningRate: 1e-12))
    settings.gradientNormLimit = nil
    var network = Self.network()
    let untouched = network
    let reported = try network.fit(examples, settings: settings).epochs[0].loss

    // Each sequence alone, then every way to choose the two that stand in the last batch.
    let alone = (0..<10).map { n in untouched.loss(settings.loss, on: Self.only(n, of: examples)) }
    let total = alone.reduce(0, +)
    var candidates: [Double] = []
    for i in 0..<10 {
      for j in 0..<i {
        let last = alone[i] + alone[j]
        candidates.append(((total - last) / 4 + last / 2) / 3)
      }
    }
    let nearest = candidates.map { abs($0 - reported) }.min() ?? .infinity
    // 1e-7: the same 32-bit outputs, summed in Double.
    #expect(nearest < 1e-7, "calculated \(reported), nearest mean of three batches differs by \(nearest)")
  }

  /// One sequence by itself.
  private static func only(_ n: Int, of examples: Examples) -> Examples {
    func row(_ tensor: Tensor) -> Tensor {
      let width = tensor.shape[2]
      let all = tensor.shape[1]
      var values: [Float] = []
      for t in 0..<tensor.shape[0] {
        let first = (t * all + n) * width
        values += tensor.storage[first..<first + width]
      }
      return Tensor([tensor.shape[0], 1, width], values)
    }
    return Examples(inputs: row(examples.inputs), targets: row(examples.targets), weights: row(examples.weights))
  }

  @Test func cosineFallsFromOneToItsFloor() throws {
    var settings = Self.settings(epochs: 100)
    settings.schedule = .cosine(finalFraction: 0.1)
    var network = Self.network()
    let rates = try network.fit(Self.examples(seed: 6), settings: settings).epochs.map(\.learningRate)
    #expect(rates[0] == 1e-2)
    // Half way: η·(1 + 0.1)/2; at step 99 of 100 the cosine is short of its floor by 0.9·(1 − cos(π/100))/2 = 2.2e-4.
    #expect(abs(rates[50] - 1e-2 * 0.55) < 1e-12, "calculated \(rates[50]), expected 0.0055, tolerance 1e-12")
    #expect(rates[99] > 1e-3 && rates[99] < 1e-3 + 3e-6)
    #expect(zip(rates, rates.dropFirst()).allSatisfy { $0 > $1 })
  }

  /// Targets of pure noise: the validation loss must turn, and the network that is kept is the one at the turn.
  @Test func earlyStoppingGoesBackToTheBestEpoch() throws {
    let training = Examples(inputs: noise([8, 6, 3], seed: 7), targets: noise([8, 6, 2], seed: 8))
    let validation = Examples(inputs: noise([8, 6, 3], seed: 9), targets: noise([8, 6, 2], seed: 10))
    var settings = Self.settings(epochs: 400)
    settings.schedule = .constant
    settings.earlyStopping = EarlyStopping(patience: 15)
    var network = Self.network()
    let history = try network.fit(training, validation: validation, settings: settings)
    let losses = history.epochs.compactMap(\.validationLoss)
    #expect(history.stoppedEarly && losses.count < 400)
    #expect(history.chosenEpoch == losses.count - 1 - 15)
    #expect(losses[history.chosenEpoch] == losses.min())
    #expect(network.loss(settings.loss, on: validation) == losses[history.chosenEpoch])
  }

  @Test func clippedStepsAreReportedBeforeClipping() throws {
    var settings = Self.settings(epochs: 1)
    var network = Self.network()
    var same = network
    settings.gradientNormLimit = nil
    let free = try network.fit(Self.examples(seed: 11), settings: settings)
    settings.gradientNormLimit = 1e-9
    #expect(
      try same.fit(Self.examples(seed: 11), settings: settings).epochs[0].gradientNorm == free.epochs[0].gradientNorm)
  }

  @Test func divergenceIsAnErrorNotANetwork() {
    let examples = Examples(
      inputs: Tensor([2, 2, 1], repeating: 1e20), targets: Tensor([2, 2, 1], repeating: -1))
    var network = NeuralNetwork([.dense(Dense(weights: Tensor([1, 1], [1e20]), bias: Tensor([1])))])
    let before = network
    let settings = TrainingSettings(loss: .squared, epochs: 3, seed: 1)
    #expect(throws: TrainingFailure.self) { try network.fit(examples, settings: settings) }
    #expect(network == before)
  }

  /// A linear layer on dropped-out ones has outputs 0 or 1/(1 − rate), shared by all steps; seen through the loss it is
  /// trained on: with target 0 and squared loss the mean is (1 − rate)·1/(1 − rate)² = 1/(1 − rate).
  @Test func dropoutKeepsItsShareAndScale() throws {
    let sequences = 20_000
    let rate = 0.3
    var network = NeuralNetwork([
      .dropout(Dropout(rate: rate)), .dense(Dense(weights: Tensor([1, 1], [1]), bias: Tensor([1]))),
    ])
    let examples = Examples(
      inputs: Tensor([2, sequences, 1], repeating: 1), targets: Tensor([2, sequences, 1]))
    let loss = try network.fit(
      examples, settings: TrainingSettings(loss: .squared, optimizer: Adam(learningRate: 1e-9), epochs: 1, seed: 5)
    ).epochs[0].loss
    // Standard error: √(rate/(1 − rate)³ / 20,000) = 0.0066; four of them.
    #expect(abs(loss - 1 / (1 - rate)) < 0.027, "calculated \(loss), expected \(1 / (1 - rate)), tolerance 0.027")
  }
}
