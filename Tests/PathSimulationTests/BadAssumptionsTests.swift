import MacroScenarios
import PathSimulation
import TestSupport
import Testing

@Suite struct BadAssumptionsTests {
  /// Each pair of the first three factors wants what the third forbids.
  static var indefinite: [[Double]] {
    var rows = (0..<16).map { i in (0..<16).map { $0 == i ? 1.0 : 0 } }
    for (i, j, value) in [(0, 1, 0.9), (1, 2, 0.9), (0, 2, -0.9)] {
      rows[i][j] = value
      rows[j][i] = value
    }
    return rows
  }

  static func messages(_ change: (inout ShockAssumptions) -> Void) -> [String] {
    do {
      _ = try Shared.model(change)
      return []
    } catch let error as InvalidInput {
      return error.diagnostics.map(\.message)
    } catch {
      return ["\(error)"]
    }
  }

  @Test func anAuthorsIndefiniteTableIsRefused() throws {
    let messages = Self.messages { $0.correlation = .table(Self.indefinite, repair: .refuse) }
    #expect(messages.count == 1)
    #expect(messages[0].hasPrefix("the given correlation: no correlation matrix: its smallest eigenvalue is -0.8"))
  }

  @Test func itIsRepairedWhenTheFileSaysSo() throws {
    let model = try Shared.model { $0.correlation = .table(Self.indefinite, repair: .higham) }
    #expect(model.diagnostics.notes.contains { $0.contains("Higham 2002") })
    #expect(try #require(model.diagnostics.correlationRepair) > 0.1)
  }

  @Test func aTableOfAnotherShapeIsRefusedEvenWithRepair() {
    let messages = Self.messages { $0.correlation = .table([[1]], repair: .higham) }
    #expect(messages == ["the given correlation: the matrix has 1 numbers, expected 256"])
  }

  @Test func anEstimatedCorrelationNeedsNoRepairHere() throws {
    let diagnostics = try Shared.downweighted.get().diagnostics
    #expect(diagnostics.correlationRepair == nil)
    #expect(try #require(diagnostics.shrinkageIntensity) > 0)
  }

  @Test func missingQuartersAreNamed() {
    let messages = Self.messages { $0.calibrateFrom = Quarter(year: 1989, number: 1) }
    #expect(messages == ["'vix' is missing in 1989Q1, and calibration needs it from 1989Q1 to 2025Q4"])
  }

  @Test func aShortOrFutureWindowIsRefused() {
    #expect(
      Self.messages { $0.calibrateFrom = Quarter(year: 2020, number: 1) }
        == ["calibration 2020Q1 to 2025Q4 is 24 quarters long, expected 40 or more"])
    #expect(
      Self.messages { $0.calibrateTo = Quarter(year: 2026, number: 4) }.first
        == "calibration ends in 2026Q4, but history ends in 2025Q4")
  }

  @Test func parametersOutsideTheirDomainAreNamed() {
    #expect(
      Self.messages { $0.defaultMargin = .studentT(degreesOfFreedom: 1.5) }
        == ["uncertainty: student-t: degrees of freedom is 1.5, expected more than 2"])
    #expect(
      Self.messages { $0.copula = .studentT(.fixed(-3)) }
        == ["uncertainty: student-t: degrees of freedom is -3.0, expected a positive number"])
  }

  /// Nothing after the end of calibration moves an estimate.
  @Test func theFutureIsNotSeen() throws {
    let to = Quarter(year: 2019, number: 4)
    let whole = try Shared.model { $0.calibrateTo = to }
    let assumptions = whole.assumptions
    let cut = try ShockModel(
      history: Shared.history.get().cut(after: to), factors: Shared.factors, assumptions: assumptions)
    #expect(whole.diagnostics == cut.diagnostics)
  }
}
