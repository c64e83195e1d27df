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
    subcommands: [
      TrainAll.self, TrainModel<LossRateKind>.self, TrainModel<EarlyWarningKind>.self,
      TrainModel<PlausibilityKind>.self, TrainModel<AccountKind>.self,
    ])
}

/// `train <kind>`: one model of one kind.
struct TrainModel<Kind: ModelKind>: ParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: Kind.name, abstract: Kind.abstract,
      discussion: """
        Fits the model, tests it out of sample and writes its weights with their card\
        \(Kind.isDated ? "; nothing after the jump-off is seen" : "").

        Example:
          \(TrainingJob(folder: "scenarios", jumpOff: Kind.shippedJumpOffs.last ?? nil).command(Kind.self))
        """)
  }

  @Option(help: Kind.isDated ? "The last quarter it may see, such as 2025Q4." : .hidden)
  var jumpOff: Quarter?

  @Option(name: [.long, .customLong("history")], help: ArgumentHelp(Kind.tableHelp))
  var table: String?

  @Option(help: "Where data and models lie.")
  var scenarios = "scenarios"

  @Option(name: .shortAndLong, help: "The weights file. Default: in <scenarios>/models, as it ships.")
  var output: String?

  @Flag(help: "Fit the first epochs only and compare their losses with those that the weights file records.")
  var check = false

  @OptionGroup var console: ConsoleOptions

  func validate() throws {
    if Kind.isDated, jumpOff == nil { throw ValidationError("Missing expected argument '--jump-off <jump-off>'") }
    if !Kind.isDated, jumpOff != nil { throw ValidationError("'\(Kind.name)' has no jump-off") }
  }

  func run() throws {
    do {
      let job = TrainingJob(folder: scenarios, jumpOff: jumpOff, table: table)
      let path = output ?? job.weights(Kind.self)
      if check {
        try FirstLossCheck.conclude([try FirstLossCheck(Kind.self, job, file: path)], console)
      } else {
        let model = try Kind.fit(job) { [console] in console.say($0) }
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
      if check {
        let checks = try TrainingJob.shipped(in: scenarios).map { kind, job in
          try FirstLossCheck(kind, job, file: job.weights(kind))
        }
        try FirstLossCheck.conclude(checks, console)
      } else {
        try rebuild()
      }
    } catch let code as ExitCode {
      throw code
    } catch {
      throw Failure(error).report(asJSON: console.json)
    }
  }

  private func rebuild() throws {
    var documents: [RebuiltFile] = []
    for (kind, job) in TrainingJob.shipped(in: scenarios) {
      let path = job.weights(kind)
      let name = (path as NSString).lastPathComponent
      let before = FileManager.default.contents(atPath: path)
      let start = ContinuousClock.now
      let model = try kind.fit(job) { [console] in console.say("\(name): \($0)") }
      try model.write(path)
      let seconds = Int((ContinuousClock.now - start).components.seconds)
      let isSame = before != nil && before == FileManager.default.contents(atPath: path)
      documents.append(.init(file: path, isUnchanged: isSame, seconds: seconds))
      if !console.json {
        print("\(path): \(isSame ? "as it was" : before == nil ? "new" : "changed") (\(seconds) s)")
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
