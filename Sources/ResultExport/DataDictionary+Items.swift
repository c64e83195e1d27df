extension DataDictionary {
  static let items: [Entry] = [
    item("macro", "", "a factor of the economy: its central path, its history, or its spread over the paths"),
    item("severity", "", "how far the central path takes a factor, beside its history"),
    item("fan_coverage", "fraction", "how wide a factor's fan is beside what history did"),
    item("model_input_distance", "standard deviations", "input of the loss-rate model farthest from its sample"),
    item("plausibility", "count", "what the plausibility of the central path was judged by"),
    item("plausibility_reconstruction_error", "", "how badly the patterns of history rebuild the central path"),
    item("plausibility_mahalanobis_distance", "", "how far along the patterns of history the central path goes"),
    item("plausibility_map", "", "a point of the map of windows of history and simulated futures"),
    item("early_warning", "", "how much the central path looks like a crisis"),
    item("early_warning_driver", "fraction", "what an indicator adds to the probability of a crisis"),
    item("cet1_ratio", "fraction", "CET1 over risk-weighted assets"),
    item("minimum_cet1_ratio", "fraction", "lowest CET1 ratio of the capital horizon"),
    item("end_cet1_ratio", "fraction", "CET1 ratio at the end of the capital horizon"),
    item("requirement", "fraction", "CET1 ratio below which a bank is in breach"),
    item("risk_weighted_assets", "millions", "risk-weighted assets at the jump-off"),
    item("assets", "millions", "average assets at the jump-off"),
    item("balance", "millions", "loan balance at the jump-off, as far as it is known"),
    item("balances_missing", "count", "banks whose balance of that loan type is not known"),
    item("proxy", "count", "1 where another loan type's series stands in, else 0"),
    item("opening_allowance", "millions", "allowance for loan losses at the jump-off"),
    item("loan_loss", "millions", "loan losses over the capital horizon"),
    item("loan_loss_without_proxies", "millions", "loan losses without the loan types that have a proxy"),
    item("loss_rate", "fraction", "loan losses over the capital horizon, as a share of the known balances"),
    item("annualised_loss_rate", "fraction", "loan losses of a quarter, times four, as a share of the balance"),
    item("capital_depletion", "millions", "CET1 at the jump-off less its lowest point"),
    item("breach", "fraction", "CET1 ratio below the requirement at some time"),
    item(
      "banks_breaching", "count", "banks that breach their requirement on one path; its probabilities are fractions"),
    item("defaults", "count", "banks that default of their own losses; its probability is a fraction"),
    item("contagion_defaults", "count", "banks that default because others do"),
    item("clearing_shortfall", "millions", "what creditors in the network lose where a bank defaults"),
    item("debtrank", "fraction", "share of the system's CET1 that distress takes through the network (DebtRank)"),
    item("debtrank_caused", "fraction", "DebtRank of a bank that alone loses all of its CET1"),
    item("debtrank_suffered", "fraction", "share of a bank's CET1 that distress elsewhere takes"),
    item("uncertainty", "millions", "spread of the system's loan losses, by source"),
    item(
      "variance_reduction", "ratio",
      "how many independent paths one of antithetic or Sobol' sampling was worth for that statistic of the system"),
    item("tail_sampling", "", "what the paths drawn in the tail are worth"),
    item("stop_when", "", "how precise the figure was to be that the scenario names, and how precise it is"),
    item("provisions_to_losses", "fraction", "provisions over loan losses"),
    item("pre_provision_net_revenue_rate", "fraction", "revenue before provisions over average assets, whole horizon"),
    item("walk.start", "millions", "CET1 at the jump-off"),
    item("walk.pre_provision_net_revenue", "millions", "what revenue before provisions adds to CET1"),
    item("walk.provisions", "millions", "what provisions add to CET1 (negative: they take)"),
    item("walk.trading_losses", "millions", "what trading and counterparty losses add to CET1"),
    item("walk.other_losses", "millions", "what losses on securities and other losses add to CET1"),
    item("walk.other_comprehensive_income", "millions", "what other comprehensive income adds to CET1"),
    item("walk.tax", "millions", "what tax adds to CET1"),
    item("walk.distributions", "millions", "what distributions add to CET1"),
    item("walk.end", "millions", "CET1 at the end of the capital horizon"),
    item("accounts", "count", "card accounts of a segment"),
    item("exposure_share", "fraction", "share of a segment in the portfolio's balance"),
    item("odds_to_safest", "ratio", "odds of default of a segment, over those of the safest"),
    item("default_level_outside", "count", "paths whose level of default had to be held within 0 and 1"),
    item("probability_of_default", "fraction", "probability of default in the quarter"),
    item("segment_loss", "millions", "losses of a segment, in a quarter or over the capital horizon"),
    item("segment_loss_rate", "fraction", "losses of a segment over the capital horizon, as a share of its balance"),
    item("loss_share", "fraction", "share of a segment in what the portfolio loses"),
  ]

  static let units: [Entry] = [
    unit("fraction", "0.025 is 2.5 %; rates are per year where the item says so"),
    unit("millions", "millions of the currency of the run; losses are positive"),
    unit("index", "level of an index"), unit("count", "a number of things"), unit("ratio", "one figure over another"),
    unit("standard deviations", "of the sample that the figure is held against"),
  ]

  private static func item(_ name: String, _ unit: String, _ meaning: String) -> Entry {
    Entry(kind: .item, place: "*", name: name, unit: unit, meaning: meaning)
  }

  private static func unit(_ name: String, _ meaning: String) -> Entry {
    Entry(kind: .unit, place: "*", name: name, unit: name, meaning: meaning)
  }
}
