/// Which sum over the paths stands where. Each is followed by the sum of squares, which its error needs.
struct SumLayout: Sendable {
  let bankCount: Int
  let networkCount: Int

  /// Change of CET1 over the capital horizon by cause; the bank after the last is the system.
  func contribution(_ item: Int, bank: Int) -> Int { 2 * (bank * WalkItem.count + item) }

  /// Share of a bank's CET1 that distress elsewhere takes.
  func distress(network: Int, bank: Int) -> Int {
    contribution(0, bank: bankCount + 1) + 2 * (network * bankCount + bank)
  }

  /// The system's provisions × its loan losses, for the error of their ratio; no square follows.
  var provisionsTimesLosses: Int { distress(network: networkCount, bank: 0) }

  /// All causes together; the bank after the last is the system.
  func change(bank: Int) -> Int { provisionsTimesLosses + 1 + 2 * bank }

  var count: Int { change(bank: bankCount + 1) }
}
