extension Schema {
  private static let run = Table.Column.text("run", "identity of the run")
  private static let model = Table.Column.integer("model", "place of the model in the run, from 0")
  private static let ofModel = Table.Reference(["run", "model"], in: "models")

  /// The fitted models that a run used, their tests, and what their answers in this run are made up of.
  static let models: [Table] = [fits, scores, explanations, attributions]

  static let fits = Table(
    name: "models", meaning: "the fitted models that the run used",
    columns: [
      run, model, .text("file", "weights, relative to the scenario"), .text("sha256", "of the weights"),
      .text("name", "of the model"), .text("purpose", "what it is for"), .text("architecture", "what it is"),
      .text("fitted_on", "first and last quarter of the fit"), .integer("sample_size", "observations of the fit"),
      .text("default_model", "which of the tested models is used, and why"),
      .text("challenger", "the simple model it is held against", optional: true),
      .text("version", "of the model", optional: true), .text("owner", "who answers for it", optional: true),
      .text("card", "the whole model card as JSON"),
    ], key: ["run", "model"], references: [.init(["run"], in: "runs")])

  static let scores = Table(
    name: "model_scores", meaning: "out-of-sample figures of the models and of their challengers",
    columns: [
      run, model, .integer("position", "place in the card, from 0"), .text("subject", "which slice of the test"),
      .text("kind", "which model, such as lstm, linear or random_walk"), .text("metric", "such as rmse"),
      .text("unit", "of the figures"), .real("value", "the figure"),
      .real("lower", "lower end of the 90 % interval", optional: true),
      .real("upper", "upper end of the 90 % interval", optional: true), .text("test_window", "which test quarters"),
    ], key: ["run", "model", "position"], references: [ofModel])

  static let explanations = Table(
    name: "explanations", meaning: "answers of a model on the central path, beside those on a baseline",
    columns: [
      run, model, .integer("explanation", "place in the model, from 0"), .text("subject", "what is explained"),
      .text("title", "the same in words"), .text("unit", "of the answers"), .text("baseline", "what is compared with"),
      .real("baseline_value", "the answer on the baseline"), .real("value", "the answer on the central path"),
      .real("completeness_gap", "sum of attributions less the difference of the answers"),
      .integer("points", "how often the gradient was taken"),
    ], key: ["run", "model", "explanation"], references: [ofModel])

  static let attributions = Table(
    name: "attributions", meaning: "what each driver adds to an answer (integrated gradients)",
    columns: [
      run, model, .integer("explanation", "place in the model, from 0"),
      .integer("position", "place in the table, from 0"),
      .text("driver", "id of the driver"), .text("name", "of the driver"), .text("step", "mostly a quarter"),
      .real("value", "what it adds, in the unit of the explanation"),
    ], key: ["run", "model", "explanation", "position"],
    references: [.init(["run", "model", "explanation"], in: "explanations")])
}
