import NeuralNetworks

/// What a loss-rate model answers to a path of the economy, and how each quarter of each factor moves the answer.
///
/// The answers are the loan types' losses over the first quarters, as shares of the balance: Σ rate/4, without model error,
/// mean of the ensemble's members. Their gradients follow the chain by which they are made:
///
///     factor → observable (a difference of yields; log of a price: slope 1/level) → feature (change, mean: affine)
///     → linear model (affine) and networks (their own gradient) → weighted mean s → rate s·|s| − δ (slope 2·|s|)
final class LossRateSensitivity {
  private let projection: LossRateProjection
  private let horizon: Int
  /// Observables of the horizon to standardised features, and features to the linear model's transformed rates.
  private let features: AffineMap
  private let linear: AffineMap
  private var plans: [Int: [DifferentiablePlan]] = [:]

  private static let width = FeatureConstruction.featureCount
  private static let observables = FeatureConstruction.observableCount
  private static let series = LoanSeries.count

  init(_ projection: LossRateProjection) {
    self.projection = projection
    horizon = projection.horizon
    features = AffineMap(inputs: horizon * Self.observables) { projection.standardisedFeatures(ofObservables: $0) }
    linear = AffineMap(inputs: horizon * Self.width) { projection.linearRates($0) }
  }

  /// `[factor]`: whether any observable is made from it.
  static func isRead(_ projection: LossRateProjection) -> [Bool] {
    var isRead = [Bool](repeating: false, count: projection.factorCount)
    for source in projection.sources {
      isRead[source.column] = true
      if let subtracted = source.subtracted { isRead[subtracted] = true }
    }
    return isRead
  }

  /// - Parameters:
  ///   - paths: `[quarter][factor]` each.
  ///   - quarters: how many quarters' losses are added up, from the first.
  /// - Returns: one output a series, the gradient with respect to the path.
  func evaluate(_ paths: [[Double]], quarters: Int) -> IntegratedGradients.Evaluation {
    let features = paths.map { projection.standardisedFeatures(of: $0).flatMap { $0 } }
    let linear = features.map { projection.linearRates($0) }
    let networks = networkRates(features)
    var evaluation = IntegratedGradients.Evaluation(values: paths.map { _ in [] }, gradients: paths.map { _ in [] })
    for series in 0..<Self.series {
      var toFeatures = [[Double]](repeating: [], count: paths.count)
      var slopes: [[[Double]]] = []
      for path in paths.indices {
        let answer = self.answer(linear[path], networks.map { $0[path] }, series, quarters: quarters)
        evaluation.values[path].append(answer.value)
        slopes.append(answer.networkSlopes)
        toFeatures[path] = self.linear.transposed(answer.linearSlopes)
      }
      addNetworkGradients(slopes, series, to: &toFeatures)
      for (index, path) in paths.enumerated() {
        evaluation.gradients[index].append(toFactors(self.features.transposed(toFeatures[index]), path))
      }
    }
    return evaluation
  }

  /// One series' losses over the quarters, and their slopes along the transformed rates of the linear model
  /// (`[quarter][series]`) and of each member (`[member][quarter]`).
  private func answer(
    _ linear: [Double], _ members: [[Double]], _ series: Int, quarters: Int
  ) -> (value: Double, linearSlopes: [Double], networkSlopes: [[Double]]) {
    let share = projection.model.choice.networkShares[series]
    let count = Double(members.count)
    var value = 0.0
    var linearSlopes = [Double](repeating: 0, count: horizon * Self.series)
    var networkSlopes = members.map { _ in [Double](repeating: 0, count: horizon) }
    for quarter in 0..<min(quarters, horizon) {
      let cell = quarter * Self.series + series
      for (index, member) in members.enumerated() {
        let transformed = (1 - share) * linear[cell] + share * member[cell]
        value += RateScale.rate(transformed) / 4 / count
        let slope = 2 * abs(transformed) / 4 / count
        linearSlopes[cell] += slope * (1 - share)
        networkSlopes[index][quarter] = slope * share
      }
    }
    return (value, linearSlopes, networkSlopes)
  }

  /// `[member][path][quarter × series]`, transformed. The plans keep what their backward halves need.
  private func networkRates(_ features: [[Double]]) -> [[[Double]]] {
    let prefix = LossRateSample.prefix
    let count = features.count
    let members = projection.model.members
    let plans =
      plans[count]
      ?? members.map { DifferentiablePlan($0.network, steps: prefix + horizon, sequences: count) }
    self.plans[count] = plans
    var input = Tensor([prefix + horizon, count, Self.width])
    for step in 0..<prefix + horizon {
      for (place, path) in features.enumerated() {
        let first = (step * count + place) * Self.width
        for index in 0..<Self.width {
          input.storage[first + index] =
            step < prefix
            ? projection.lead[step * Self.width + index] : Float(path[(step - prefix) * Self.width + index])
        }
      }
    }
    return zip(members, plans).map { member, plan in
      let output = plan.forward(input).storage
      return (0..<count).map { place in
        (0..<horizon * Self.series).map { cell in
          let series = cell % Self.series
          let row = (prefix + cell / Self.series) * count + place
          return member.targetMeans[series] + member.targetScales[series] * Double(output[row * Self.series + series])
        }
      }
    }
  }

  /// Follows `networkRates` of as many paths.
  /// - Parameter slopes: `[path][member][quarter]`, along one series' transformed rates.
  private func addNetworkGradients(_ slopes: [[[Double]]], _ series: Int, to toFeatures: inout [[Double]]) {
    let prefix = LossRateSample.prefix
    let count = slopes.count
    guard projection.model.choice.networkShares[series] > 0, let plans = plans[count] else { return }
    for (index, plan) in plans.enumerated() {
      var direction = Tensor([prefix + horizon, count, Self.series])
      for place in 0..<count {
        for quarter in 0..<horizon {
          direction.storage[((prefix + quarter) * count + place) * Self.series + series] = Float(
            slopes[place][index][quarter] * projection.model.members[index].targetScales[series])
        }
      }
      let gradient = plan.backward(direction).input.storage
      for place in 0..<count {
        for quarter in 0..<horizon {
          let first = ((prefix + quarter) * count + place) * Self.width
          for feature in 0..<Self.width {
            toFeatures[place][quarter * Self.width + feature] += Double(gradient[first + feature])
          }
        }
      }
    }
  }

  /// From a gradient along the observables, `[quarter][observable]`, to one along the factors of a path.
  private func toFactors(_ gradient: [Double], _ path: [Double]) -> [Double] {
    var result = [Double](repeating: 0, count: path.count)
    for quarter in 0..<horizon {
      let row = quarter * projection.factorCount
      for (observable, source) in projection.sources.enumerated() {
        let slope = gradient[quarter * Self.observables + observable]
        if let subtracted = source.subtracted { result[row + subtracted] -= slope }
        result[row + source.column] += source.isLogarithm ? slope / path[row + source.column] : slope
      }
    }
    return result
  }
}
