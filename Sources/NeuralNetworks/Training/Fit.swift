extension NeuralNetwork {
  /// Fits the parameters to examples; on one thread, so that several networks may be fitted side by side.
  ///
  /// The same network, examples and settings give the same bits on one machine.
  /// - Parameters:
  ///   - validation: never learned from; watched by early stopping.
  ///   - progress: told after each epoch.
  @discardableResult
  public mutating func fit(
    _ examples: Examples, validation: Examples? = nil, settings: TrainingSettings,
    progress: (TrainingEpoch) -> Void = { _ in }
  ) throws(TrainingFailure) -> TrainingHistory {
    let training = Training(self, examples, validation, settings)
    let history = try training.run(progress)
    self = training.plan.trained
    return history
  }

  /// The loss on examples, without dropout.
  public func loss(_ loss: Loss, on examples: Examples) -> Double {
    Evaluation(self, examples, loss).value(nil)
  }
}

/// One run of `fit`: its plan, its optimiser, and the place it has reached.
private final class Training {
  let plan: DifferentiablePlan

  private let settings: TrainingSettings
  private let batch: Batch
  private let optimizer: AdamState
  private let evaluation: Evaluation?
  private let random: CounterRandom
  private let batchSize: Int
  private let exampleCount: Int
  private var step = 0

  init(_ network: NeuralNetwork, _ examples: Examples, _ validation: Examples?, _ settings: TrainingSettings) {
    precondition(
      examples.inputs.shape[2] == network.inputs && examples.targets.shape[2] == network.outputs,
      "examples \(examples.inputs.shape[2]) → \(examples.targets.shape[2]), "
        + "expected \(network.inputs) → \(network.outputs)")
    precondition(settings.epochs > 0, "\(settings.epochs) epochs, expected 1 or more")
    precondition(settings.earlyStopping == nil || validation != nil, "early stopping without a validation set")
    exampleCount = examples.sequences
    batchSize = min(settings.batchSize ?? exampleCount, exampleCount)
    precondition(batchSize > 0, "batches of \(batchSize) sequences, expected 1 or more")
    self.settings = settings
    plan = DifferentiablePlan(network, steps: examples.steps, sequences: batchSize)
    batch = Batch(examples, sequences: batchSize)
    optimizer = AdamState(settings.optimizer, plan.layout)
    evaluation = validation.map { Evaluation(network, $0, settings.loss) }
    random = CounterRandom(key: settings.seed)
  }

  private var batchesPerEpoch: Int { (exampleCount + batchSize - 1) / batchSize }

  func run(_ progress: (TrainingEpoch) -> Void) throws(TrainingFailure) -> TrainingHistory {
    var history = TrainingHistory()
    var best = (loss: Double.infinity, epoch: -1, parameters: [Float]())
    for index in 0..<settings.epochs {
      let epoch = try epoch(index)
      if let loss = epoch.validationLoss, !loss.isFinite {
        throw .diverged(epoch: index, loss: loss, gradientNorm: epoch.gradientNorm)
      }
      history.epochs.append(epoch)
      history.chosenEpoch = index
      progress(epoch)
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
    let isWhole = batchSize == exampleCount
    let order =
      isWhole ? Array(0..<exampleCount) : random.descended(0).descended(UInt64(index)).permutation(exampleCount)
    var lossSum = 0.0
    var rate = 0.0
    var norm = 0.0
    for number in 0..<batchesPerEpoch {
      if !isWhole || index == 0 {
        let first = number * batchSize
        batch.gather(order[first..<min(first + batchSize, exampleCount)], inputs: plan.input)
      }
      rate =
        settings.optimizer.learningRate
        * settings.schedule.factor(step: step, of: settings.epochs * batchesPerEpoch)
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
    plan.forward(noise: random.descended(1).descended(UInt64(step)))
    let loss = settings.loss.evaluate(
      UnsafeBufferPointer(plan.output.all), UnsafeBufferPointer(batch.targets.all),
      UnsafeBufferPointer(batch.weights.all), gradient: plan.outputGradient.all)
    plan.backward()
    let norm = plan.parameterGradients.clip(toNorm: settings.gradientNormLimit)
    guard loss.isFinite, norm.isFinite else { throw .diverged(epoch: epoch, loss: loss, gradientNorm: norm) }
    optimizer.update(plan.parameters, plan.parameterGradients, learningRate: learningRate)
    step += 1
    return (loss, norm)
  }
}

/// Examples kept ready to be scored again and again.
private final class Evaluation {
  private let plan: DifferentiablePlan
  private let batch: Batch
  private let loss: Loss

  init(_ network: NeuralNetwork, _ examples: Examples, _ loss: Loss) {
    plan = DifferentiablePlan(network, steps: examples.steps, sequences: examples.sequences)
    batch = Batch(examples, sequences: examples.sequences)
    batch.gather(Array(0..<examples.sequences)[...], inputs: plan.input)
    self.loss = loss
  }

  /// - Parameter parameters: taken over first; the plan's own when `nil`.
  func value(_ parameters: AlignedBuffer?) -> Double {
    if let parameters { plan.parameters.base.update(from: parameters.base, count: parameters.count) }
    plan.forward(noise: nil)
    return loss.evaluate(
      UnsafeBufferPointer(plan.output.all), UnsafeBufferPointer(batch.targets.all),
      UnsafeBufferPointer(batch.weights.all), gradient: plan.outputGradient.all)
  }
}
