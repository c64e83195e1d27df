public import ArgumentParser
import Foundation
public import MacroScenarios
import NeuralNetworks

struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Rebuilds the shipped models from the shipped data, bit for bit.",
    discussion: """
      Examples:
        kentledge train loss-rates --jump-off 2025Q4
        kentledge train all           # every weights file that ships
        kentledge train all --check   # the first epochs alone, held against the losses that the files record
      """,
    subcommands: [TrainAll.self, TrainModel<LossRateKind>.self])
}

/// `train <kind>`: one model of one kind.
struct TrainModel<Kind: ModelKind>: ParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: Kind.name, abstract: Kind.abstract,
      discussion: """
        Fits the model on nothing after a jump-off, tests it out of sample and writes its weights with their card.

        Example:
          kentledge train \(Kind.name) --jump-off \(Kind.shippedJumpOffs.last.map { "\($0)" } ?? "2025Q4")
        """)
  }

  @Option(help: "The last quarter it may see, such as 2025Q4.")
  var jumpOff: Quarter

  @Option(help: "Macro history of the vintage that was known at the jump-off.")
  var history: String?

  @Option(help: "Where data and models lie.")
  var scenarios = "scenarios"

  @Option(name: .shortAndLong, help: "The weights file. Default: <scenarios>/models/<kind>-<jump-off>.safetensors.")
  var output: String?

  @Flag(help: "Fit the first epochs only and compare their losses with those that the weights file records.")
  var check = false

  @OptionGroup var console: ConsoleOptions

  func run() throws {
    do {
      let sources = TrainingSources(folder: scenarios, history: history)
      let path = output ?? sources.weights(Kind.self, jumpOff)
      if check {
        try FirstLossCheck.conclude([try FirstLossCheck(Kind.self, jumpOff, sources, file: path)], console)
      } else {
        let model = try Kind.fit(jumpOff: jumpOff, from: sources) { [console] in console.say($0) }
        try model.write(path)
        print(console.json ? JSONText.encode(model.card) : path)
      }
    } catch let code as ExitCode {
      throw code
    } catch {
      throw Failure(error).report(asJSON: console.json)
    }
  }
}

/// `train all`: every weights file that ships.
struct TrainAll: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "all", abstract: "Rebuilds every weights file that ships.",
    discussion: """
      Says of each file whether it came out as it was: on the machine that wrote it, it does, byte for byte.

      Examples:
        kentledge train all
        kentledge train all --check
      """)

  @Option(help: "Where data and models lie.")
  var scenarios = "scenarios"

  @Flag(help: "Fit the first epochs only and compare their losses with those that the weights files record.")
  var check = false

  @OptionGroup var console: ConsoleOptions

  func run() throws {
    do {
      let sources = TrainingSources(folder: scenarios)
      if check {
        try FirstLossCheck.conclude(try FirstLossCheck.all(sources), console)
      } else {
        try rebuild(sources)
      }
    } catch let code as ExitCode {
      throw code
    } catch {
      throw Failure(error).report(asJSON: console.json)
    }
  }

  private func rebuild(_ sources: TrainingSources) throws {
    var documents: [RebuiltFile] = []
    for kind in ModelKinds.all {
      for jumpOff in kind.shippedJumpOffs {
        let path = sources.weights(kind, jumpOff)
        let before = FileManager.default.contents(atPath: path)
        let start = ContinuousClock.now
        let model = try kind.fit(jumpOff: jumpOff, from: sources) { [console] in
          console.say("\(kind.name) \(jumpOff): \($0)")
        }
        try model.write(path)
        let seconds = Int((ContinuousClock.now - start).components.seconds)
        let isSame = before != nil && before == FileManager.default.contents(atPath: path)
        documents.append(.init(file: path, isUnchanged: isSame, seconds: seconds))
        if !console.json {
          print("\(path): \(isSame ? "as it was" : before == nil ? "new" : "changed") (\(seconds) s)")
        }
      }
    }
    if console.json { print(JSONText.encode(documents)) }
  }
}

/// What `train all --json` prints of one file.
private struct RebuiltFile: Encodable {
  let schemaVersion = 1
  let file: String
  let isUnchanged: Bool
  let seconds: Int
}

extension Quarter: ExpressibleByArgument {
  public init?(argument: String) { self.init(argument) }
}
