import StressTesting

/// What `--version` says.
enum Version {
  static let current = StressTest.engineVersion
}
