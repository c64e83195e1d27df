public import Banking
public import MacroScenarios

/// Who owes whom among the banks, as maximum entropy guesses it from what each bank owes and is owed in total.
///
/// Of each bank's intra-financial totals a share φ stays inside the system; the rest is with an outside node, which
/// stands for every other financial firm, never defaults and closes the books: what the banks owe inside must equal
/// what they are owed inside, so with A and L the sums of all banks' intra-financial assets and liabilities,
///
///     inside assets of i      = φ · assets of i · min(1, L / A)
///     inside liabilities of i = φ · liabilities of i · min(1, A / L)
///
/// and the remainders are claims on, and debts to, the outside node. The inside matrix is the one of greatest entropy
/// with these sums and nothing on the diagonal, found by scaling rows and columns in turn (RAS; Upper & Worms 2004).
/// Maximum entropy spreads exposures as evenly as the sums allow: true networks are sparser, and concentrate losses.
public struct InterbankNetwork: Sendable {
  /// φ
  public let insideShare: Double
  /// `liabilities[i][j]`: what bank i owes bank j, millions; banks in the order given.
  public let liabilities: [[Double]]

  public var bankCount: Int { liabilities.count }
  public var insideAssets: [Double] {
    liabilities.indices.map { bank in liabilities.map { $0[bank] }.reduce(0, +) }
  }
  public var insideLiabilities: [Double] { liabilities.map { $0.reduce(0, +) } }

  /// The network of these banks. A bank without either total stands outside: it owes and is owed nothing.
  /// - Parameter file: the table of the banks, for errors.
  /// - Throws: when one bank is so large that no matrix with an empty diagonal has these sums.
  public init(banks: [Bank], insideShare: Double, file: String = "bank table") throws(InvalidInput) {
    let known = banks.map { $0.intraFinancialAssets != nil && $0.intraFinancialLiabilities != nil }
    try self.init(
      assets: zip(banks, known).map { $1 ? $0.intraFinancialAssets! : 0 },
      liabilities: zip(banks, known).map { $1 ? $0.intraFinancialLiabilities! : 0 }, insideShare: insideShare,
      names: banks.map(\.name), file: file)
  }

  /// - Parameters:
  ///   - assets, liabilities: intra-financial totals by bank, millions, not negative.
  ///   - insideShare: φ, 0 to 1.
  public init(assets: [Double], liabilities: [Double], insideShare: Double) throws(InvalidInput) {
    try self.init(
      assets: assets, liabilities: liabilities, insideShare: insideShare,
      names: assets.indices.map { "bank number \($0 + 1)" }, file: "intra-financial totals")
  }

  private init(
    assets: [Double], liabilities: [Double], insideShare: Double, names: [String], file: String
  ) throws(InvalidInput) {
    precondition(assets.count == liabilities.count, "\(assets.count) assets, \(liabilities.count) liabilities")
    precondition((0...1).contains(insideShare), "inside share is \(insideShare), expected 0 to 1")
    precondition((assets + liabilities).allSatisfy { $0 >= 0 && $0.isFinite }, "a total is negative or not finite")
    let owed = assets.reduce(0, +)
    let owing = liabilities.reduce(0, +)
    let total = min(owed, owing)
    let columns = assets.map { owed > 0 ? insideShare * $0 * total / owed : 0 }
    let rows = liabilities.map { owing > 0 ? insideShare * $0 * total / owing : 0 }
    let inside = insideShare * total
    for bank in assets.indices where rows[bank] + columns[bank] > inside * (1 - 1e-9) && inside > 0 {
      throw InvalidInput(
        .invalid,
        [
          Diagnostic(
            "N001",
            "\(names[bank]) holds \((rows[bank] + columns[bank]).rounded()) of \(inside.rounded()) million inside claims and debts: with "
              + "nothing owed to itself no network has these totals", at: .init(file: file),
            notes: ["fix: more banks, or its intra-financial totals left empty: it then stands outside the network"])
        ])
    }
    self.insideShare = insideShare
    self.liabilities = try Self.scaled(rows: rows, columns: columns)
  }

  /// Scales rows and columns in turn until every sum is met to 1e-13.
  /// - Throws: when a hundred thousand rounds have not met them.
  private static func scaled(rows: [Double], columns: [Double]) throws(InvalidInput) -> [[Double]] {
    let count = rows.count
    var matrix = rows.indices.map { i in columns.indices.map { j in i == j ? 0 : rows[i] * columns[j] } }
    var residual = 0.0
    for _ in 1...100_000 {
      for i in 0..<count {
        let sum = matrix[i].reduce(0, +)
        if sum > 0 { for j in 0..<count { matrix[i][j] *= rows[i] / sum } }
      }
      for j in 0..<count {
        let sum = (0..<count).reduce(0) { $0 + matrix[$1][j] }
        if sum > 0 { for i in 0..<count { matrix[i][j] *= columns[j] / sum } }
      }
      // Columns hold after their own scaling; what is left shows in the rows.
      residual = 0
      for i in 0..<count where rows[i] > 0 {
        residual = max(residual, abs(matrix[i].reduce(0, +) / rows[i] - 1))
      }
      if residual < 1e-13 { return matrix }
    }
    throw InvalidInput(
      .invalid,
      [
        Diagnostic(
          "N002", "after 100,000 rounds a bank's inside debts are off by a share of \(residual), expected 1e-13",
          at: .init(file: "intra-financial totals"))
      ])
  }
}
