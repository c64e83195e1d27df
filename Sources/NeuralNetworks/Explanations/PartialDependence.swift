/// A model's mean answer over a sample when one driver is held at a value and all others stay as they were
/// (Friedman 2001, section 8.2). For a linear model the curve is a line with the driver's coefficient as its slope.
public struct PartialDependence: Sendable, Codable, Equatable {
  /// What is held, e.g. `unemployment_rate`.
  public var driver: String
  /// The name a reader sees, with what holding it means, e.g. `Unemployment rate, held`.
  public var title: String
  /// `fraction` for rates and growth, `index` for levels.
  public var unit: String
  /// The held values, ascending.
  public var grid: [Double]
  /// The smallest and largest value of the sample: beyond them the models extrapolate.
  public var sampleMinimum: Double
  public var sampleMaximum: Double
  public var curves: [Curve]

  /// The mean answer of one model at each value of the grid.
  public struct Curve: Sendable, Codable, Equatable {
    /// e.g. `all loan types`.
    public var subject: String
    /// e.g. `network`, `linear`.
    public var model: String
    /// Of the answers.
    public var unit: String
    public var values: [Double]

    public init(subject: String, model: String, unit: String, values: [Double]) {
      self.subject = subject
      self.model = model
      self.unit = unit
      self.values = values
    }
  }

  public init(
    driver: String, title: String, unit: String, grid: [Double], sampleMinimum: Double, sampleMaximum: Double,
    curves: [Curve]
  ) {
    self.driver = driver
    self.title = title
    self.unit = unit
    self.grid = grid
    self.sampleMinimum = sampleMinimum
    self.sampleMaximum = sampleMaximum
    self.curves = curves
  }

  /// - Parameters:
  ///   - sample: how many cases are averaged over.
  ///   - answers: the model's answers, `[output]`, for a case with the driver held at a value.
  /// - Returns: `[output][grid]`
  public static func means(
    over grid: [Double], sample: Int, answers: (_ value: Double, _ index: Int) -> [Double]
  ) -> [[Double]] {
    precondition(sample > 0 && !grid.isEmpty, "\(sample) cases at \(grid.count) values, expected 1 or more of each")
    var result: [[Double]] = []
    for (place, value) in grid.enumerated() {
      for index in 0..<sample {
        let found = answers(value, index)
        if result.isEmpty { result = found.map { _ in [Double](repeating: 0, count: grid.count) } }
        for (output, answer) in found.enumerated() { result[output][place] += answer }
      }
    }
    return result.map { $0.map { $0 / Double(sample) } }
  }
}
