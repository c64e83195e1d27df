import NeuralNetworks
import Testing

@Suite struct ModelCardTests {
  static func card() -> ModelCard {
    ModelCard(
      name: "toy", purpose: "tests", architecture: "3 → dense 1", data: ["made up"], window: "2000Q1–2001Q4",
      sampleSize: 8, defaultModel: "toy: it is the only one",
      scores: [
        .init(
          subject: "all", model: "toy", metric: "rmse", unit: "ratio", value: 0.8, lower: 0.7, upper: 0.9, window: "all"
        ),
        .init(subject: "all", model: "linear", metric: "rmse", unit: "ratio", value: 0.9, window: "all"),
      ],
      limits: ["made up"], owner: "the tests", version: "1", challenger: "linear", monitoring: "by hand",
      training: .init(settings: "none", seeds: [1], firstLosses: [1, 0.5], command: "none"),
      headline: .init(subject: "all", metric: "rmse", window: "all", model: "toy", challenger: "linear", title: "RMSE"),
      importance: [
        .init(driver: "a", title: "A", model: "toy", metric: "rise", unit: "ratio", value: 0.1, lower: 0, upper: 0.2)
      ],
      dependence: [
        .init(
          driver: "a", title: "A", unit: "fraction", grid: [0, 1], sampleMinimum: 0, sampleMaximum: 1,
          curves: [.init(subject: "all", model: "toy", unit: "fraction", values: [1, 2])])
      ])
  }

  @Test func aCompleteCardLacksNothing() {
    #expect(Self.card().gaps.isEmpty)
    let bare = ModelCard(
      name: "a", purpose: "b", architecture: "c", data: [], window: "d", sampleSize: 0, defaultModel: "", scores: [],
      limits: [])
    #expect(
      bare.gaps == [
        "owner", "version", "challenger", "monitoring", "training", "headline", "importance", "data", "scores",
        "limits",
        "an interval of any score",
      ])
  }

  @Test func headlineScoresAreTheNamedOnes() {
    var card = Self.card()
    #expect(card.headlineScores?.used.value == 0.8 && card.headlineScores?.challenger.value == 0.9)
    card.headline?.metric = "auc"
    #expect(card.headlineScores == nil && card.gaps == ["headline"])
  }

  @Test func firstLossesAreComparedByTheirLargestDifference() {
    let training = ModelCard.Training(settings: "", seeds: [], firstLosses: [1, 0.5], command: "")
    #expect(training.difference(from: [1, 0.5, 0.2]) == 0)
    #expect(abs(training.difference(from: [1.001, 0.5]) - 0.001) < 1e-12)
    #expect(training.difference(from: [1]) == .infinity && training.difference(from: [1, .nan]) == .infinity)
    let none = ModelCard.Training(settings: "", seeds: [], firstLosses: [], command: "")
    #expect(none.difference(from: []) == .infinity, "nothing recorded proves nothing")
  }

  @Test func aCardIsReadAsItWasWritten() throws {
    var file = WeightFile()
    try file.attach(Self.card())
    #expect(try WeightFile(file.encoded(), source: "toy").card() == Self.card())
  }

  @Test func aCardThatContradictsItselfIsRefused() throws {
    let spoil: [(inout ModelCard) -> Void] = [
      { $0.name = "" }, { $0.sampleSize = -1 }, { $0.scores[0].lower = 2 }, { $0.dependence?[0].grid = [0] },
    ]
    for change in spoil {
      var card = Self.card()
      change(&card)
      var file = WeightFile()
      try file.attach(card)
      #expect(throws: WeightFileError.self) { try file.card() }
    }
  }

  @Test func aFieldThatIsUnknownOrTwiceThereIsRefused() throws {
    var file = WeightFile()
    try file.attach(Self.card())
    let text = try file.text("card")
    for other in ["{\"zzz\":1," + text.dropFirst(), "{\"name\":\"other\"," + text.dropFirst(), text + " "] {
      file.metadata["card"] = other
      let error = #expect(throws: WeightFileError.self) { try file.card() }
      #expect(error?.found.contains("unknown") == true)
    }
    file.metadata["card"] = nil
    #expect(throws: WeightFileError.self) { try file.card() }
  }
}
