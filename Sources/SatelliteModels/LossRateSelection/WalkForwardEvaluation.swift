import NeuralNetworks

/// What the walk-forward test says: the scores of everything tried, which model is used, and the law of its errors.
struct WalkForwardEvaluation: Sendable {
  static let shareMetric = "network_share"

  let selection: NestedSelection
  let scores: [ModelCard.Score]
  /// Of the nested choice: its errors are those of a model that was chosen without seeing them.
  let residuals: ResidualLaw
  /// Mean variance of the chosen network's members about their mean, `[series]`, transformed.
  let memberVariances: [Double]
  /// Origins at which the intervals could be tested.
  let coverageOriginCount: Int
  /// The share of outcomes inside their intervals at the later origins alone, which had more errors to learn from.
  let laterCoverage: Double?

  init(_ cases: [WalkForward.Case], _ forecasts: WalkForwardForecasts, _ variants: [WalkForwardVariant]) {
    let selection = NestedSelection(cases, forecasts, variants)
    let randomWalk = forecasts[WalkForwardVariant.randomWalk]
    let challenger = forecasts[WalkForwardVariant.challenger]
    var scores: [ModelCard.Score] = []
    let nested = [
      NestedSelection.winner(cases, forecasts),
      NestedSelection(cases, forecasts, variants, choosesParts: false).forecast, selection.forecast,
    ]
    for window in WalkForwardScores.windows {
      for forecast in forecasts.all + nested {
        scores +=
          WalkForwardScores(forecast, against: randomWalk, challenger: challenger, cases, window: window).scores
      }
    }
    let test = ChallengerTest(cases: cases, challenger: challenger, randomWalk: randomWalk)
    for forecast in [forecasts[selection.final.network], selection.forecast] { scores += test.scores(of: forecast) }
    let coverage = NestedCoverage(cases, selection.forecast)
    scores += coverage.scores(of: NestedSelection.model)
    scores += LoanSeries.allCases.map { series in
      ModelCard.Score(
        subject: series.id, model: NestedSelection.model, metric: Self.shareMetric, unit: "fraction",
        value: selection.final.networkShares[series.rawValue], window: WalkForwardScores.windows[0])
    }
    self.selection = selection
    self.scores = scores
    residuals = ResidualLaw(fittedTo: KnownOutcomes(cases, at: cases.count).errors(of: selection.forecast))
    memberVariances = forecasts.memberVariances(of: selection.final.network)
    coverageOriginCount = coverage.originCount
    laterCoverage = NestedCoverage(cases, selection.forecast, from: NestedSelection.fewestOrigins).overall
  }
}
