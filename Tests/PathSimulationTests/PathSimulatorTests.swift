import Foundation
import MacroScenarios
import PathSimulation
import Stochastics
import TestSupport
import Testing

@Suite struct PathSimulatorTests {
  static func simulator(seed: UInt64 = 7, scale: Double = 1) throws -> PathSimulator {
    try PathSimulator(model: Shared.downweighted.get(), central: Shared.flatCentral(), seed: seed, scale: scale)
  }

  /// Blocks of any size, and one large workspace after another: the same bits.
  @Test(arguments: [1, 5, 63, 64, 65, 200, 512]) func blocksDoNotChangeAPath(size: Int) throws {
    let simulator = try Self.simulator()
    let count = 700
    let pathLength = 13 * 16
    let whole = Shared.paths(simulator, first: 1_000, count: count)
    var pieces: [Double] = []
    var workspace = simulator.makeWorkspace()
    var first = 0
    while first < count {
      let width = min(size, count - first)
      var block = [Double](repeating: 0, count: size * pathLength)
      var span = block.mutableSpan
      simulator.simulate(firstPath: 1_000 + first, count: width, into: &span, workspace: &workspace)
      pieces += block[..<(width * pathLength)]
      first += width
    }
    #expect(pieces == whole)
  }

  @Test func threadsDoNotChangeAPath() async throws {
    let simulator = try Self.simulator()
    let whole = Shared.paths(simulator, count: 1_024)
    let parts = await withTaskGroup(of: (Int, [Double]).self) { group in
      for part in 0..<8 { group.addTask { (part, Shared.paths(simulator, first: 128 * part, count: 128)) } }
      var parts = [[Double]](repeating: [], count: 8)
      for await (part, paths) in group { parts[part] = paths }
      return parts
    }
    #expect(parts.flatMap { $0 } == whole)
  }

  @Test func scaleZeroIsTheCentralPathToTheBit() throws {
    let central = try Self.awkwardCentral()
    let simulator = try PathSimulator(model: Shared.downweighted.get(), central: central, seed: 1, scale: 0)
    let paths = Shared.paths(simulator, count: 70)
    #expect(paths == (0..<70).flatMap { _ in central })
  }

  /// A severe path: short rate at 0.1 % and once at 0.0 %, wide spreads.
  static func awkwardCentral() throws -> [Double] {
    var central = try Shared.flatCentral()
    for t in 0..<13 {
      central[16 * t + Shared.index("treasury_3m")] = t == 4 ? 0 : 0.001
      central[16 * t + Shared.index("treasury_5y")] = 0.013
      central[16 * t + Shared.index("treasury_10y")] = 0.024
      central[16 * t + Shared.index("bbb_yield")] = 0.081
      central[16 * t + Shared.index("unemployment_rate")] = 0.1
    }
    return central
  }

  @Test func boundsAreKeptByTheScales() throws {
    let simulator = try PathSimulator(
      model: Shared.kept.get(), central: Self.awkwardCentral(), seed: 3, scale: 2)
    let paths = Shared.paths(simulator, count: 4_096)
    for t in 0..<13 {
      func column(_ id: String) -> [Double] { Shared.values(paths, id, quarter: t) }
      #expect(column("unemployment_rate").allSatisfy { $0 > 0 && $0 < 1 })
      for id in ["treasury_3m", "treasury_5y", "treasury_10y", "vix", "house_price_index"] {
        #expect(column(id).allSatisfy { $0 > 0 && $0.isFinite }, "\(id) in quarter \(t + 1)")
      }
      for (rider, base) in [
        ("bbb_yield", "treasury_10y"), ("mortgage_rate", "treasury_10y"), ("prime_rate", "treasury_3m"),
      ] {
        #expect(zip(column(rider), column(base)).allSatisfy { $0 > $1 }, "\(rider) in quarter \(t + 1)")
      }
    }
    #expect(simulator.notes.count == 1)
  }

  /// Exactly the median in the first quarter; later and for riders closely. 16,384 paths give a median to 1.25 sd / 128,
  /// times 3.3; a rider's median may lie a further tenth of a deviation off.
  @Test func theCentralPathIsTheMedian() throws {
    let central = try Shared.flatCentral()
    let paths = Shared.paths(try Self.simulator(), count: 16_384)
    for (k, factor) in Shared.factors.enumerated() {
      for quarter in [0, 8] {
        let values = Shared.values(paths, factor.id, quarter: quarter)
        expectClose(
          median(values), central[k], absolute: (0.033 + 0.1) * standardDeviation(values),
          "median of \(factor.id) in quarter \(quarter + 1)")
      }
    }
  }

  @Test func innovationsHaveTheResidualsSpread() throws {
    let model = try Shared.downweighted.get()
    let paths = Shared.paths(try Self.simulator(), count: 65_536)
    func expected(_ id: String) -> Double { model.diagnostics.factors[Shared.index(id)].residualDeviation }
    // Standard errors of a deviation with kurtosis up to 30 or so: √(30 / 4n) = 1 %, times 3.
    let growth = Shared.values(paths, "real_gdp_growth", quarter: 0)
    expectClose(standardDeviation(growth), expected("real_gdp_growth"), relative: 0.03, "growth")
    let vix = Shared.values(paths, "vix", quarter: 0).map(log)
    expectClose(standardDeviation(vix), expected("vix"), relative: 0.03, "ln VIX")
    let odds = Shared.values(paths, "unemployment_rate", quarter: 0).map { log($0 / (1 - $0)) }
    expectClose(standardDeviation(odds), expected("unemployment_rate"), relative: 0.03, "logit of unemployment")
    let prices = Shared.values(paths, "dow_jones_total_stock_market", quarter: 0).map(log)
    expectClose(standardDeviation(prices), expected("dow_jones_total_stock_market"), relative: 0.03, "ln equity")
  }

  @Test func recessionsHangTogether() throws {
    let paths = Shared.paths(try Self.simulator(), count: 8_192)
    func column(_ id: String) -> [Double] { Shared.values(paths, id, quarter: 8) }
    func correlation(_ a: [Double], _ b: [Double]) -> Double {
      let ma = a.reduce(0, +) / Double(a.count)
      let mb = b.reduce(0, +) / Double(b.count)
      let sum = zip(a, b).reduce(0) { $0 + ($1.0 - ma) * ($1.1 - mb) }
      return sum / (Double(a.count - 1) * standardDeviation(a) * standardDeviation(b))
    }
    #expect(correlation(column("unemployment_rate"), column("treasury_3m")) < -0.3)
    #expect(correlation(column("unemployment_rate"), column("house_price_index")) < -0.1)
    // The level of the VIX has a tail so heavy that a handful of paths would decide.
    #expect(correlation(column("vix").map(log), column("dow_jones_total_stock_market")) < -0.1)
    #expect(correlation(column("treasury_10y"), column("mortgage_rate")) > 0.9)
  }

  @Test func seedsGiveOtherFutures() throws {
    let one = Shared.paths(try Self.simulator(seed: 1), count: 2)
    let two = Shared.paths(try Self.simulator(seed: 2), count: 2)
    #expect(zip(one, two).allSatisfy { $0 != $1 })
  }

  @Test func aCentralPathThatItsScaleCannotHoldIsNamed() throws {
    var central = try Shared.flatCentral()
    central[16 * 2 + Shared.index("bbb_yield")] = 0.03
    central[16 * 5 + Shared.index("unemployment_rate")] = 0
    let error = #expect(throws: InvalidInput.self) {
      try PathSimulator(model: Shared.downweighted.get(), central: central, seed: 1)
    }
    #expect(
      error?.diagnostics.map(\.message) == [
        "'bbb_yield' is 0.03 in projected quarter 3, expected above treasury_10y",
        "'unemployment_rate' is 0.0 in projected quarter 6, expected between 0 and 100 %",
      ])
    #expect(throws: InvalidInput.self) { try Self.simulator(scale: -1) }
    #expect(throws: InvalidInput.self) { try Self.simulator(scale: .nan) }
  }
}
