import NeuralNetworks

/// An LSTM that reads six monthly statements and gives the logit of default in the month after.
struct AccountNetwork: Sendable, Equatable {
  struct Settings: Sendable, Equatable {
    var hidden = 16
    var dropout = 0.2
    var learningRate = 3e-3
    var weightDecay = 0.01
    var epochs = 15
    var batchSize = 256
    var members = 5

    /// Sizes and dropout rates of which the best on the validation part is taken.
    static let candidates: [Settings] = [(8, 0.1), (16, 0), (16, 0.2), (32, 0.2), (32, 0.4), (64, 0.4)].map {
      Settings(hidden: $0, dropout: $1)
    }

    /// e.g. `16, dropout 0.2`
    var name: String { "\(hidden), dropout \(dropout)" }
  }

  let network: NeuralNetwork
  /// Loss of each epoch; empty for a network that was read from a file.
  let losses: [Double]

  init(_ network: NeuralNetwork) {
    self.network = network
    losses = []
  }

  /// - Parameters:
  ///   - features: of the accounts to learn from.
  ///   - seed: of the first weights, the order of the batches, and dropout.
  init(
    fittedTo features: AccountFeatures, _ defaults: [Bool], _ scale: AccountScale, settings: Settings, seed: UInt64
  ) throws(TrainingFailure) {
    var network = NeuralNetwork.stackedLSTM(
      inputs: AccountFeatures.width, hidden: [settings.hidden], outputs: 1, dropout: settings.dropout, seed: seed)
    let months = AccountTable.monthCount
    let count = features.count
    // Only what the network says after the last statement counts.
    var targets = Tensor([months, count, 1])
    var weights = Tensor([months, count, 1])
    for account in 0..<count {
      targets.storage[(months - 1) * count + account] = defaults[account] ? 1 : 0
      weights.storage[(months - 1) * count + account] = 1
    }
    let examples = Examples(
      inputs: Tensor([months, count, AccountFeatures.width], features.sequences(scale)), targets: targets,
      weights: weights)
    let history = try network.fit(
      examples,
      settings: TrainingSettings(
        loss: .binaryCrossEntropy,
        optimizer: Adam(learningRate: settings.learningRate, weightDecay: settings.weightDecay),
        epochs: settings.epochs, batchSize: settings.batchSize, schedule: .cosine(finalFraction: 0.02),
        gradientNormLimit: 1, seed: seed))
    self.network = network
    losses = history.epochs.map(\.loss)
  }

  /// Accounts that run through the network side by side; the last group is filled up, so that an account's bits do not
  /// depend on how many others there are.
  private static let rows = 256

  /// `[account]`
  func logits(_ features: AccountFeatures, _ scale: AccountScale) -> [Double] {
    let months = AccountTable.monthCount
    let width = AccountFeatures.width
    let sequences = features.sequences(scale)
    let plan = InferencePlan(network, steps: months, rows: Self.rows)
    let prepared = plan.prepare(network)
    let workspace = plan.makeWorkspace()
    var input = [Float](repeating: 0, count: months * Self.rows * width)
    var output = [Float](repeating: 0, count: months * Self.rows)
    var logits: [Double] = []
    logits.reserveCapacity(features.count)
    for first in stride(from: 0, to: features.count, by: Self.rows) {
      let count = min(Self.rows, features.count - first)
      for month in 0..<months {
        let source = (month * features.count + first) * width
        input.replaceSubrange(
          month * Self.rows * width..<(month * Self.rows + count) * width,
          with: sequences[source..<source + count * width])
      }
      var result = output.mutableSpan
      plan.run(prepared, input.span, into: &result, using: workspace)
      logits += output[(months - 1) * Self.rows..<(months - 1) * Self.rows + count].map { Double($0) }
    }
    return logits
  }
}
