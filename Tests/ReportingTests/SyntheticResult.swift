import Foundation
import MacroScenarios
import NeuralNetworks
import StressTesting

/// Invented results of any size, in the shape and vocabulary of the engine's: no bank in them exists.
struct SyntheticResult {
  var bankCount = 32
  var factorCount = 16
  var historyQuarters = 40
  var paths = 100_000

  static let full = SyntheticResult().build()
  /// Small enough to read: two banks, two factors.
  static let small = SyntheticResult(bankCount: 2, factorCount: 2, historyQuarters: 4, paths: 1000).build()

  private static let systemID = "system"
  private static let capital = (1...9).map { Quarter(year: 2025, number: 4).advanced(by: $0).description }
  private static let economy = (1...13).map { Quarter(year: 2025, number: 4).advanced(by: $0).description }
  private static let loanTypes = [
    ("first_mortgages", "First mortgages", 1_510_000.0, 0.016, false),
    ("junior_liens", "Junior liens and home equity", 180_000, 0.031, true),
    ("commercial_and_industrial", "Commercial and industrial", 1_560_000, 0.058, false),
    ("commercial_real_estate", "Commercial real estate", 890_000, 0.051, false),
    ("credit_cards", "Credit cards", 1_190_000, 0.172, false),
    ("other_consumer", "Other consumer", 720_000, 0.061, false),
    ("other_loans", "Other loans", 2_600_000, 0.024, true),
  ]

  /// A fixed number between 0 and 1 for each position: multiplicative hashing, so that no generator is needed.
  private func number(_ index: Int, _ salt: Int) -> Double {
    var mixed = UInt64(truncatingIfNeeded: index &* 2_654_435_761 &+ salt &* 40_503 &+ 12_345) &* 0x9E37_79B9_7F4A_7C15
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed ^= mixed >> 27
    return rounded(Double(mixed >> 11) / Double(1 << 53), 6)
  }

  /// Fewer digits, so that the golden files do not depend on the last bit of the C library's functions.
  private func rounded(_ value: Double, _ decimals: Int) -> Double {
    var scale = 1.0
    for _ in 0..<decimals { scale *= 10 }
    return (value * scale).rounded() / scale
  }

  func build() -> StressTestResult {
    let banks = self.banks
    let factors = Array(RiskFactor.catalogue.prefix(factorCount))
    var entities = [StressTestResult.Entity(id: Self.systemID, kind: .system, name: "All banks")]
    entities += banks.map { .init(id: $0.id, kind: .bank, name: $0.name) }
    entities += Self.loanTypes.map { .init(id: $0.0, kind: .loanType, name: $0.1) }
    entities += factors.map {
      .init(id: $0.id, kind: .factor, name: $0.title, unit: $0.unit == .percent ? "fraction" : "index")
    }
    var rows = factors.enumerated().flatMap { factorRows($1, $0) }
    rows += earlyWarningRows
    rows += systemRows()
    for (index, bank) in banks.enumerated() { rows += bankRows(bank, index) }
    for type in Self.loanTypes { rows += loanTypeRows(type) }
    rows += contagionRows(banks)
    rows += SyntheticPlausibility.rows(windows: historyQuarters, futures: factorCount)
    return StressTestResult(
      engine: "kentledge 0.1.0", runIdentity: String(repeating: "3f9a0c12", count: 8), scenario: summary,
      entities: entities, rows: rows, histograms: histograms, convergence: convergence, checks: checks,
      models: [model], notes: notes,
      inputs: [
        .init(file: "us-severely-adverse-2026.yaml", hash: String(repeating: "0a", count: 32), asOf: "2025Q4"),
        .init(file: "data/us-macro-history.csv", hash: String(repeating: "1b", count: 32), asOf: "2025Q4"),
        .init(file: "data/us-banks-2025q4.csv", hash: String(repeating: "2c", count: 32), asOf: "2023Q4–2025Q4"),
      ])
  }

  private var banks: [(id: String, name: String, ratio: Double, weighted: Double)] {
    let roots = [
      "Alder", "Bay State", "The Bank of Northern Harbour and", "Cedar Valley", "Dover", "Eastgate", "First Meridian",
      "Granite", "Harbour", "Ironbridge", "Juniper", "Kingsport", "Lakeshore", "Marlborough", "Norwood", "Oakfield",
    ]
    let suffixes = ["Financial Corporation", "Bancshares Incorporated"]
    return (0..<bankCount).map { index in
      (
        id: "rssd-\(1_000_001 + index)", name: "\(roots[index % 16]) \(suffixes[index / 16 % 2])",
        ratio: rounded(0.098 + 0.06 * number(index, 1) + (index % 11 == 3 ? 0.12 : 0), 4),
        weighted: (60_000 + 1_900_000 * number(index, 2) * number(index, 3)).rounded()
      )
    }
  }

  private var summary: StressTestResult.ScenarioSummary {
    .init(
      id: "us-severely-adverse-2026", title: "Severely adverse scenario of an exercise",
      description: "Severe global recession with stress in commercial and residential property and corporate debt.",
      source: "Invented for the tests of the report", currency: "USD", severity: "severely adverse", jumpOff: "2025Q4",
      horizon: 13, capitalHorizon: 9, audience: "internal", paths: paths, seed: 18_446_744_073_709_551_615,
      resolved: [
        .init(key: "capital.balance_sheet", value: "constant", origin: "us-severely-adverse-2026.yaml:55"),
        .init(key: "capital.distributions", value: "none", origin: "us-severely-adverse-2026.yaml:54"),
        .init(key: "network.inside_share", value: "10%, 40%", origin: "us-severely-adverse-2026.yaml:44"),
        .init(key: "simulation.paths", value: "\(paths)", origin: "flag"),
        .init(key: "uncertainty.scale", value: "1.0", origin: "default"),
      ])
  }

  // MARK: Factors

  private func factorRows(_ factor: RiskFactor, _ index: Int) -> [StressTestResult.Row] {
    let isRate = factor.unit == .percent
    let unit = isRate ? "fraction" : "index"
    let level = isRate ? 0.02 + 0.005 * Double(index % 5) : factor.id.hasPrefix("dow") ? 65_000 : 300
    let swing = isRate ? (index % 2 == 0 ? -0.05 : 0.045) : -0.35 * level
    let past = (0..<historyQuarters).map {
      Quarter(year: 2025, number: 4).advanced(by: $0 - historyQuarters + 1).description
    }
    func row(_ item: String, _ statistic: String, _ value: Double, _ quarter: String?, _ unit: String)
      -> StressTestResult.Row
    {
      .init(entity: factor.id, quarter: quarter, item: item, statistic: statistic, value: rounded(value, 5), unit: unit)
    }
    var rows = past.enumerated().map { position, quarter in
      let wave =
        isRate ? 0.012 * (number(position, index + 7) - 0.5) : level * 0.05 * (number(position, index + 7) - 0.5)
      let drift = isRate ? 0 : level * (-0.4 + 0.4 * Double(position + 1) / Double(historyQuarters))
      return row("macro", "history", position + 1 == historyQuarters ? level : level + wave + drift, quarter, unit)
    }
    for (position, quarter) in Self.economy.enumerated() {
      // A parabola that is 0 at the jump-off and 1 in the sixth quarter.
      let t = Double(position + 1)
      let central = level + swing * max(0, t * (12 - t) / 36)
      let spread = (isRate ? 0.004 : 0.03 * level) * t.squareRoot()
      rows.append(row("macro", "central", central, quarter, unit))
      for (statistic, width) in [("p05", -1.64), ("p25", -0.67), ("p50", 0), ("p75", 0.67), ("p95", 1.64)] {
        rows.append(row("macro", statistic, central + width * spread, quarter, unit))
      }
    }
    let extreme = Self.economy[5]
    rows += [
      row("severity", "start", level, extreme, unit), row("severity", "extreme", level + swing, extreme, unit),
      row("severity", "change", isRate ? swing : swing / level, extreme, "fraction"),
      row("severity", "history_percentile", swing < 0 ? 0.01 : 0.99, extreme, "fraction"),
      row(
        "severity", "distance_sd", (swing < 0 ? -1 : 1) * (2 + 0.3 * Double(index % 7)), extreme, "standard deviations"),
      row("fan_coverage", "inside_90", 0.86 + 0.01 * Double(index % 6), nil, "fraction"),
    ]
    return rows
  }

  private var earlyWarningRows: [StressTestResult.Row] {
    func row(
      _ item: String, _ statistic: String, _ variant: String?, _ value: Double, _ quarter: String?, _ unit: String
    )
      -> StressTestResult.Row
    {
      .init(
        entity: Self.systemID, quarter: quarter, item: item, statistic: statistic, variant: variant,
        value: rounded(value, 6), unit: unit)
    }
    let shown = ["2025Q3", "2025Q4"] + Self.economy
    var rows = [row("early_warning", "default", "logistic", 1, nil, "count")]
    for (position, quarter) in shown.enumerated() {
      for (kind, shift) in [("cnn", 0.0), ("logistic", 1.5)] {
        let t = Double(position) - shift
        let crisis = 0.95 * max(0.01, min(1, t * (14 - t) / 40)), elevated = 0.6 * (1 - crisis) * max(0.02, 1 - t / 5)
        rows += [
          row("early_warning", "calm", kind, 1 - crisis - elevated, quarter, "fraction"),
          row("early_warning", "elevated", kind, elevated, quarter, "fraction"),
          row("early_warning", "crisis", kind, crisis, quarter, "fraction"),
        ]
      }
      rows.append(row("early_warning", "member_spread", "cnn", 0.04 * number(position, 12), quarter, "fraction"))
      rows.append(row("early_warning", "missing_cells", nil, 0, quarter, "count"))
    }
    for kind in ["cnn", "logistic"] {
      let drivers = [
        ("unemployment_change", 0.41), ("equities", 0.19), ("corporate_spread", 0.14), ("term_spread", -0.06),
      ]
      rows += drivers.map { row("early_warning_driver", $0.0, kind, $0.1, "2026Q3", "fraction") }
      rows.append(row("early_warning_driver", "completeness_gap", kind, 0.000_04, "2026Q3", "fraction"))
    }
    return rows
  }

  // MARK: System and banks

  private func estimate(
    _ entity: String, _ item: String, _ statistic: String, _ value: Double, _ unit: String, error: Double,
    quarter: String? = nil, variant: String? = nil, parameter: Double? = nil, model: Double? = nil
  ) -> StressTestResult.Row {
    let decimals = unit == "millions" ? 2 : 8
    return .init(
      entity: entity, quarter: quarter, item: item, statistic: statistic, variant: variant,
      value: rounded(value, decimals), unit: unit, standardError: rounded(error, decimals),
      lower: rounded(value - 1.96 * error, decimals), upper: rounded(value + 1.96 * error, decimals),
      parameterError: parameter.map { rounded($0, decimals) }, modelError: model.map { rounded($0, decimals) })
  }

  /// Standard errors shrink as they do: with the square root of the paths.
  private var noise: Double { 1 / Double(paths).squareRoot() }

  private func systemRows() -> [StressTestResult.Row] {
    var rows = ratioRows(Self.systemID, start: 0.131, fall: 0.031, spread: 0.006, all: true)
    rows += riskRows(Self.systemID, "loan_loss", median: 478_000, spread: 62_000, all: true)
    rows += riskRows(Self.systemID, "capital_depletion", median: 391_000, spread: 71_000, all: true)
    rows += walkRows(Self.systemID, weighted: 12_960_000, start: 0.131)
    rows += [
      estimate(Self.systemID, "loss_rate", "mean", 0.0561, "fraction", error: 0.007 * noise),
      estimate(Self.systemID, "loss_rate", "p50", 0.0553, "fraction", error: 0.009 * noise),
      estimate(Self.systemID, "loan_loss_without_proxies", "mean", 398_000, "millions", error: 55_000 * noise),
      estimate(Self.systemID, "loan_loss_without_proxies", "p50", 391_000, "millions", error: 69_000 * noise),
      estimate(Self.systemID, "pre_provision_net_revenue_rate", "mean", 0.0218, "fraction", error: 0.002 * noise),
      estimate(Self.systemID, "provisions_to_losses", "mean", 1.12, "ratio", error: 0.1 * noise),
      .init(
        entity: Self.systemID, item: "risk_weighted_assets", statistic: "level", value: 12_960_000, unit: "millions"),
      .init(entity: Self.systemID, item: "assets", statistic: "level", value: 24_100_000, unit: "millions"),
      .init(entity: Self.systemID, item: "opening_allowance", statistic: "level", value: 182_300, unit: "millions"),
      .init(
        entity: Self.systemID, item: "breach", statistic: "probability", value: 0, unit: "fraction", lower: 0,
        upper: 3 / Double(paths)),
    ]
    for (variant, value) in [("coverage −25%", 0.0984), ("coverage +25%", 0.1018)] {
      rows.append(
        estimate(Self.systemID, "minimum_cet1_ratio", "p50", value, "fraction", error: 0.007 * noise, variant: variant))
    }
    for (statistic, value) in [("all", 66_100.0), ("macro", 38_700), ("parameters", 21_900), ("model", 47_300)] {
      rows.append(estimate(Self.systemID, "uncertainty", statistic, value, "millions", error: 0.7 * value * noise))
    }
    let together = [0.871, 0.092, 0.024, 0.008, 0.003, 0.002]
    for (index, probability) in together.enumerated() {
      let name = index == 5 ? "probability_at_least_5" : "probability_\(index)"
      rows.append(
        estimate(
          Self.systemID, "banks_breaching", name, probability, "fraction",
          error: (probability * (1 - probability)).squareRoot() * noise))
    }
    return rows
  }

  private func bankRows(_ bank: (id: String, name: String, ratio: Double, weighted: Double), _ index: Int)
    -> [StressTestResult.Row]
  {
    let fall = 0.012 + 0.04 * number(index, 4)
    var rows = ratioRows(bank.id, start: bank.ratio, fall: fall, spread: 0.004 + 0.008 * number(index, 5), all: false)
    let loss = bank.weighted * (0.012 + 0.05 * number(index, 6))
    rows += riskRows(bank.id, "loan_loss", median: loss, spread: 0.16 * loss, all: false)
    rows += riskRows(
      bank.id, "capital_depletion", median: fall * bank.weighted, spread: 0.2 * fall * bank.weighted, all: false)
    rows += walkRows(bank.id, weighted: bank.weighted, start: bank.ratio)
    let breach = bank.ratio - fall < 0.075 ? rounded(0.02 * number(index, 8), 5) : 0
    rows += [
      breach == 0
        ? .init(
          entity: bank.id, item: "breach", statistic: "probability", value: 0, unit: "fraction", lower: 0,
          upper: 3 / Double(paths))
        : estimate(
          bank.id, "breach", "probability", breach, "fraction", error: (breach * (1 - breach)).squareRoot() * noise),
      .init(
        entity: bank.id, item: "requirement", statistic: "level",
        value: index % 3 == 0 ? nil : 0.07 + 0.005 * Double(index % 4), unit: "fraction"),
      estimate(bank.id, "loss_rate", "mean", loss / bank.weighted, "fraction", error: 0.01 * noise),
    ]
    return rows
  }

  private func ratioRows(_ entity: String, start: Double, fall: Double, spread: Double, all: Bool)
    -> [StressTestResult.Row]
  {
    let widths =
      all ? [("p05", -1.64), ("p25", -0.67), ("p50", 0), ("p75", 0.67), ("p95", 1.64)] : [("p05", -1.64), ("p50", 0)]
    var rows: [StressTestResult.Row] = [
      .init(entity: entity, quarter: "2025Q4", item: "cet1_ratio", statistic: "start", value: start, unit: "fraction")
    ]
    for (position, quarter) in Self.capital.enumerated() {
      let t = Double(position + 1)
      let middle = start - fall * min(1, t * (14 - t) / 49)
      for (statistic, width) in widths {
        rows.append(
          estimate(
            entity, "cet1_ratio", statistic, middle + width * spread * (t / 9).squareRoot(), "fraction",
            error: 1.5 * spread * noise, quarter: quarter))
      }
    }
    for (statistic, width) in [("mean", 0.02), ("p01", -2.33), ("p05", -1.64), ("p50", 0), ("p95", 1.64)] {
      rows.append(
        estimate(
          entity, "minimum_cet1_ratio", statistic, start - fall + width * spread, "fraction",
          error: 1.5 * spread * noise))
    }
    for (statistic, width) in [("p05", -1.64), ("p50", 0)] {
      rows.append(
        estimate(
          entity, "end_cet1_ratio", statistic, start - 0.9 * fall + width * spread, "fraction",
          error: 1.5 * spread * noise))
    }
    return rows
  }

  private func riskRows(_ entity: String, _ item: String, median: Double, spread: Double, all: Bool)
    -> [StressTestResult.Row]
  {
    // Quantiles of a right-skewed law, and how much wider than the standard deviation their errors are.
    let statistics = [
      ("mean", 0.06, 1.0), ("sd", 0, 1.0), ("p50", 0, 1.25), ("var_95", 1.8, 2.8), ("var_99", 2.9, 6),
      ("var_99.9", 4.5, 21),
      ("es_95", 2.5, 3.6), ("es_99", 3.6, 8), ("es_99.9", 5.3, 30),
    ]
    return statistics.map { statistic, width, error in
      let value = statistic == "sd" ? spread : median + width * spread
      return estimate(
        entity, item, statistic, value, "millions", error: error * spread * noise,
        parameter: all ? 0.045 * value : nil, model: all ? 0.09 * value : nil)
    }
  }

  private func walkRows(_ entity: String, weighted: Double, start: Double) -> [StressTestResult.Row] {
    let components = [
      ("pre_provision_net_revenue", 0.0405), ("provisions", -0.0434), ("trading_losses", -0.0071),
      ("other_losses", -0.0018),
      ("other_comprehensive_income", -0.0033), ("tax", 0.0021), ("distributions", 0),
    ].map { ($0.0, rounded($0.1 * weighted, 2)) }
    let first = rounded(start * weighted, 2)
    let end = components.reduce(first) { $0 + $1.1 }
    return ([("start", first)] + components + [("end", end)]).map { name, value in
      estimate(
        entity, "walk.\(name)", "mean", value, "millions",
        error: name == "start" || value == 0 ? 0 : 0.004 * weighted * noise)
    }
  }

  // MARK: Loans and network

  private func loanTypeRows(_ type: (String, String, Double, Double, Bool)) -> [StressTestResult.Row] {
    let (id, _, balance, rate, isProxy) = type
    var rows: [StressTestResult.Row] = [
      .init(entity: id, item: "balance", statistic: "level", value: balance, unit: "millions"),
      .init(entity: id, item: "proxy", statistic: "level", value: isProxy ? 1 : 0, unit: "count"),
      .init(entity: id, item: "balances_missing", statistic: "level", value: isProxy ? 9 : 3, unit: "count"),
    ]
    for (statistic, factor) in [("mean", 1.0), ("p05", 0.72), ("p50", 0.97), ("p95", 1.36), ("es_99", 1.71)] {
      rows.append(estimate(id, "loss_rate", statistic, rate * factor, "fraction", error: 0.3 * rate * noise))
      if statistic != "p05" {
        rows.append(
          estimate(id, "loan_loss", statistic, rate * factor * balance, "millions", error: 0.3 * rate * balance * noise)
        )
      }
    }
    for (position, quarter) in Self.economy.enumerated() {
      let t = Double(position + 1)
      let annual = rate * 4 / 9 * (0.35 + 1.2 * max(0, t * (14 - t) / 49))
      rows.append(
        estimate(id, "annualised_loss_rate", "p50", annual, "fraction", error: 0.3 * rate * noise, quarter: quarter))
      rows.append(
        estimate(
          id, "annualised_loss_rate", "p95", 1.4 * annual, "fraction", error: 0.6 * rate * noise, quarter: quarter))
    }
    return rows
  }

  private func contagionRows(_ banks: [(id: String, name: String, ratio: Double, weighted: Double)])
    -> [StressTestResult.Row]
  {
    var rows: [StressTestResult.Row] = []
    for (variant, share) in [("inside_share=10%", 0.1), ("inside_share=40%", 0.4)] {
      rows += [
        estimate(Self.systemID, "defaults", "mean", 0.182, "count", error: 0.6 * noise, variant: variant),
        estimate(
          Self.systemID, "defaults", "probability_any", 0.129, "fraction", error: 0.34 * noise, variant: variant),
        .init(
          entity: Self.systemID, item: "contagion_defaults", statistic: "mean", variant: variant, value: nil,
          unit: "count"),
        estimate(
          Self.systemID, "clearing_shortfall", "mean", 2_100 * share, "millions", error: 9_000 * share * noise,
          variant: variant),
        estimate(
          Self.systemID, "clearing_shortfall", "es_99", 31_000 * share, "millions", error: 90_000 * share * noise,
          variant: variant),
        estimate(
          Self.systemID, "debtrank", "mean", 0.062 * share, "fraction", error: 0.02 * share * noise, variant: variant),
        estimate(
          Self.systemID, "debtrank", "var_99", 0.141 * share, "fraction", error: 0.1 * share * noise, variant: variant),
      ]
      for (index, bank) in banks.enumerated() {
        rows.append(
          estimate(
            bank.id, "debtrank_suffered", "mean", share * 0.12 * number(index, 9), "fraction",
            error: 0.02 * share * noise, variant: variant))
        rows.append(
          estimate(
            bank.id, "debtrank_caused", "level", share * 0.02 * number(index, 10), "fraction",
            error: 0.01 * share * noise, variant: variant))
      }
    }
    return rows
  }

  // MARK: The rest

  private var histograms: [StressTestResult.Histogram] {
    // Counts of a skewed bell, whole and adding up to the paths.
    func counts(_ bins: Int, skew: Double) -> [Int] {
      let weights = (0..<bins).map { bin in
        let z = (Double(bin) / Double(bins) * (1 + skew) - 0.32) / 0.11
        return 1 / (1 + z * z / 3) / (1 + z * z / 3) / (1 + z * z / 3)
      }
      let total = weights.reduce(0, +)
      var counts = weights.map { Int($0 / total * Double(paths)) }
      counts[bins / 4] += paths - counts.reduce(0, +)
      return counts
    }
    return [
      .init(
        entity: Self.systemID, item: "loan_loss", unit: "millions", lowest: 300_000, width: 10_000,
        counts: counts(60, skew: 0.05)),
      .init(
        entity: Self.systemID, item: "minimum_cet1_ratio", unit: "fraction", lowest: 0.07, width: 0.001,
        counts: counts(60, skew: -0.4)),
    ]
  }

  private var convergence: [StressTestResult.ConvergencePoint] {
    [64, 32, 16, 8, 4, 2, 1].map { part in
      let count = paths / part
      let error = 6 * 62_000 / Double(count).squareRoot()
      let estimate = rounded(657_800 + error * (number(part, 11) - 0.5), 2)
      return .init(
        paths: count, item: "loan_loss", statistic: "var_99", estimate: estimate,
        lower: rounded(estimate - 1.96 * error, 2), upper: rounded(estimate + 1.96 * error, 2))
    }
  }

  private var checks: [StressTestResult.Check] {
    [
      .init(
        id: "system-cet1", assertion: "p05(min(system.cet1_ratio)) >= 7.0%", severity: "error", value: 0.0902,
        limit: 0.07, passed: true),
      .init(
        id: "loss-rate", assertion: "mean(system.loss_rate) <= 5.5%", severity: "warning", value: 0.0561, limit: 0.055,
        passed: false),
    ]
  }

  private var model: StressTestResult.Model {
    return .init(
      card: ModelCard(
        name: "Loss rates", purpose: "Quarterly net charge-off rates of five loan types along a path of the economy.",
        architecture: "Mean of an LSTM ensemble and a linear model with one lag.",
        data: ["us-charge-off-rates.csv to 2025Q4", "us-macro-history.csv to 2025Q4"], window: "1991Q1–2025Q4",
        sampleSize: 140, defaultModel: "combination: it does better out of sample than either part alone.",
        scores: scores,
        limits: ["History holds four credit cycles.", "Banks differ only by their mix and a drawn effect."],
        owner: "The authors", version: "1", challenger: "A linear model with one lag.",
        monitoring: "kentledge model backtest loss-rates",
        training: .init(
          settings: "Huber loss, Adam", seeds: [1, 2], firstLosses: [0.5, 0.4], command: "kentledge train loss-rates"),
        headline: .init(
          subject: "all loan types", metric: "rmse_relative_to_random_walk", window: "all", model: "combination",
          challenger: "linear", title: "RMSE relative to a random walk, lower is better"),
        importance: importance, dependence: dependence),
      hash: String(repeating: "4d", count: 32), file: "models/loss-rates-2025Q4.safetensors",
      explanations: explanations)
  }

  /// As the walk-forward test gives them: a figure a model and loan type, then what tells the default from its challenger.
  private var scores: [ModelCard.Score] {
    func score(
      _ subject: String, _ model: String, _ metric: String, _ unit: String, _ value: Double, window: String = "all",
      isCertain: Bool = false
    ) -> ModelCard.Score {
      let value = rounded(value, 4)
      let reach = isCertain ? nil : 0.2 * abs(value)
      return .init(
        subject: subject, model: model, metric: metric, unit: unit, value: value,
        lower: reach.map { rounded(value - $0, 4) }, upper: reach.map { rounded(value + $0, 4) }, window: window)
    }
    let types = [("credit_cards", 0.017), ("commercial_and_industrial", 0.004)]
    let all = "all loan types"
    let used = "combination"
    let models = [("random_walk", 1.0), ("linear", 0.8), ("lstm", 0.84), (used, 0.76)]
    let errors = models.flatMap { model, factor -> [ModelCard.Score] in
      types.map { score($0.0, model, "rmse", "fraction", $0.1 * factor) } + [
        score(all, model, "rmse_relative_to_random_walk", "ratio", factor, isCertain: factor == 1),
        score(all, model, "rmse_relative_less_linear", "ratio", factor - 0.8),
        score(
          all, model, "rmse_relative_to_random_walk", "ratio", factor * 0.95, window: "without 2020Q2–2021Q4",
          isCertain: factor == 1),
      ]
    }
    let tests = (types.map(\.0) + [all]).flatMap { subject in
      [("lstm", -0.4, 0.69), (used, 2.1, 0.056)].flatMap { model, statistic, probability in
        [
          score(subject, model, "diebold_mariano_against_linear", "t", statistic, isCertain: true),
          score(subject, model, "diebold_mariano_p_value", "probability", probability, isCertain: true),
        ]
      } + [score(subject, used, "coverage_90", "fraction", 0.8)]
    }
    return errors + tests + [
      score("credit_cards", used, "network_share", "fraction", 0.6, isCertain: true),
      score("commercial_and_industrial", used, "network_share", "fraction", 0, isCertain: true),
    ]
  }

  private var importance: [ModelCard.Importance] {
    ["combination", "linear"].flatMap { model in
      RiskFactor.catalogue.prefix(4).enumerated().map { index, factor in
        let value = rounded(0.3 / Double(index + 1) * (model == "linear" ? 0.7 : 1), 4)
        return .init(
          driver: factor.id, title: factor.title, model: model, metric: "rise_of_rmse_relative_to_random_walk",
          unit: "ratio", value: value, lower: rounded(value - 0.1, 4), upper: rounded(value + 0.1, 4))
      }
    }
  }

  private var dependence: [PartialDependence] {
    RiskFactor.catalogue.prefix(4).enumerated().map { index, factor in
      let grid = (0..<5).map { rounded(0.02 + 0.02 * Double($0), 4) }
      return PartialDependence(
        driver: factor.id, title: factor.title, unit: "fraction", grid: grid, sampleMinimum: 0.01, sampleMaximum: 0.12,
        curves: ["linear", "lstm", "combination"].enumerated().map { place, model in
          .init(
            subject: "all loan types", model: model, unit: "fraction",
            values: grid.map { rounded(0.01 + 0.2 * $0 * Double(index + 1) / Double(place + 1), 6) })
        })
    }
  }

  private var explanations: [AttributionTable] {
    let factors = RiskFactor.catalogue.prefix(4).map { (id: $0.id, name: $0.title) }
    let quarters = Self.economy
    return [
      ("loan_loss", "Loan losses of all banks", "millions", 20_000.0),
      ("credit_cards", "Credit cards, loss rate", "fraction", 0.01),
    ]
    .map { subject, title, unit, scale in
      let values = (0..<quarters.count * factors.count).map { rounded(scale * (number($0, 77) - 0.3), 6) }
      let change = values.reduce(0, +)
      return AttributionTable(
        subject: subject, title: title, unit: unit, baseline: "the economy held as it was in 2025Q4", columns: quarters,
        names: factors,
        Attribution(
          values: values, baselineValue: scale, value: rounded(scale + 0.999 * change, 6), nodeCount: 20))
    }
  }

  private var notes: [StressTestResult.Note] {
    [
      .init(.warning, "The BBB spread lies 5.3 standard deviations above its history: beyond anything the models saw."),
      .init(.dataQuality, "Nine banks give no figure for junior liens; none was filled in."),
      .init(.assumption, "The opening allowance covers the next four quarters' losses of the baseline."),
      .init(.method, "Deviations follow a VAR(1) fitted from 1991Q1 to 2025Q4 with a Student t copula."),
      .init(.proxy, "Junior liens follow the series of residential real estate."),
    ]
  }
}
