import Foundation
import MacroScenarios
import NeuralNetworks
import Stochastics
import Testing

@testable import SatelliteModels

@Suite struct LossRateProjectorTests {
  private func projection(
    _ model: LossRateModel, residuals: Bool, horizon: Int = 13, seed: UInt64 = 1
  ) throws -> LossRateProjection {
    try LossRateProjection(
      model, history: Fixture.history(), factors: RiskFactor.catalogue, horizon: horizon, seed: seed,
      drawsResiduals: residuals)
  }

  private func project(_ projection: LossRateProjection, _ paths: [Double], firstPath: Int = 0) -> [Double] {
    let count = paths.count / (projection.horizon * projection.factorCount)
    var rates = [Double](repeating: .nan, count: count * projection.horizon * LoanSeries.count)
    var span = rates.mutableSpan
    projection.makeProjector().project(factors: paths.span, firstPath: firstPath, count: count, into: &span)
    return rates
  }

  /// One path at a time, one network call over the whole 8 + 13 quarters, the linear model of the training code.
  private func twin(_ model: LossRateModel, _ paths: [Double], path: Int) throws -> [Double] {
    let history = try Fixture.history()
    let lines = try String(contentsOfFile: Fixture.path("data/us-macro-history.csv"), encoding: .utf8)
      .split(separator: "\n").filter { !$0.hasPrefix("2026") }
    // The path is appended to the table as if it had happened.
    let factors = RiskFactor.catalogue
    let future = (0..<13).map { quarter -> String in
      let row = factors.indices.map { k -> String in
        let value = paths[(path * 13 + quarter) * factors.count + k]
        return "\(factors[k].unit == .percent ? value * 100 : value)"
      }
      return "\(model.jumpOff.advanced(by: quarter + 1)),\(row.joined(separator: ","))"
    }
    let table = try Fixture.table((lines.map(String.init) + future).joined(separator: "\n") + "\n")
    #expect(table.quarterCount == history.quarterCount + 13)
    let raw = LossRateSample.features(of: table, from: model.jumpOff.advanced(by: -7), count: 21)
    let features = raw.map(model.normalisation.standardise)
    let prefix = Array(features.prefix(8))
    let rest = Array(features.suffix(13))
    let network = model.members[model.memberOfPath(path)].project(prefix: prefix, future: rest)
    let linear = model.linear.project(rest, from: model.ratesAtJumpOff.suffix(5).map(RateScale.transform))
    return (0..<13).flatMap { quarter in
      (0..<5).map { k -> Double in
        let share = model.choice.networkShares[k]
        return RateScale.rate((1 - share) * linear[quarter][k] + share * network[quarter][k])
      }
    }
  }

  @Test func theProjectorIsTheMemberwiseForward() throws {
    let model = try Fixture.model()
    let paths = try Fixture.paths(512)
    let rates = project(try projection(model, residuals: false), paths)
    for path in [0, 1, 63, 64, 200, 447, 448, 511] {
      let expected = try twin(model, paths, path: path)
      for (cell, value) in expected.enumerated() {
        // Float in the network: 1e-6 on a transformed rate of about 0.3.
        #expect(abs(rates[path * 65 + cell] - value) < 1e-6, "path \(path), cell \(cell)")
      }
    }
  }

  @Test func membersTakeTurnsBySixtyFour() throws {
    let model = try Fixture.model()
    #expect((0..<512).map { model.memberOfPath($0) } == (0..<512).map { $0 / 64 })
    #expect(model.memberOfPath(512 + 130) == 2)
    let two = try Fixture.model(memberCount: 2)
    #expect(two.memberOfPath(64) == 1 && two.memberOfPath(128) == 0)
  }

  @Test(arguments: [false, true])
  func aPathDependsOnItsNumberAlone(residuals: Bool) throws {
    let shared = try projection(Fixture.model(), residuals: residuals)
    let paths = try Fixture.paths(1024)
    let stride = 13 * 16
    let whole = project(shared, paths)
    #expect(whole.allSatisfy { $0.isFinite })
    // Blocks of 512, of 64, and a last one that is not full: the same bits.
    for range in [512..<1024, 192..<256, 960..<973] {
      let part = Array(paths[(range.lowerBound * stride)..<(range.upperBound * stride)])
      let expected = Array(whole[(range.lowerBound * 65)..<(range.upperBound * 65)])
      let found = project(shared, part, firstPath: range.lowerBound)
      #expect(found == expected, "paths \(range)")
    }
    // One projector used again after other work.
    let projector = shared.makeProjector()
    for _ in 0..<2 {
      var rates = [Double](repeating: 0, count: 1024 * 65)
      var span = rates.mutableSpan
      projector.project(factors: paths.span, firstPath: 0, count: 1024, into: &span)
      #expect(rates == whole)
    }
  }

  @Test func pathsOfOneMemberMayChangePlaces() throws {
    let shared = try projection(Fixture.model(), residuals: false)
    let paths = try Fixture.paths(64)
    func reversed(_ values: [Double], width: Int) -> [Double] {
      (0..<64).reversed().flatMap { path in Array(values[(path * width)..<(path * width + width)]) }
    }
    let rates = project(shared, paths)
    let rearranged = project(shared, reversed(paths, width: 13 * 16))
    #expect(rearranged == reversed(rates, width: 65))
  }

  @Test func theCentralPathAloneGivesOneAnswerPerMember() throws {
    let path = try Fixture.paths(1)
    let block = [Double]((0..<512).flatMap { _ in path })
    let rates = project(try projection(Fixture.model(), residuals: false), block)
    func ofPath(_ number: Int) -> [Double] { Array(rates[(number * 65)..<(number * 65 + 65)]) }
    for member in 0..<8 {
      let first = ofPath(member * 64)
      for row in 1..<64 { #expect(ofPath(member * 64 + row) == first) }
    }
    #expect(ofPath(0) != ofPath(64))
  }

  /// A loan type whose share is 0 is the linear model's alone, one whose share is 1 the networks'.
  @Test func everyLoanTypeHasItsOwnShare() throws {
    let paths = try Fixture.paths(64)
    func rates(_ shares: [Double]) throws -> [Double] {
      project(try projection(Fixture.model(networkShares: shares), residuals: false), paths)
    }
    let linear = try rates([0, 0, 0, 0, 0])
    let network = try rates([1, 1, 1, 1, 1])
    let mixed = try rates([1, 0, 0, 1, 0])
    for cell in mixed.indices {
      let isNetwork = [0, 3].contains(cell % LoanSeries.count)
      #expect(mixed[cell] == (isNetwork ? network[cell] : linear[cell]))
      #expect(linear[cell] != network[cell])
    }
  }

  @Test func residualsAreTheDrawnErrorsOnTheTransformedScale() throws {
    let model = try Fixture.model()
    let paths = try Fixture.paths(64)
    let without = project(try projection(model, residuals: false), paths)
    let with = project(try projection(model, residuals: true, seed: 9), paths)
    var normals = [Double](repeating: 0, count: 6 * 64)
    var errors = [Double](repeating: 0, count: 65 * 64)
    var normalSpan = normals.mutableSpan
    var errorSpan = errors.mutableSpan
    model.residuals.draw(
      NormalField(seed: 9, stream: .lossRateResiduals), TilePaths(from: 0), quarterCount: 13, normals: &normalSpan,
      into: &errorSpan)
    for path in 0..<64 {
      for cell in 0..<65 {
        let expected = RateScale.rate(RateScale.transform(without[path * 65 + cell]) + errors[cell * 64 + path])
        #expect(abs(with[path * 65 + cell] - expected) < 1e-14)
      }
    }
  }

  @Test func aModelOfAnotherJumpOffIsRefused() throws {
    let cut = try Fixture.history().cut(after: Quarter(year: 2025, number: 2))
    let error = #expect(throws: InvalidInput.self) {
      try LossRateProjection(
        Fixture.model(), history: cut, factors: RiskFactor.catalogue, horizon: 13, seed: 1)
    }
    #expect(error?.diagnostics.first?.message.contains("2025Q2") == true)
  }

  @Test func distancesNameTheFarthestQuarter() throws {
    let shared = try projection(Fixture.model(), residuals: false)
    var path = try Fixture.paths(1)
    let vix = try #require(RiskFactor.catalogue.firstIndex { $0.id == "vix" })
    for quarter in 0..<13 { path[quarter * 16 + vix] = quarter == 4 ? 150 : 20 }
    let distance = try #require(shared.inputDistances(of: path).first { $0.feature == "vix" })
    let normalisation = shared.model.normalisation
    let expected = (150 - normalisation.means[17]) / normalisation.standardDeviations[17]
    #expect(distance.quarter == 5)
    #expect(abs(distance.standardDeviations - expected) < 1e-12)
    #expect(distance.isBeyondSample)
  }
}
