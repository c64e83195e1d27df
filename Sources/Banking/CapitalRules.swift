/// The assumptions under which capital is projected.
public struct CapitalRules: Sendable, Equatable {
  /// The regulatory minimum, 4.5 %.
  public static let minimumCet1Ratio = 0.045

  public var taxRate: Double
  /// Most that tax may be negative over the horizon, as a share of CET1 at the jump-off.
  ///
  /// Within the horizon losses are set off against profits; beyond, a loss makes a deferred tax asset, which capital
  /// rules deduct. In the exercises published from 2021 to 2023 the CET1 of banks with a loss fell by the whole pre-tax
  /// loss: hence 0.
  public var deferredTaxLimit: Double
  /// Share of a quarter's positive net income that is paid out.
  public var payout: Double
  /// How much of each bank's own add-ons (trading, counterparty, securities, other losses, OCI) the scenario calls for.
  public var addOnScale: Double
  /// Multiplies every opening allowance; 1 but for a test of sensitivity.
  public var openingAllowanceScale: Double

  public init(
    taxRate: Double = 0.21, deferredTaxLimit: Double = 0, payout: Double = 0, addOnScale: Double = 1,
    openingAllowanceScale: Double = 1
  ) {
    precondition((0..<1).contains(taxRate), "tax rate is \(taxRate), expected 0 to below 1")
    precondition(deferredTaxLimit >= 0, "deferred tax limit is \(deferredTaxLimit), expected at least 0")
    precondition((0...1).contains(payout), "payout is \(payout), expected 0 to 1")
    precondition(openingAllowanceScale >= 0, "allowance scale is \(openingAllowanceScale), expected at least 0")
    self.taxRate = taxRate
    self.deferredTaxLimit = deferredTaxLimit
    self.payout = payout
    self.addOnScale = addOnScale
    self.openingAllowanceScale = openingAllowanceScale
  }

  /// The share of the severely adverse add-ons that belongs to a scenario of that severity.
  ///
  /// A baseline has no market shock. In the six exercises with both, 2014–2019, trading and counterparty losses in the
  /// adverse scenario were 51 % of those in the severely adverse one. An exploratory scenario carries them in full.
  public static func addOnScale(severity: String) -> Double {
    switch severity {
    case "baseline": 0
    case "adverse": 0.51
    default: 1
    }
  }
}
