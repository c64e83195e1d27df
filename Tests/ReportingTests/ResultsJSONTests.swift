import Foundation
import MacroScenarios
import Reporting
import StressTesting
import Testing

@Suite struct ResultsJSONTests {
  static func text(_ result: StressTestResult = SyntheticResult.small) throws -> String {
    try ResultsJSON.encode(result)
  }

  static func decode(_ text: String) throws -> StressTestResult { try ResultsJSON.decode(Array(text.utf8)) }

  /// Code of the first thing that is wrong; `nil` when the text is accepted.
  static func code(_ text: String) throws -> String? {
    do {
      _ = try decode(text)
      return nil
    } catch let error as InvalidInput {
      #expect(error.kind == .invalid)
      return error.diagnostics.first?.code
    }
  }

  @Test func readsBackToTheSameValueAndTheSameBytes() throws {
    for result in [SyntheticResult.small, SyntheticResult.full] {
      let text = try Self.text(result)
      let again = try Self.decode(text)
      #expect(again == result)
      #expect(try Self.text(again) == text)
    }
  }

  /// Figures at the borders of what a Double and the format can hold.
  @Test(arguments: [
    0.1 + 0.2, 1e-300, Double.leastNonzeroMagnitude, 123_456_789.123_456_78, 1e16, 9_007_199_254_740_992, -2.5e-7,
    1.0 / 3, -0.0, 1e18,
  ])
  func figureKeepsItsBits(_ value: Double) throws {
    var result = SyntheticResult.small
    result.rows[0].value = value
    let read = try Self.decode(try Self.text(result)).rows[0].value
    #expect(read?.bitPattern == value.bitPattern, "calculated \(read ?? .nan), expected \(value)")
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity])
  func notANumberIsNotWritten(_ value: Double) throws {
    var result = SyntheticResult.small
    result.rows[3].standardError = value
    let error = #expect(throws: InvalidInput.self) { _ = try ResultsJSON.encode(result) }
    #expect(error?.diagnostics.first?.code == "J001")
    #expect(error?.diagnostics.first?.message.contains("'rows[3].standard_error'") == true)
  }

  @Test func keysAreSortedAndOneRowIsOneLine() throws {
    let lines = try Self.text().split(separator: "\n")
    let row = try #require(lines.first { $0.contains("\"statistic\":\"var_99\"") && $0.contains("\"entity\"") })
    let keys = ["entity", "item", "lower", "model_error", "parameter_error", "standard_error", "statistic", "unit"]
    let places = try keys.map { key in try #require(row.range(of: "\"\(key)\":")).lowerBound }
    #expect(places == places.sorted())
    #expect(row.hasPrefix("  {") && (row.hasSuffix("},") || row.hasSuffix("}")))
  }

  /// Edits of a good file, and the code each is refused with.
  @Test(arguments: [
    ("{", "", "J002"), ("\"schema\":\"kentledge-results/1\"", "\"schema\":\"kentledge-results/9\"", "J003"),
    ("\"seed\":18446744073709551615", "\"seed\":18446744073709551616", "J002"),
    ("\"seed\":18446744073709551615", "\"seed\":-1", "J002"),
    ("\"seed\":18446744073709551615", "\"seed\":18446744073709551615,\"seed\":1", "J005"),
    ("\"paths\":1000,", "\"paths\":1000,\"patsh\":2,", "J005"), ("\"paths\":1000,", "\"paths\":0,", "J004"),
    ("\"paths\":1000,", "\"paths\":\"1000\",", "J002"), ("\"paths\":1000,", "", "J002"),
    ("\"jump_off\":\"2025Q4\"", "\"jump_off\":\"2025Q5\"", "J004"),
    ("\"capital_horizon\":9", "\"capital_horizon\":900000000", "J004"),
    ("\"run_identity\":\"3f", "\"run_identity\":\"../", "J004"),
    ("\"entity\":\"system\",\"item\":\"assets\"", "\"entity\":\"nobody\",\"item\":\"assets\"", "J004"),
    ("\"value\":24100000", "\"value\":1e400", "J002"), ("\"value\":24100000", "\"value\":1e300", "J004"),
    ("\"value\":24100000", "\"value\":NaN", "J002"), ("\"value\":24100000", "\"value\":2.41e7", "J005"),
    ("\"width\":10000", "\"width\":-1", "J004"), ("\"width\":10000", "\"width\":0", "J004"),
    ("\"kind\":\"system\"", "\"kind\":\"planet\"", "J002"), ("\"passed\":true", "\"passed\":1", "J002"),
    ("\"checks\":[", "\"checks\":[[", "J002"), ("\"id\":\"rssd-1000002\"", "\"id\":\"rssd-1000001\"", "J004"),
  ])
  func damagedFileIsRefused(found: String, replacement: String, expected: String) throws {
    let good = try Self.text()
    let place = try #require(good.range(of: found), "the fixture holds no \(found)")
    let code = try Self.code(good.replacingCharacters(in: place, with: replacement))
    #expect(code == expected, "calculated \(code ?? "accepted"), expected \(expected)")
  }

  @Test func messageSaysWhereAndWhat() throws {
    let text = try Self.text().replacingOccurrences(of: "\"value\":24100000", with: "\"value\":\"much\"")
    let error = #expect(throws: InvalidInput.self) { _ = try Self.decode(text) }
    let message = try #require(error?.diagnostics.first?.message)
    #expect(message.hasPrefix("'rows[") && message.hasSuffix("].value' is not a number that fits"), "\(message)")
  }

  @Test func fileThatIsNoSuchFileIsRefused() throws {
    let deep = String(repeating: "[", count: 100_000)
    for text in ["", "null", "[]", "{}", "\u{FEFF}{}", deep, deep + String(repeating: "]", count: 100_000), "\0"] {
      #expect(try Self.code(text) == "J002")
    }
    #expect(throws: InvalidInput.self) { _ = try ResultsJSON.decode([0xFF, 0xFE, 0x7B]) }
    #expect(try Self.code(try Self.text() + "x") != nil)
  }

  /// A file cut anywhere, or with a byte changed anywhere, is refused or still a result that can be rendered.
  @Test func noDamageCrashes() throws {
    let good = Array(try Self.text().utf8)
    for end in stride(from: 0, to: good.count - 1, by: good.count / 60) {
      #expect(throws: InvalidInput.self) { _ = try ResultsJSON.decode(Array(good[..<end])) }
    }
    var position = 17
    for step in 0..<400 {
      position = (position * 31 + 7919 * step) % good.count
      var bad = good
      bad[position] = UInt8(truncatingIfNeeded: Int(bad[position]) ^ (1 << (step % 8)))
      if let result = try? ResultsJSON.decode(bad) { #expect(!HTMLReport.render(result).isEmpty) }
    }
  }
}
