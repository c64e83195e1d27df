import Foundation

/// How large the row of one path is; the shipped 2026 scenario unless told otherwise.
struct RowSize {
  var factors = 16
  var quarters = 13
  var banks = 32
  /// Units of the LSTM layers, first to last.
  var hidden = [32]

  /// Capital is drawn for these quarters, and losses for four more.
  var capitalQuarters: Int { max(1, quarters - 4) }

  /// - Parameter texts: `factors=N`, `quarters=N`, `banks=N`, `hidden=N-N-N`.
  /// - Returns: `nil` when one of them says nothing.
  init?(_ texts: some Sequence<String>) {
    for text in texts {
      let parts = text.split(separator: "=", maxSplits: 1)
      let numbers = parts.count == 2 ? parts[1].split(separator: "-").map { Int($0) ?? 0 } : []
      guard let first = numbers.first, numbers.allSatisfy({ $0 > 0 }) else { return nil }
      switch parts[0] {
      case "factors": factors = first
      case "quarters": quarters = first
      case "banks": banks = first
      case "hidden": hidden = numbers
      default: return nil
      }
    }
  }
}
