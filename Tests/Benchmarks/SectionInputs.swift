import Banking
import MacroScenarios
import PathSimulation
import SatelliteModels
import StressTesting

/// What sections are made of: the shipped scenario, its models and banks, and one block of its paths.
struct SectionInputs {
  static let scenario = "scenarios/us-severely-adverse-2026.yaml"
  static let pathsPerBlock = 512

  let test: StressTest
  let size: RowSize
  /// `[path][quarter][loanType]`, quarters beyond the scenario's begin it again.
  private(set) var lossRates: [Double] = []
  /// `[path][capitalQuarter]`
  private(set) var revenueResponses: [Double] = []

  init(_ size: RowSize) throws {
    self.size = size
    test = try StressTest(ScenarioLoader.load(path: Self.scenario))
    drawBlock()
  }

  /// The scenario's banks, over and over.
  var banks: [Bank] { (0..<size.banks).map { test.pipeline.walk.banks[$0 % test.pipeline.walk.banks.count] } }

  private mutating func drawBlock() {
    let pipeline = test.pipeline, horizon = pipeline.scenario.horizon, paths = Self.pathsPerBlock
    var factors = [Double](repeating: 0, count: paths * horizon * pipeline.scenario.factors.count)
    var series = [Double](repeating: 0, count: paths * horizon * LoanSeries.count)
    var rates = [Double](repeating: 0, count: paths * horizon * LoanType.count)
    var responses = [Double](repeating: 0, count: paths * horizon)
    var workspace = pipeline.simulator.makeWorkspace()
    var factorSpan = factors.mutableSpan
    pipeline.simulator.simulate(firstPath: 0, count: paths, into: &factorSpan, workspace: &workspace)
    var seriesSpan = series.mutableSpan
    pipeline.lossRates.makeProjector().project(factors: factors.span, firstPath: 0, count: paths, into: &seriesSpan)
    var rateSpan = rates.mutableSpan
    pipeline.mapping.spread(series.span, into: &rateSpan)
    var responseSpan = responses.mutableSpan
    pipeline.revenue.project(factors: factors.span, horizon: horizon, into: &responseSpan)
    let lossQuarters = size.capitalQuarters + CapitalWalk.quartersAhead
    for path in 0..<paths {
      for quarter in 0..<lossQuarters {
        let row = (path * horizon + quarter % horizon) * LoanType.count
        lossRates += rates[row..<row + LoanType.count]
      }
      for quarter in 0..<size.capitalQuarters { revenueResponses.append(responses[path * horizon + quarter % horizon]) }
    }
  }
}
