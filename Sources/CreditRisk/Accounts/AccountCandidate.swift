/// A way to rank accounts, fitted.
struct AccountCandidate {
  static let logistic = "logistic"
  static let network = "lstm"
  static let combination = "combination"

  let name: String
  /// Logits, or what stands for them: higher is riskier, `[account]`.
  let score: (AccountTraining.Part) -> [Double]

  init(name: String, score: @escaping (AccountTraining.Part) -> [Double]) {
    self.name = name
    self.score = score
  }

  static func name(ofShare share: Double) -> String {
    share == 0 ? logistic : share == 1 ? network : combination
  }
}
