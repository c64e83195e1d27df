import Foundation
import MacroScenarios
import NeuralNetworks
import TestSupport
import Testing

@testable import CreditRisk

@Suite("The account model")
struct AccountModelTests {
  private static let settings = AccountNetwork.Settings(hidden: 3, epochs: 4, batchSize: 64, members: 2)
  private static let other = AccountNetwork.Settings(hidden: 2, epochs: 2, batchSize: 64, members: 2)

  private static func train(_ examples: AccountExamples) throws -> AccountModel {
    try AccountTraining.run(examples.table(), candidates: [settings, other]) { _ in }
  }

  private static let trained = Result { try train(AccountExamples(count: 900)) }

  @Test("the same table, in any order, gives the same bits")
  func determinism() throws {
    let model = try Self.trained.get()
    var shuffled = AccountExamples(count: 900)
    shuffled.rows.reverse()
    let again = try Self.train(shuffled)
    // Lines of what is odd differ with the order of the rows; figures do not.
    #expect(again.members == model.members && again.logistic == model.logistic)
    #expect(again.calibration == model.calibration && again.card.scores == model.card.scores)
    #expect(try Self.train(AccountExamples(count: 900)).weights().encoded() == model.weights().encoded())
  }

  @Test("it learns what the invented accounts hide, and every figure of the card has an interval")
  func learns() throws {
    let card = try Self.trained.get().card
    for metric in ["auc", "gini", "ks", "brier", "calibration_slope", "calibration_intercept"] {
      let scores = card.scores.filter { $0.metric == metric && $0.window == "test accounts" }
      #expect(scores.map(\.model) == ["last_status", "scorecard", "logistic", "lstm", "combination"])
      #expect(scores.allSatisfy { ($0.lower ?? 9) < $0.value && $0.value < ($0.upper ?? -9) }, "\(metric)")
    }
    let areas = card.scores.filter { $0.metric == "auc" && $0.window == "test accounts" }
    // Scorecard and logistic regression find it; the tiny network has too few epochs to.
    #expect(areas[1].value > 0.6 && areas[2].value > 0.6, "\(areas.map(\.value))")
    #expect(areas.allSatisfy { $0.value < 0.98 }, "\(areas.map(\.value))")
    #expect(areas[1].value > areas[0].value, "five characteristics tell more than one")
    #expect(card.scores.filter { $0.metric.hasSuffix("_less_logistic") }.count == 4)
    #expect(card.scores.filter { $0.metric == "default_rate" }.count == 20)
    #expect(card.scores.filter { $0.window == "validation accounts" }.map(\.model) == ["tried", "tried"])
    #expect(card.gaps.isEmpty, "\(card.gaps)")
    #expect(card.sampleSize > 500 && card.sampleSize < 580)
  }

  @Test("the first member is fitted again with its losses told, and what defaults rest on matters most")
  func importance() throws {
    let model = try Self.trained.get()
    let recorded = try #require(model.card.training?.firstLosses)
    #expect(recorded.count == 4 || recorded.count == 2, "an epoch each")
    #expect(try AccountTraining.firstLosses(AccountExamples(count: 900).table(), of: model).count == 15)
    let importance = try #require(model.card.importance)
    #expect(Set(importance.map(\.driver)).count == 5)
    #expect(importance.allSatisfy { ($0.lower ?? 9) <= $0.value && $0.value <= ($0.upper ?? -9) })
    func lost(_ driver: String) -> [Double] { importance.filter { $0.driver == driver }.map(\.value) }
    let behaviour = zip(lost("repayment_status"), lost("payments")).map { max($0, $1) }
    #expect(zip(behaviour, lost("age")).allSatisfy { $0 > $1 }, "\(behaviour) \(lost("age"))")
  }

  @Test("what each feature and month adds to the riskiest accounts' log odds adds up")
  func explanation() throws {
    let model = try Self.trained.get()
    let table = try AccountExamples(count: 400, seed: 8).table()
    let explained = try model.explanation(of: table, parts: 10)
    #expect(explained.relativeGap <= IntegratedGradients.tolerance)
    #expect(explained.rows.count == 13 && explained.columns.first == "2005-04" && explained.columns.last == "2005-09")
    #expect(explained.value > explained.baselineValue)
  }

  @Test("a logistic regression alone is explained exactly: coefficient times distance")
  func linearExplanation() throws {
    let trained = try Self.trained.get()
    let model = AccountModel(
      card: trained.card, networkShare: 0, scale: trained.scale, logistic: trained.logistic, members: trained.members,
      calibration: LogitCalibration(intercept: 0.3, slope: 2), dropout: 0, learnedFrom: 1)
    let table = try AccountExamples(count: 100, seed: 8).table()
    let explained = try model.explanation(of: table, parts: 100)
    let probabilities = model.probabilitiesOfDefault(table)
    let riskiest = probabilities.indices.max { (probabilities[$0], $0) < (probabilities[$1], $1) }!
    expectClose(explained.value, logit(probabilities[riskiest]), absolute: 1e-9)
    let flat = AccountFeatures(table).flat(model.scale)
    let width = AccountFeatures.flatWidth
    let mean = (0..<width).map { place in (0..<100).reduce(0) { $0 + flat[$1 * width + place] } / 100 }
    // Balance to limit in the second month stands in place 10 of the flat features.
    expectClose(
      explained.rows[0].values[1],
      2 * model.logistic.coefficients[10] * (flat[riskiest * width + 10] - mean[10]), absolute: 1e-9)
    expectClose(explained.completenessGap, 0, absolute: 1e-9)
  }

  @Test("an account's probability does not depend on the others, and stays inside 0 to 1")
  func rows() throws {
    let model = try Self.trained.get()
    let table = try AccountExamples(count: 700, seed: 8).table()
    let all = model.probabilitiesOfDefault(table)
    #expect(all.allSatisfy { $0 > 0 && $0 < 1 })
    let some = [3, 256, 255, 699]
    #expect(model.probabilitiesOfDefault(table.accounts(some)) == some.map { all[$0] })
  }

  @Test("of the table that it learned from only the test part is used, of another all")
  func unseen() throws {
    let model = try Self.trained.get()
    let own = try AccountExamples(count: 900).table()
    #expect(model.hasSeen(own) && model.unseen(in: own).ids == AccountSplit(own).test.map { own.ids[$0] })
    let other = try AccountExamples(count: 150, seed: 21).table()
    #expect(!model.hasSeen(other) && model.unseen(in: other) == other)
  }

  @Test("one outcome only, too few of one, and no outcome at all are refused")
  func outcomes() throws {
    func code(_ change: (inout [Int]) -> Void, dropping column: String? = nil) -> String? {
      var examples = AccountExamples(count: 300)
      for index in examples.rows.indices { change(&examples.rows[index]) }
      var text = examples.text
      if column != nil {
        text = text.split(separator: "\n").map { $0.prefix(upTo: $0.lastIndex(of: ",")!) }.joined(separator: "\n")
      }
      do {
        _ = try AccountTraining.run(AccountExamples.table(text), candidates: [Self.settings]) { _ in }
        return nil
      } catch let error as InvalidInput {
        return error.diagnostics.first?.code
      } catch {
        return "\(error)"
      }
    }
    #expect(code { $0[21] = 0 } == "A009")
    #expect(code { $0[21] = 1 } == "A009")
    #expect(code { $0[21] = $0[0] < 40 ? 1 : 0 } == "A009")
    #expect(code({ _ in }, dropping: "default_2005_10") == "A001")
  }

  @Test("a file gives back the model that was written")
  func roundTrip() throws {
    let model = try Self.trained.get()
    let scratch = try ScratchDirectory()
    let path = scratch.path + "/accounts.safetensors"
    try model.write(to: path)
    let again = try AccountModel(contentsOf: path)
    #expect(again.card == model.card && again.learnedFrom == model.learnedFrom)
    let table = try AccountExamples(count: 150, seed: 4).table()
    #expect(again.probabilitiesOfDefault(table) == model.probabilitiesOfDefault(table))
    #expect(try again.weights().encoded() == model.weights().encoded())
  }

  /// What is done to a sound file, and what the refusal must say.
  static let hostile: [(says: String, change: @Sendable (inout WeightFile) -> Void)] = [
    ("metadata 'card'", { $0.metadata["card"] = nil }),
    ("model card that cannot be read", { $0.metadata["card"] = "{}" }),
    ("metadata 'format'", { $0.metadata["format"] = "kentledge-loss-rates/1" }),
    ("metadata 'features'", { $0.metadata["features"] = "age" }),
    ("a hexadecimal number", { $0.metadata["learned_from"] = "everywhere" }),
    ("a rate of 0 up to below 1", { $0.metadata["dropout"] = "2" }),
    ("'0' members", { $0.metadata["members"] = "0" }),
    ("member2.lstm0", { $0.metadata["members"] = "3" }),
    ("'calibration'", { $0 = Self.replacing("calibration", [0, -1], in: $0) }),
    ("'network_share'", { $0 = Self.replacing("network_share", [1.5], in: $0) }),
    ("'logistic.coefficients'", { $0 = Self.replacing("logistic.coefficients", [1, 2], in: $0) }),
    (
      "'features.standard_deviation'",
      { $0 = Self.replacing("features.standard_deviation", [Double](repeating: 0, count: 13), in: $0) }
    ),
  ]

  private static func replacing(_ name: String, _ values: [Double], in file: WeightFile) -> WeightFile {
    var changed = WeightFile(metadata: file.metadata)
    for entry in file.entries {
      if entry.name == name {
        changed.insert(name, shape: [values.count], .float64(values))
      } else {
        changed.insert(entry.name, shape: entry.shape, entry.values)
      }
    }
    return changed
  }

  @Test("a file that was tampered with is refused by name, never trusted", arguments: hostile.indices)
  func hostileFile(_ index: Int) throws {
    var file = try Self.trained.get().weights()
    Self.hostile[index].change(&file)
    let scratch = try ScratchDirectory()
    let path = scratch.path + "/accounts.safetensors"
    try file.write(to: path)
    do {
      _ = try AccountModel(contentsOf: path)
      Issue.record("accepted")
    } catch {
      #expect(error.kind == .invalid && error.diagnostics[0].code == "M002")
      #expect(error.diagnostics[0].message.contains(Self.hostile[index].says), "\(error.diagnostics[0].message)")
    }
  }

  @Test("bytes that end early, are noise, or are not there")
  func damaged() throws {
    let scratch = try ScratchDirectory()
    let path = scratch.path + "/accounts.safetensors"
    let bytes = try Self.trained.get().weights().encoded()
    for damaged in [Array(bytes.prefix(bytes.count / 2)), Array(bytes.dropLast()), [1, 2, 3], []] {
      try Data(damaged).write(to: URL(filePath: path))
      #expect(throws: InvalidInput.self) { try AccountModel(contentsOf: path) }
    }
    do {
      _ = try AccountModel(contentsOf: scratch.path + "/nowhere")
    } catch {
      #expect(error.kind == .missing && error.diagnostics[0].code == "M001")
    }
  }

  @Test("a scorecard's weights are those counted by hand")
  func scorecard() throws {
    var examples = AccountExamples(count: 200)
    for index in examples.rows.indices {
      examples.rows[index][8] = index < 50 ? 2 : 0
      examples.rows[index][21] = index < 30 || index >= 180 ? 1 : 0
    }
    let card = AccountScorecard(try examples.table(), characteristics: [.lastStatus])
    // Of 50 defaults 30 are late, of 150 others 20; six bins with half an account each.
    expectClose(card.weights[0][4], log((30.5 / 53) / (20.5 / 153)), absolute: 1e-14)
    expectClose(card.weights[0][2], log((20.5 / 53) / (130.5 / 153)), absolute: 1e-14)
    #expect(card.scores(try examples.table())[0] == card.weights[0][4])
  }

  @Test("features of one account, by hand")
  func features() throws {
    var examples = AccountExamples(count: 120)
    examples.rows[0].replaceSubrange(
      1..<21,
      with: [100_000, 40, -2, -1, 0, 1, 2, 4, 0, 1_000, 2_000, 4_000, 8_000, 16_000, 0, 500, 0, 8_000, 100, 0])
    let table = try examples.table()
    let values = Array(AccountFeatures(table).values.prefix(6 * AccountFeatures.width))
    func month(_ month: Int) -> [Double] { Array(values[month * 13..<(month + 1) * 13]) }
    let age: [Double] = [log(100_000), 4, 4]
    expectClose(month(0), [0, 0, 0, 1, 0, 0, 0, 0, 1, 0] + age, absolute: 1e-12, "April")
    expectClose(
      month(1), [asinh(0.03), log(1.1), 0, 0, 1, 0, log(501) / 4, 0, 0, 0] + age, absolute: 1e-12, "May")
    expectClose(
      month(3), [asinh(0.12), log(2.6), 1, 0, 0, 1, log(8_001) / 4, 1, 0, 0] + age, absolute: 1e-12, "July")
    expectClose(
      month(4), [asinh(0.24), log(1.02), 2.0.squareRoot(), 0, 0, 1, log(101) / 4, 100 / 4_000, 0, 1] + age,
      absolute: 1e-12, "August")
    expectClose(month(5), [asinh(0.48), 0, 2, 0, 0, 1, 0, 0, 1, 1] + age, absolute: 1e-12, "September")
  }
}
