import Foundation
import StressTesting

extension ResultReader {
  /// § 10: whether the figures are precise enough.
  func convergence() -> Section {
    let title = "Convergence"
    let question = "Are the figures precise enough?"
    let points = headlineConvergence
    guard let last = points.last, let verdict = convergenceVerdict else { return .notComputed(10, title, question) }
    let error = (last.upper - last.lower) / (2 * 1.96)
    let headline =
      "\(result.stopping?.isReached ?? verdict.isConverged ? "Yes" : "Not yet"): after \(Measure.count.number(Double(last.paths))) simulated futures the "
      + "99 % value at risk of the loan loss is \(money.text(last.estimate, error: error)), its 95 % interval reaches "
      + "\(Measure.finePercent.text(verdict.share)) to either side, and the target is at most "
      + Measure.finePercent.text(Self.convergenceTarget)
    let answer = result.stopping.map { "\(headline). \(Self.sentence(of: $0))" } ?? headline
    let chart = ConvergenceChart(
      title: "The 99 % value at risk of the loan loss after more and more simulated futures",
      description:
        "Line and dots: the estimate. Band: its 95 % Monte Carlo interval, which narrows with the square root "
        + "of the number of futures.",
      axisTitle: "VaR 99 % of the loan loss, \(money.unit)", measure: money, points: points)
    let table = Table(
      "VaR 99 % of the loan loss by number of simulated futures",
      [
        .text("Simulated futures"), .number("Estimate", money.unit), .number("Standard error", money.unit),
        .number("95 % Monte Carlo interval", money.unit), .number("Half-width", "% of the estimate"),
      ],
      points.map { point in
        let error = (point.upper - point.lower) / (2 * 1.96)
        let share = point.estimate == 0 ? nil : (point.upper - point.lower) / 2 / abs(point.estimate)
        return [
          Measure.count.number(Double(point.paths)), money.number(point.estimate, error: error),
          money.number(error, error: error), money.interval(point.lower, point.upper, error: error),
          share.map { Measure.finePercent.number($0) } ?? Self.notEstimable,
        ]
      })
    return Section(
      number: 10, title: title, question: question, answer: answer + ".",
      blocks: [.figure(Figure("convergence", chart.title, [chart.drawing()], [table]))])
  }
  /// What came of the precision that the author asked for; `nil` where nothing was asked.
  var stoppingSentence: String? {
    result.stopping.map { "the run \($0.isReached ? "is" : "is not") as precise as its author asked" }
  }

  private static func sentence(of stopping: StressTestResult.Stopping) -> String {
    "The precision that the author asked for was \(stopping.isReached ? "" : "not ")reached: \(text(of: stopping))"
  }

  /// What was asked and what was reached, after how many of the paths that were allowed.
  static func text(of stopping: StressTestResult.Stopping) -> String {
    func share(_ value: Double) -> String { Measure.finePercent.text(value) }
    func count(_ value: Int) -> String { Measure.count.number(Double(value)) }
    let reached = stopping.reached.map { "reaches \(share($0)) of the estimate to either side" } ?? "cannot be told yet"
    let confidence = String(format: "%g\u{A0}%%", 100 * stopping.confidence)
    return "the \(confidence) interval of \(stopping.figure) \(reached) (asked: at most "
      + "\(share(stopping.asked))), after \(count(stopping.paths)) of at most \(count(stopping.mostPaths)) simulated futures"
  }
}
