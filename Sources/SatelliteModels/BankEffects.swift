import Foundation
package import Stochastics
import TileArithmetic

/// Draws of the multiplicative effects of a list of banks: a bank's loss rate is the system's rate times its effect.
///
///     effect = level · exp(s z − s²/2),   z standard normal
///
/// The random part has mean one. `level` is 1, or, where a bank's own past results are used, its shrunken level scaled
/// so that the balance-weighted mean over the banks is 1 for every loan type: the effects move losses between banks and
/// leave the system's expected loss where it was.
///
/// A bank's draws are addressed by its rank among the ids, so the order of the banks in a table changes nothing.
public struct BankEffects: Sendable {
  public let bankCount: Int
  /// `[bank][loanType]`; what the effects are drawn around.
  public let levels: [Double]
  /// s, `[bank][loanType]`.
  public let standardDeviations: [Double]

  /// ln(level) − s²/2, `[bank][loanType]`.
  private let logMeans: [Double]
  package var field: NormalField
  /// Where the normals are moved; its steps are the banks' ranks. `nil` when nothing ever moves.
  package var direction: NormalDirection?
  /// The step of each bank's numbers.
  private let ranks: [Int]

  /// - Parameters:
  ///   - banks: RSSD ids.
  ///   - balances: `[bank][loanType]`, 0 where there is none; `nil` leaves all levels at 1.
  public init(_ law: BankEffectLaw, banks: [Int], balances: [Double]?, seed: UInt64) {
    let types = BankEffectLaw.loanTypes.count
    if let balances {
      precondition(
        balances.count == banks.count * types, "\(balances.count) balances, expected \(banks.count) × \(types)")
    }
    let sorted = banks.sorted()
    ranks = banks.map { sorted.firstIndex(of: $0)! }
    bankCount = banks.count
    field = NormalField(seed: seed, stream: .bankEffects)
    var levels = [Double](repeating: 1, count: banks.count * types)
    var deviations: [Double] = []
    for bank in banks {
      for type in 0..<types {
        deviations.append(
          balances == nil
            ? law.bankEffectStandardDeviations[type] : law.effect(ofBank: bank, loanType: type).standardDeviation)
      }
    }
    if let balances {
      for type in 0..<types {
        var total = 0.0
        var weighted = 0.0
        for (row, bank) in banks.enumerated() {
          let cell = row * types + type
          levels[cell] = exp(law.effect(ofBank: bank, loanType: type).mean)
          total += balances[cell]
          weighted += balances[cell] * levels[cell]
        }
        guard weighted > 0 else { continue }
        for row in banks.indices { levels[row * types + type] *= total / weighted }
      }
    }
    self.levels = levels
    logMeans = zip(levels, deviations).map { log($0) - $1 * $1 / 2 }
    standardDeviations = deviations
  }

  /// Scratch that `draw` needs, in places of a Double array.
  public static let scratchCount = (BankEffectLaw.loanTypes.count + 1) * NormalField.pathsPerTile

  /// Steps and numbers of the normals that a path draws: a step each bank, a number each loan type.
  package var normalCounts: (steps: Int, numbers: Int) { (bankCount, BankEffectLaw.loanTypes.count) }

  /// Draws the effects of a tile of paths.
  /// - Parameters:
  ///   - amounts: how far each path's normals are moved along `direction`; empty moves nothing.
  ///   - effects: `[bank][loanType][path]`, overwritten.
  ///   - scratch: at least `scratchCount` places.
  package func draw(
    _ paths: TilePaths, movedBy amounts: Span<Double> = Span(), into effects: inout MutableSpan<Double>,
    scratch: inout MutableSpan<Double>
  ) {
    let types = BankEffectLaw.loanTypes.count
    let width = NormalField.pathsPerTile
    precondition(
      effects.count >= bankCount * types * width,
      "\(effects.count) places for a tile of \(bankCount) banks and \(types) loan types")
    for bank in 0..<bankCount {
      field.fillTile(paths, step: ranks[bank], count: types + 1, into: &scratch)
      direction?.move(&scratch, step: ranks[bank], by: amounts)
      let cells = bank * types..<(bank + 1) * types
      Tile.exponentiate(
        standardDeviations.span.extracting(cells), scratch.span, plus: logMeans.span.extracting(cells), into: &effects,
        at: bank * types)
    }
  }
}
