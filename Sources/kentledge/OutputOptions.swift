import ArgumentParser
import MacroScenarios

/// What a run writes beside what its scenario asks for. No figure depends on it.
struct OutputOptions: ParsableArguments {
  @Flag(help: "Write results.sqlite too: every figure in tables.")
  var sqlite = false

  @Flag(help: "Write results.csv and tail-paths.csv in long form too, with data-dictionary.csv.")
  var csv = false

  @Flag(help: "Write paths.csv too: the totals of every path.")
  var pathTotals = false

  func outputs(of report: MacroScenarios.Report) -> MacroScenarios.Report {
    let formats = report.formats + (sqlite ? [.sqlite] : []) + (csv ? [.csv] : [])
    return .init(audience: report.audience, formats: formats, pathTotals: report.pathTotals || pathTotals)
  }
}
