import ArgumentParser
import EarlyWarning
import Foundation
import MacroScenarios
import StressTesting

struct Monitor: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Reads a growing table of observations and says of each quarter: calm, elevated or crisis.",
    discussion: """
      Examples:
        kentledge monitor scenarios/data/us-macro-history.csv --from 2024Q1
        kentledge monitor observations.csv --follow --alarm elevated --json

      The table has the columns, units and layout of scenarios/data/us-macro-history.csv. The level is that of the model \
      that the card leans on; both models' probabilities are printed. Elevated: a chance of one in three or more of a \
      crisis now or within four quarters; crisis: of one in two or more of a crisis now.

      Exit codes beside the usual ones: 3 the last quarter reaches the level of --alarm (with --follow as soon as one \
      does); 65 the table cannot be used; 130 interrupted.
      """)

  @Argument(help: "The table.")
  var table: String

  @Option(help: "The weights of the early-warning models.")
  var model = "scenarios/models/early-warning-2025Q4.safetensors"

  @Option(help: "Quarters before this one are read, not printed.")
  var from: Quarter?

  @Option(help: "End with code 3 when the last quarter is at this level or above: elevated or crisis.")
  var alarm: AlarmLevel?

  @Flag(help: "Wait for new rows until interrupted.")
  var follow = false

  @OptionGroup var console: ConsoleOptions

  /// How often a followed file is looked at.
  private static let pause = 0.2

  func run() throws {
    let interruption = Interruption()
    do {
      try watch(interruption)
    } catch let code as ExitCode {
      throw code
    } catch {
      throw Failure(error, interruption: interruption).report(asJSON: console.json)
    }
  }

  private func watch(_ interruption: Interruption) throws {
    let model = try EarlyWarningModel(contentsOf: self.model)
    var monitor = CrisisMonitor(model, file: table, from: from)
    var file = GrowingFile(path: table)
    repeat {
      var news = try file.look()
      if news.isRestarted {
        console.say("\(table) starts anew: read again from its first line")
        monitor.restart()
      }
      if !follow, let last = try file.lastLine() { news.lines.append(last) }
      if !news.lines.isEmpty || !follow {
        let (reports, warnings) = try monitor.take(news.lines, isWhole: !follow)
        console.show(warnings)
        let lines = reports.map { MonitorText.line($0, of: model, asJSON: console.json) + "\n" }
        // Unbuffered: whoever reads a followed table's output waits for each line.
        FileHandle.standardOutput.write(Data(lines.joined().utf8))
        try sound(reports)
      }
      if follow, !interruption.cancellation.isRequested { Thread.sleep(forTimeInterval: Self.pause) }
    } while follow && !interruption.cancellation.isRequested
    if interruption.cancellation.isRequested { throw ExitCode(interruption.exitCode) }
  }

  /// The alarm is about how things stand: the last quarter at hand.
  private func sound(_ reports: [CrisisMonitor.Report]) throws {
    guard let alarm, let last = reports.last, let level = last.level, level >= alarm.level else { return }
    console.say("alarm: \(last.assessment.quarter) is \(level.name), --alarm \(alarm.level.name)")
    throw ExitCode(3)
  }
}

/// From which level on `monitor` ends with an alarm.
struct AlarmLevel: ExpressibleByArgument {
  let level: RiskLevel

  init?(argument: String) {
    guard let level = RiskLevel(name: argument), level > .calm else { return nil }
    self.level = level
  }

  static let allValueStrings = ["elevated", "crisis"]
}
