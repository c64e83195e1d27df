import Dispatch

/// A batch in equal parts, each with a plan of its own over the same parameters and on a thread of its own.
///
/// Their gradients are added in the order of the parts: equal bits in every run.
final class TrainingShards {
  /// Holds the parameters, and after `run` the gradient of the whole batch.
  var plan: DifferentiablePlan { shards[0].plan }

  private let shards: [TrainingShard]
  private let sizeOfEach: Int

  init(_ network: NeuralNetwork, _ examples: Examples, _ settings: TrainingSettings, batchSize: Int) {
    precondition(settings.shards > 0, "\(settings.shards) shards, expected 1 or more")
    let size = (batchSize + settings.shards - 1) / settings.shards
    sizeOfEach = size
    let first = TrainingShard(network, examples, settings.loss, sequences: size, sharing: nil)
    let others = stride(from: size, to: batchSize, by: size).map { _ in
      TrainingShard(network, examples, settings.loss, sequences: size, sharing: first.plan)
    }
    shards = [first] + others
  }

  /// Takes the examples of these numbers.
  func gather(_ members: ArraySlice<Int>) {
    var remaining = members
    for shard in shards {
      shard.gather(remaining.prefix(sizeOfEach))
      remaining = remaining.dropFirst(sizeOfEach)
    }
  }

  /// - Parameter noise: this step's draws for dropout.
  /// - Returns: the loss.
  func run(noise: CounterRandom) -> Double {
    guard shards.count > 1 else {
      shards[0].run(noise: noise)
      return shards[0].weight > 0 ? shards[0].sum / shards[0].weight : 0
    }
    // Safe: each iteration works on a shard of its own, and the shared parameters do not change meanwhile.
    nonisolated(unsafe) let shards = self.shards
    DispatchQueue.concurrentPerform(iterations: shards.count) { number in
      shards[number].run(noise: noise.descended(UInt64(number)))
    }
    return combine()
  }

  /// Each shard's gradient is that of its own mean: their mean, weighted as the losses are.
  private func combine() -> Double {
    var sum = 0.0
    var weight = 0.0
    for shard in shards {
      sum += shard.sum
      weight += shard.weight
    }
    guard weight > 0 else { return 0 }
    let total = plan.parameterGradients
    let shares = shards.map { Float($0.weight / weight) }
    for start in stride(from: 0, to: total.count, by: 8) {
      var mean = SIMD8<Float>.zero
      for (shard, share) in zip(shards, shares) { mean += share * shard.plan.parameterGradients[vector: start] }
      total[vector: start] = mean
    }
    return sum / weight
  }
}

/// One part of a batch; used by one thread at a time.
private final class TrainingShard {
  let plan: DifferentiablePlan
  /// Σ w·l and Σ w of the latest run.
  private(set) var sum = 0.0
  private(set) var weight = 0.0

  private let batch: Batch
  private let loss: Loss
  private let outputWidth: Int

  init(
    _ network: NeuralNetwork, _ examples: Examples, _ loss: Loss, sequences: Int, sharing other: DifferentiablePlan?
  ) {
    batch = Batch(examples, network, loss, sequences: sequences)
    plan = DifferentiablePlan(
      network, steps: batch.steps, sequences: sequences, wantsInputGradient: false, sharing: other)
    self.loss = loss
    outputWidth = network.output.channels
  }

  func gather(_ members: ArraySlice<Int>) { batch.gather(members, inputs: plan.input) }

  func run(noise: CounterRandom) {
    plan.forward(noise: noise)
    (sum, weight) = loss.evaluate(
      UnsafeBufferPointer(plan.output.all), UnsafeBufferPointer(batch.targets.all),
      UnsafeBufferPointer(batch.weights.all), width: outputWidth, gradient: plan.outputGradient.all)
    plan.backward()
  }
}
