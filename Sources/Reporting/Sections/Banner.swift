import StressTesting

extension ResultReader {
  /// § 0: what this is, and whether it may be relied on.
  func banner() -> Section {
    let scenario = result.scenario
    let breached = result.checks.filter { !$0.passed }
    var sentences: [String] = []
    if result.checks.isEmpty {
      sentences.append("The scenario's author asserted nothing that could fail")
    } else if breached.isEmpty {
      sentences.append("All \(result.checks.count) checks of the scenario's author are met")
    } else {
      sentences.append(
        "\(breached.count) of \(result.checks.count) checks of the scenario's author \(breached.count == 1 ? "is" : "are") breached"
      )
    }
    sentences.append(
      stoppingSentence ?? convergenceVerdict.map {
        $0.isConverged ? "the run has converged" : "the run has not converged"
      }
        ?? "convergence was not measured")
    var facts = [
      ["Run", String(result.runIdentity.prefix(12))],
      ["Scenario", scenario.id],
      ["Severity", scenario.severity],
      ["Source of the scenario", scenario.source],
      ["As of", "\(scenario.jumpOff), the last quarter that was known; nothing later was read"],
      [
        "Horizon",
        "\(scenario.capitalHorizon) quarters of capital, \(scenario.horizon) quarters of the economy",
      ],
      ["Simulated futures", Measure.count.number(Double(paths))],
      ["Audience", scenario.audience],
    ]
    if let verdict = convergenceVerdict {
      facts.append([
        "Converged",
        "\(verdict.isConverged ? "✓ yes" : "✗ no"): the 95 % interval of the 99 % value at risk of the loan loss reaches "
          + "\(Measure.finePercent.text(verdict.share)) of the estimate to either side (target: at most "
          + "\(Measure.finePercent.text(Self.convergenceTarget)))",
      ])
    }
    if let stopping = result.stopping {
      facts.append(["Precision asked for", "\(stopping.isReached ? "✓" : "✗") \(Self.text(of: stopping))"])
    }
    var blocks: [Block] = []
    if !scenario.description.isEmpty { blocks.append(.paragraph([scenario.description])) }
    blocks.append(
      .paragraph([
        "Every figure is conditional on this scenario, which is hypothetical: it is not a forecast of the economy or of "
          + "any bank."
      ]))
    blocks.append(.table(Table("This run", [.text("What"), .text("Answer")], facts)))
    if !result.checks.isEmpty { blocks.append(.table(checksTable())) }
    let warnings = result.notes.filter { $0.topic == .warning }
    if !warnings.isEmpty {
      blocks.append(.heading("Warnings"))
      blocks.append(.list(warnings.map(\.text)))
    }
    return Section(
      number: 0, title: "What this is", question: "What is this, and may I rely on it?",
      answer: "Hypothetical, not a forecast. \(sentences.joined(separator: ", and ")).", blocks: blocks)
  }

  private func checksTable() -> Table {
    Table(
      "Checks of the scenario's author",
      [.text("Check"), .text("Assertion"), .number("Found"), .number("Limit"), .text("Verdict"), .text("If breached")],
      result.checks.map { check in
        let isPercent = check.assertion.contains("%")
        func figure(_ value: Double) -> String {
          isPercent ? Measure.finePercent.text(value) : Measure.plain.number(value)
        }
        return [
          check.id, check.assertion, figure(check.value), figure(check.limit), check.passed ? "✓ met" : "✗ breached",
          check.severity,
        ]
      })
  }

  /// How far the 95 % interval of the headline figure reaches from it, as a share; `nil` without convergence points.
  var convergenceVerdict: (share: Double, isConverged: Bool)? {
    guard let last = headlineConvergence.last, last.estimate != 0 else { return nil }
    let share = (last.upper - last.lower) / 2 / abs(last.estimate)
    return (share, share <= Self.convergenceTarget)
  }

  /// Points of the system's 99 % value at risk of the loan loss, by paths.
  var headlineConvergence: [StressTestResult.ConvergencePoint] {
    result.convergence.filter { $0.item == "loan_loss" && $0.statistic == "var_99" }.sorted { $0.paths < $1.paths }
  }
}
