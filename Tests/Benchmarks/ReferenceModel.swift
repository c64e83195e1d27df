import Dispatch
import Foundation
import NeuralNetworks

/// The shipped loss-rate model with LSTM 50-50-50 in place of its members: what a run of the reference network costs.
///
/// Each member is taught for a short while to answer as the shipped one does, so that paths lose and fail about as often,
/// and whatever depends on the losses costs what it does in a default run. It is no model to believe.
enum ReferenceModel {
  static let shipped = "scenarios/models/loss-rates-2025Q4.safetensors"

  static func write(to path: String) throws {
    let source = try WeightFile(contentsOf: shipped)
    let count = Int(try source.text("members")) ?? 0
    let members = try (0..<count).map { try source.network(prefix: "member\($0).") }
    var card = try source.card()
    card.name = "Reference LSTM 50-50-50, for measuring speed"
    card.architecture = "LSTM 50-50-50 taught to answer as the shipped members do; not for use"
    var metadata = source.metadata
    metadata["network_part"] = "lstm_50-50-50"
    var file = WeightFile(metadata: metadata)
    try file.attach(card)
    for entry in source.entries where !entry.name.hasPrefix("member") {
      file.insert(entry.name, shape: entry.shape, entry.values)
    }
    for (index, member) in members.enumerated() {
      file.insert(try pupil(of: member, seed: UInt64(index)), prefix: "member\(index).")
    }
    try file.write(to: path)
  }

  private static func pupil(of teacher: NeuralNetwork, seed: UInt64) throws -> NeuralNetwork {
    let (steps, sequences) = (21, 512)
    // Slow wanderings of about two standard deviations, as scenarios hold them.
    var inputs = Benchmarks.noise(steps * sequences * teacher.inputs)
    let row = sequences * teacher.inputs
    for place in row..<inputs.count { inputs[place] = 0.9 * inputs[place - row] + 1.5 * inputs[place] }
    let x = Tensor([steps, sequences, teacher.inputs], inputs)
    var network = NeuralNetwork.stackedLSTM(
      inputs: teacher.inputs, hidden: [50, 50, 50], outputs: teacher.outputs, seed: seed)
    try network.fit(
      Examples(inputs: x, targets: teacher(x)),
      settings: TrainingSettings(
        loss: .squared, optimizer: Adam(learningRate: 5e-3), epochs: 20, batchSize: 32,
        schedule: .cosine(finalFraction: 0.05), shards: ProcessInfo.processInfo.activeProcessorCount, seed: seed))
    return network
  }
}
