extension DataDictionary {
  static let statistics: [Entry] =
    [
      statistic("mean", "mean over the paths"), statistic("sd", "standard deviation over the paths"),
      statistic("pN", "N-th percentile over the paths"),
      statistic("var_N", "value at risk: the N-th percentile of the losses"),
      statistic("es_N", "expected shortfall: mean of the losses beyond the N-th percentile"),
      statistic("probability", "share of the paths on which it happens"),
      statistic("level", "as it is, no matter which path"), statistic("start", "at the jump-off"),
      statistic("value", "of one path"), statistic("lowest", "of one path, over the quarters of the economy"),
      statistic("highest", "of one path, over the quarters of the economy"),
      statistic("history", "what was observed", of: "macro"), statistic("central", "the central path", of: "macro"),
      statistic("extreme", "highest or lowest point of the central path", of: "severity"),
      statistic("change", "from start to extreme: a difference, of an index a fraction", of: "severity"),
      statistic("history_percentile", "share of history below the extreme", of: "severity"),
      statistic("distance_sd", "of the extreme from history's mean, in its standard deviations", of: "severity"),
      statistic("inside_90", "share of past outcomes inside the 90 % band", of: "fan_coverage"),
      statistic("TEXT", "the input", of: "model_input_distance"),
      statistic("default", "its variant is the model that the verdict rests on", of: "plausibility"),
      statistic("history_windows", "windows of history", of: "plausibility"),
      statistic("futures", "simulated futures", of: "plausibility"),
      statistic("x", "place on the map", of: "plausibility_map"),
      statistic("y", "place on the map", of: "plausibility_map"),
      statistic("x_correlation", "of a factor with the axis", of: "plausibility_map"),
      statistic("y_correlation", "of a factor with the axis", of: "plausibility_map"),
      statistic("default", "its variant is the model that the report leads with", of: "early_warning"),
      statistic("calm", "probability", of: "early_warning"), statistic("elevated", "probability", of: "early_warning"),
      statistic("crisis", "probability", of: "early_warning"),
      statistic("member_spread", "standard deviation over the members of the ensemble", of: "early_warning"),
      statistic("missing_cells", "cells of the window that had to be filled", of: "early_warning"),
      statistic("mean_window", "probability on the mean of history", of: "early_warning_driver"),
      statistic("completeness_gap", "sum of what all add, less the difference", of: "early_warning_driver"),
      statistic("TEXT", "the indicator", of: "early_warning_driver"),
      statistic("probability_N", "share of the paths on which N banks breach", of: "banks_breaching"),
      statistic("probability_at_least_N", "share of the paths on which N banks or more breach", of: "banks_breaching"),
      statistic("probability_any", "share of the paths on which one or more default", of: "defaults"),
      statistic("paths", "drawn in the tail", of: "tail_sampling"),
      statistic("shift", "how far into the tail", of: "tail_sampling"),
      statistic("candidates", "paths that the linear challenger ranked", of: "tail_sampling"),
      statistic(
        "effective_paths", "equal weights that those beyond the 99.9 % quantile are worth", of: "tail_sampling"),
      statistic("worth_TEXT", "plain paths that one in the tail is worth for that statistic", of: "tail_sampling"),
      statistic("estimate", "the figure, with a 95 % interval", of: "stop_when"),
      statistic("half_width_asked", "widest half of the interval, as a share of the estimate", of: "stop_when"),
      statistic("half_width_reached", "half of the interval, as a share of the estimate", of: "stop_when"),
      statistic("confidence", "of the interval", of: "stop_when"),
      statistic("paths", "after which the run stopped", of: "stop_when"),
      statistic("most_paths", "that the scenario allows", of: "stop_when"),
      statistic("reached", "1 where the figure is as precise as asked, else 0", of: "stop_when"),
      statistic("all", "all sources together", of: "uncertainty"),
      statistic("macro", "the economy's path", of: "uncertainty"),
      statistic("parameters", "the ensemble's members", of: "uncertainty"),
      statistic("model", "drawn residuals and bank effects", of: "uncertainty"),
    ]
    + ["plausibility_reconstruction_error", "plausibility_mahalanobis_distance"].flatMap { item in
      [
        statistic("central", "of the central path, standard deviations", of: item),
        statistic("history_rank", "share of the windows of history that are less unusual, fraction", of: item),
        statistic("history_highest", "of the most unusual window of history, standard deviations", of: item),
        statistic("beyond_history", "1 where no window of history is as unusual, else 0", of: item),
        statistic("futures_rank", "share of the simulated futures that are less unusual, fraction", of: item),
        statistic("futures_beyond_history", "share of the simulated futures beyond all history, fraction", of: item),
        statistic("futures_pN", "N-th percentile over the simulated futures, standard deviations", of: item),
        statistic("crisis_N", "of the crisis of that year, standard deviations", of: item),
        statistic("crisis_N_rank", "share of the windows of history less unusual than that crisis, fraction", of: item),
      ]
    }

  static let variants: [Entry] =
    [
      variant("inside_share=N%", "share of interbank claims that stays inside the network", of: "*"),
      variant("opening allowance −N %", "with a lower opening allowance", of: "minimum_cet1_ratio"),
      variant("opening allowance +N %", "with a higher opening allowance", of: "minimum_cet1_ratio"),
      variant("beyond the fitting sample", "the input lies outside all that was fitted on", of: "model_input_distance"),
      variant("loan_loss", "of the system's loan losses", of: "variance_reduction"),
      variant("minimum_cet1_ratio", "of the system's lowest CET1 ratio", of: "variance_reduction"),
      variant("TEXT", "measure and metric of the figure", of: "stop_when"),
      variant("scenario", "the central path", of: "plausibility_map"),
      variant("N", "the crisis of that year", of: "plausibility_map"),
      variant("future N", "a simulated future", of: "plausibility_map"),
      variant("TEXT", "a factor, of a correlation", of: "plausibility_map"),
    ]
    + ["early_warning", "early_warning_driver"].flatMap { item in
      [
        variant("cnn", "by the convolutional network", of: item),
        variant("logistic", "by the logistic regression", of: item),
      ]
    }
    + ["plausibility", "plausibility_reconstruction_error", "plausibility_mahalanobis_distance"].flatMap { item in
      [
        variant("pca", "by principal components", of: item), variant("autoencoder", "by the autoencoder", of: item),
      ]
    }

  private static func statistic(_ name: String, _ meaning: String, of item: String = "*") -> Entry {
    Entry(kind: .statistic, place: item, name: name, unit: "", meaning: meaning)
  }

  private static func variant(_ name: String, _ meaning: String, of item: String) -> Entry {
    Entry(kind: .variant, place: item, name: name, unit: "", meaning: meaning)
  }
}
