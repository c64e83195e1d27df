import Glibc

/// How the learning rate changes over the steps of a training.
public enum LearningRateSchedule: Sendable, Equatable {
  case constant
  /// Half a cosine from 1 down to `finalFraction` (Loshchilov & Hutter 2017, without restarts).
  case cosine(finalFraction: Double)

  /// By how much the learning rate is multiplied at a step, 0 ..< total.
  func factor(step: Int, of total: Int) -> Double {
    switch self {
    case .constant: 1
    case .cosine(let floor): floor + (1 - floor) * (1 + cos(.pi * Double(step) / Double(total))) / 2
    }
  }
}

/// Stops when the validation loss has not fallen by at least `minimumImprovement` for `patience` epochs, and goes back
/// to the best parameters (Prechelt 1998).
public struct EarlyStopping: Sendable, Equatable {
  public var patience: Int
  public var minimumImprovement: Double

  public init(patience: Int, minimumImprovement: Double = 0) {
    precondition(patience > 0, "patience of \(patience) epochs, expected 1 or more")
    self.patience = patience
    self.minimumImprovement = minimumImprovement
  }
}

/// Everything beside network and examples that decides what training gives: with equal settings, equal bits.
public struct TrainingSettings: Sendable, Equatable {
  public var loss: Loss
  public var optimizer: Adam
  /// Passes over all sequences.
  public var epochs: Int
  /// Sequences per step, in a new random order each epoch; all of them, in the given order, when `nil`.
  public var batchSize: Int?
  public var schedule: LearningRateSchedule
  /// Longest gradient allowed over all parameters together; `nil` for no limit.
  public var gradientNormLimit: Double?
  /// Needs a validation set.
  public var earlyStopping: EarlyStopping?
  /// Of dropout and of the order of the batches.
  public var seed: UInt64

  public init(
    loss: Loss, optimizer: Adam = Adam(), epochs: Int, batchSize: Int? = nil,
    schedule: LearningRateSchedule = .constant, gradientNormLimit: Double? = nil,
    earlyStopping: EarlyStopping? = nil, seed: UInt64
  ) {
    self.loss = loss
    self.optimizer = optimizer
    self.epochs = epochs
    self.batchSize = batchSize
    self.schedule = schedule
    self.gradientNormLimit = gradientNormLimit
    self.earlyStopping = earlyStopping
    self.seed = seed
  }
}

/// What happened in one epoch, told as it ends.
public struct TrainingEpoch: Sendable, Equatable {
  /// From 0.
  public let index: Int
  /// Mean over the steps, each with the parameters before it and with dropout in place.
  public let loss: Double
  /// After the epoch, without dropout; `nil` without a validation set.
  public let validationLoss: Double?
  /// Of the last step.
  public let learningRate: Double
  /// Of the last step, before clipping.
  public let gradientNorm: Double
}

/// The course of a training.
public struct TrainingHistory: Sendable, Equatable {
  public internal(set) var epochs: [TrainingEpoch] = []
  /// The epoch after which the network's parameters were taken: the last, unless early stopping went back.
  public internal(set) var chosenEpoch = 0
  public internal(set) var stoppedEarly = false
}

/// Training that cannot give a usable network.
public enum TrainingFailure: Error, Equatable, CustomStringConvertible {
  /// Loss or gradient is no longer a number: the learning rate is too high, or the examples are too large.
  case diverged(epoch: Int, loss: Double, gradientNorm: Double)

  public var description: String {
    switch self {
    case .diverged(let epoch, let loss, let norm):
      "training: loss \(loss) with a gradient of length \(norm) in epoch \(epoch), expected finite numbers"
    }
  }
}
