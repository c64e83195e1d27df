public import MacroScenarios

/// The crises that a scenario is shown beside.
public enum CrisisWindows {
  /// Name and first quarter. A window starts in the quarter after a peak of the business cycle (NBER: 1990Q3, 2001Q1, 2007Q4,
  /// 2019Q4), as a scenario starts in the quarter after its jump-off.
  public static let named: [(name: String, firstQuarter: Quarter)] = [
    ("1990", Quarter(year: 1990, number: 4)), ("2001", Quarter(year: 2001, number: 2)),
    ("2008", Quarter(year: 2008, number: 1)), ("2020", Quarter(year: 2020, number: 1)),
  ]
}
