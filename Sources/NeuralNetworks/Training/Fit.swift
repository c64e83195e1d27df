extension NeuralNetwork {
  /// Fits the parameters to examples; on one thread unless the settings name more shards, so that several networks may
  /// be fitted side by side.
  ///
  /// The same network, examples and settings give the same bits on one machine. Where the loss applies the softmax or
  /// sigmoid with which the network ends, it learns from what comes before.
  /// - Parameters:
  ///   - validation: never learned from; watched by early stopping. `nil` leaves it to the settings' split.
  ///   - progress: told after each epoch.
  @discardableResult
  public mutating func fit(
    _ examples: Examples, validation: Examples? = nil, settings: TrainingSettings,
    progress: (TrainingEpoch) -> Void = { _ in }
  ) throws(TrainingFailure) -> TrainingHistory {
    let training = Training(logits(for: settings.loss), examples, validation, settings)
    let history = try training.run(progress)
    parameters = training.parameters
    return history
  }

  /// The loss on examples, without dropout.
  public func loss(_ loss: Loss, on examples: Examples) -> Double {
    Evaluation(logits(for: loss), examples, nil, loss).value(nil)
  }

  /// The network up to the activation that the loss itself applies.
  private func logits(for loss: Loss) -> NeuralNetwork {
    switch loss {
    case .softmaxCrossEntropy, .softmaxCrossEntropyOfProbabilities: without(last: .softmax)
    case .binaryCrossEntropy: without(last: .sigmoid)
    case .squared, .huber, .gaussian, .quantile: self
    }
  }
}

/// One run of `fit`: its plan, its optimiser, and the place it has reached.
private final class Training {
  private let settings: TrainingSettings
  private let shards: TrainingShards
  private let optimizer: any OptimizerState
  private let evaluation: Evaluation?
  private let random: CounterRandom
  private let batchSize: Int
  /// The numbers of the examples learned from.
  private let members: [Int]
  private var plateau = Plateau()
  private var step = 0

  init(_ network: NeuralNetwork, _ examples: Examples, _ validation: Examples?, _ settings: TrainingSettings) {
    precondition(settings.epochs > 0, "\(settings.epochs) epochs, expected 1 or more")
    precondition(
      settings.earlyStopping == nil || validation != nil || settings.validationSplit != nil,
      "early stopping without a validation set")
    self.settings = settings
    random = CounterRandom(key: settings.seed)
    let count = network.batch(of: examples.inputs).sequences
    if validation == nil, let split = settings.validationSplit?.split(count, random.descended(2)) {
      members = split.training
      evaluation = Evaluation(network, examples, split.validation, settings.loss)
    } else {
      members = Array(0..<count)
      evaluation = validation.map { Evaluation(network, $0, nil, settings.loss) }
    }
    batchSize = min(settings.batchSize ?? members.count, members.count)
    precondition(batchSize > 0, "batches of \(batchSize) examples, expected 1 or more")
    shards = TrainingShards(network, examples, settings, batchSize: batchSize)
    optimizer = settings.optimizer.makeState(shards.plan.layout)
  }

  private var plan: DifferentiablePlan { shards.plan }

  /// Of the network as it is now.
  var parameters: [Tensor] { plan.currentParameters }

  private var batchesPerEpoch: Int { (members.count + batchSize - 1) / batchSize }

  func run(_ progress: (TrainingEpoch) -> Void) throws(TrainingFailure) -> TrainingHistory {
    var history = TrainingHistory()
    var best = (loss: Double.infinity, epoch: -1, parameters: [Float]())
    for index in 0..<min(settings.epochs, settings.stopAfter ?? settings.epochs) {
      let epoch = try epoch(index)
      if let loss = epoch.validationLoss, !loss.isFinite {
        throw .diverged(epoch: index, loss: loss, gradientNorm: epoch.gradientNorm)
      }
      history.epochs.append(epoch)
      history.chosenEpoch = index
      progress(epoch)
      plateau.note(epoch.validationLoss ?? epoch.loss, settings.schedule)
      guard let rule = settings.earlyStopping, let loss = epoch.validationLoss else { continue }
      if loss < best.loss - rule.minimumImprovement {
        best = (loss, index, plan.parameters.copied())
      } else if index - best.epoch >= rule.patience {
        history.stoppedEarly = true
        break
      }
    }
    if best.epoch >= 0 {
      plan.parameters.copy(from: best.parameters)
      history.chosenEpoch = best.epoch
    }
    return history
  }

  private func epoch(_ index: Int) throws(TrainingFailure) -> TrainingEpoch {
    let isWhole = batchSize == members.count
    let order =
      isWhole
      ? members
      : random.descended(0).descended(UInt64(index)).permutation(members.count).map { members[$0] }
    var lossSum = 0.0
    var rate = 0.0
    var norm = 0.0
    for number in 0..<batchesPerEpoch {
      if !isWhole || index == 0 {
        let first = number * batchSize
        shards.gather(order[first..<min(first + batchSize, members.count)])
      }
      rate =
        settings.optimizer.learningRate
        * settings.schedule.factor(step: step, of: settings.epochs * batchesPerEpoch) * plateau.factor
      let result = try takeStep(learningRate: rate, epoch: index)
      lossSum += result.loss
      norm = result.norm
    }
    return TrainingEpoch(
      index: index, loss: lossSum / Double(batchesPerEpoch), validationLoss: evaluation?.value(plan.parameters),
      learningRate: rate, gradientNorm: norm)
  }

  private func takeStep(
    learningRate: Double, epoch: Int
  ) throws(TrainingFailure) -> (loss: Double, norm: Double) {
    let loss = shards.run(noise: random.descended(1).descended(UInt64(step)))
    let norm = plan.parameterGradients.clip(toNorm: settings.gradientNormLimit)
    guard loss.isFinite, norm.isFinite else { throw .diverged(epoch: epoch, loss: loss, gradientNorm: norm) }
    optimizer.update(plan.parameters, plan.parameterGradients, learningRate: learningRate)
    step += 1
    return (loss, norm)
  }
}

/// How often a plateau has lowered the learning rate.
private struct Plateau {
  private(set) var factor = 1.0
  private var best = Double.infinity
  private var epochsSince = 0

  mutating func note(_ loss: Double, _ schedule: LearningRateSchedule) {
    guard case .plateau(let share, let patience, let finalFraction) = schedule else { return }
    epochsSince += 1
    if loss < best {
      best = loss
      epochsSince = 0
    } else if epochsSince >= patience {
      factor = max(factor * share, finalFraction)
      epochsSince = 0
    }
  }
}

/// Examples kept ready to be scored again and again.
private final class Evaluation {
  /// Floats between the layers of one chunk of examples.
  private static let chunkFloats = 1 << 24

  private let plan: DifferentiablePlan
  private let batch: Batch
  private let members: [Int]
  private let outputWidth: Int
  private let loss: Loss
  private var isGathered = false

  /// - Parameter members: the numbers of the examples that count; all when `nil`.
  init(_ network: NeuralNetwork, _ examples: Examples, _ members: [Int]?, _ loss: Loss) {
    let whole = network.batch(of: examples.inputs)
    self.members = members ?? Array(0..<whole.sequences)
    let floats = network.batches(steps: whole.steps, sequences: 1).reduce(0) { $0 + $1.count }
    let chunk = min(self.members.count, max(Self.chunkFloats / floats, 1))
    plan = DifferentiablePlan(network, steps: whole.steps, sequences: chunk, wantsInputGradient: false)
    batch = Batch(examples, network, loss, sequences: chunk)
    outputWidth = network.output.channels
    self.loss = loss
  }

  /// - Parameter parameters: taken over first; the plan's own when `nil`.
  func value(_ parameters: AlignedBuffer?) -> Double {
    if let parameters { plan.parameters.base.update(from: parameters.base, count: parameters.count) }
    var sum = 0.0
    var weight = 0.0
    for first in stride(from: 0, to: members.count, by: plan.sequences) {
      if !isGathered {
        batch.gather(members[first..<min(first + plan.sequences, members.count)], inputs: plan.input)
      }
      plan.forward(noise: nil)
      let part = loss.evaluate(
        UnsafeBufferPointer(plan.output.all), UnsafeBufferPointer(batch.targets.all),
        UnsafeBufferPointer(batch.weights.all), width: outputWidth, gradient: plan.outputGradient.all)
      sum += part.sum
      weight += part.weight
    }
    isGathered = plan.sequences == members.count
    return weight > 0 ? sum / weight : 0
  }
}
