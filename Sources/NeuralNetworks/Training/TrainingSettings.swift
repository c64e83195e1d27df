import Glibc

/// How the learning rate changes over the steps of a training.
public enum LearningRateSchedule: Sendable, Equatable {
  case constant
  /// Half a cosine from 1 down to `finalFraction` (Loshchilov & Hutter 2017, without restarts).
  case cosine(finalFraction: Double)
  /// Multiplied by `factor` whenever the validation loss (the training loss without a validation set) has not fallen
  /// for `patience` epochs, down to `finalFraction` at the least.
  case plateau(factor: Double, patience: Int, finalFraction: Double)

  /// By how much the learning rate is multiplied at a step, 0 ..< total, by the clock alone.
  func factor(step: Int, of total: Int) -> Double {
    switch self {
    case .constant, .plateau: 1
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
  public var optimizer: Optimizer
  /// Passes over all examples.
  public var epochs: Int
  /// Examples per step, in a new random order each epoch; all of them, in the given order, when `nil`.
  public var batchSize: Int?
  public var schedule: LearningRateSchedule
  /// Longest gradient allowed over all parameters together; `nil` for no limit.
  public var gradientNormLimit: Double?
  /// Needs a validation set.
  public var earlyStopping: EarlyStopping?
  /// Examples that `fit` sets aside when it is given no validation set; `nil` for none.
  public var validationSplit: ValidationSplit?
  /// Ends after so many epochs, on the schedule of all of them: the beginning of a long training; `nil` for the whole.
  public var stopAfter: Int?
  /// Parts of each batch that are learned from side by side, one thread each. The last bits of a gradient depend on how
  /// it is added up, so that this is a setting and not left to the machine; 1 where networks are fitted side by side.
  public var shards: Int
  /// Of dropout, of the order of the batches and of a random split.
  public var seed: UInt64

  public init(
    loss: Loss, optimizer: some OptimizerConvertible = Adam(), epochs: Int, batchSize: Int? = nil,
    schedule: LearningRateSchedule = .constant, gradientNormLimit: Double? = nil,
    earlyStopping: EarlyStopping? = nil, validationSplit: ValidationSplit? = nil, stopAfter: Int? = nil,
    shards: Int = 1, seed: UInt64
  ) {
    self.loss = loss
    self.optimizer = optimizer.optimizer
    self.epochs = epochs
    self.batchSize = batchSize
    self.schedule = schedule
    self.gradientNormLimit = gradientNormLimit
    self.earlyStopping = earlyStopping
    self.validationSplit = validationSplit
    self.stopAfter = stopAfter
    self.shards = shards
    self.seed = seed
  }
}

/// What happened in one epoch, told as it ends.
public struct TrainingEpoch: Sendable, Equatable, CustomStringConvertible {
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

  /// A progress line: `epoch 12: loss 0.0831, validation 0.0912, rate 0.00098`, epochs counted from 1.
  public var description: String {
    let validation = validationLoss.map { ", validation \(Self.short($0))" } ?? ""
    return "epoch \(index + 1): loss \(Self.short(loss))\(validation), rate \(Self.short(learningRate))"
  }

  /// Three significant digits, or whole.
  private static func short(_ value: Double) -> String {
    guard value != 0, abs(value) < 1e15 else { return "\(value)" }
    let digits = 2 - log10(abs(value)).rounded(.down)
    guard digits > 0 else { return "\(Int(value.rounded()))" }
    return "\((value * pow(10, digits)).rounded() / pow(10, digits))"
  }
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
