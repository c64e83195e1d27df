extension Dependence {
  /// The share of the paths of whose values something holds.
  ///
  /// Where it holds for none or for all, the bound is the exact one of so many independent trials: as many as there are
  /// pairs, because then at least one path of each is plainly drawn; as many as there are paths in replicates of nets,
  /// which the tests hold against closed forms.
  public func probability(of values: [Float], _ holds: (Float) -> Bool) -> Estimate {
    let events = values.count(where: holds)
    guard self != .none else { return Proportion.estimate(events: events, trials: values.count) }
    guard events > 0, events < values.count else {
      let trials = self == .pairs ? (values.count + 1) / 2 : values.count
      return Proportion.estimate(events: events == 0 ? 0 : trials, trials: trials)
    }
    let found = share(of: values, paths: nil, holds)
    guard let error = found.standardError else { return Estimate(value: found.mean) }
    return Proportion.estimate(share: found.mean, standardError: error, studentQuantile: found.studentQuantile)
  }

  /// A share, its error no less than that of rounding to a whole number of paths in each replicate: by the balance of a
  /// net all may have the same number, and still not the right one.
  @inline(__always)
  func share(of values: [Float], paths: [Int]?, _ holds: (Float) -> Bool) -> MeanError {
    let found = meanError(of: values, paths: paths) { holds($0) ? 1 : 0 }
    guard case .replicates = self, let error = found.standardError else { return found }
    let rounding = (Double(found.groupCount) / 12).squareRoot() / Double(values.count)
    return MeanError(mean: found.mean, standardError: max(error, rounding), groupCount: found.groupCount)
  }
}
