import NeuralNetworks
import StressTesting

extension ResultReader {
  /// § 13: whether the run can be reproduced.
  func audit() -> Section {
    let scenario = result.scenario
    let file =
      result.inputs.first { $0.file.hasSuffix(".yaml") || $0.file.hasSuffix(".yml") }?.file
      ?? "\(scenario.id).yaml"
    // A run that stopped early is repeated with all the paths that it was allowed.
    let most = result.stopping?.mostPaths ?? scenario.paths
    var blocks: [Block] = [
      .table(
        Table(
          "Identity of the run", [.text("What"), .text("Value")],
          [
            ["Run identity (SHA-256)", result.runIdentity], ["Engine", result.engine], ["Schema", result.schema],
            ["Seed", String(scenario.seed)], ["Simulated futures", Measure.count.number(Double(paths))],
          ])),
      .paragraph(["This command repeats the run:"]),
      .command("kentledge run \(Self.quoted(file)) --seed \(scenario.seed) --paths \(most)"),
    ]
    if !result.inputs.isEmpty {
      blocks.append(
        .table(
          Table(
            "Files that were read", [.text("File"), .text("As of"), .text("SHA-256")],
            result.inputs.map { [$0.file, $0.asOf, $0.hash] })))
    }
    if !result.models.isEmpty {
      blocks.append(
        .table(
          Table(
            "Fitted models", [.text("Model"), .text("File"), .text("SHA-256")],
            result.models.map { [$0.card.name, $0.file, $0.hash] })))
    }
    if !scenario.resolved.isEmpty {
      blocks.append(
        .folded(
          Table(
            "Every setting of the run, and where it came from", [.text("Setting"), .text("Value"), .text("Origin")],
            scenario.resolved.map { [$0.key, $0.value, $0.origin] })))
    }
    return Section(
      number: 13, title: "Audit", question: "Can I reproduce it?",
      answer:
        "Yes: the same scenario, data, models, seed and engine give the same figures on the same instruction set and "
        + "C library, bit for bit, under the run identity \(result.runIdentity.prefix(12)).", blocks: blocks)
  }

  /// A shell's single word.
  private static func quoted(_ word: String) -> String {
    let isPlain = word.unicodeScalars.allSatisfy {
      $0.isASCII && ($0.properties.isAlphabetic || ("0"..."9").contains($0) || "-_./".unicodeScalars.contains($0))
    }
    return isPlain && !word.isEmpty && !word.hasPrefix("-")
      ? word : "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }
}
