// swift-tools-version: 6.2
import PackageDescription

/// Every Swift target is built with the same guards: explicit imports, no implicit existentials, no warnings.
let guards: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .treatAllWarnings(as: .error),
]

func library(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: guards)
}

func tests(
  _ subject: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = [], resources: [Resource]? = nil
) -> Target {
  .testTarget(
    name: "\(subject)Tests",
    dependencies: [.init(stringLiteral: subject), "TestSupport"] + dependencies,
    exclude: exclude,
    resources: resources,
    swiftSettings: guards)
}

let package = Package(
  name: "kentledge",
  products: [.executable(name: "kentledge", targets: ["kentledge"])],
  dependencies: [
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
  ],
  targets: [
    // C headers
    .target(name: "CGSL", linkerSettings: [.linkedLibrary("gsl"), .linkedLibrary("gslcblas")]),
    .systemLibrary(name: "COneDNN"),
    // Loops that need the processor's own vectors; Swift code is compiled for the oldest x86-64
    .target(name: "CLSTM", exclude: ["tile.h"]),
    .target(name: "CTile", exclude: ["lanes.h"]),
    .systemLibrary(name: "COpenSSL"),

    // Mathematics, which knows no finance
    library("TileArithmetic", ["CTile"]),
    library("Stochastics", ["CGSL", "TileArithmetic"]),
    library("NeuralNetworks", ["COneDNN", "CLSTM"]),

    // The way of the data, first to last
    library("MacroScenarios", ["Yams"]),
    library("PathSimulation", ["MacroScenarios", "Stochastics", "TileArithmetic", "CTile", "CGSL"]),
    library("SatelliteModels", ["MacroScenarios", "NeuralNetworks", "Stochastics", "TileArithmetic", "CTile"]),
    library("EarlyWarning", ["MacroScenarios", "PathSimulation", "NeuralNetworks", "Stochastics"]),
    library("CreditRisk", ["MacroScenarios", "NeuralNetworks", "Stochastics"]),
    library("Banking", ["MacroScenarios", "TileArithmetic", "CTile"]),
    library("Contagion", ["Banking", "MacroScenarios", "TileArithmetic", "CTile"]),
    library("RiskMeasures", ["CGSL"]),
    library(
      "StressTesting",
      [
        "MacroScenarios", "PathSimulation", "SatelliteModels", "EarlyWarning", "CreditRisk", "NeuralNetworks",
        "Banking",
        "Contagion", "RiskMeasures", "Stochastics", "TileArithmetic", "CTile", "COpenSSL",
      ]),
    library("Reporting", ["StressTesting", "NeuralNetworks", "MacroScenarios", "COpenSSL"]),
    library(
      "ResultExport",
      [
        "StressTesting", "NeuralNetworks", "MacroScenarios", .product(name: "GRDB", package: "GRDB.swift"),
      ]),
    .executableTarget(
      name: "kentledge",
      dependencies: [
        "ResultExport", "Reporting", "StressTesting", "SatelliteModels", "EarlyWarning", "CreditRisk", "NeuralNetworks",
        "MacroScenarios",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: guards),

    // Tests and benchmarks
    .executableTarget(
      name: "benchmarks",
      dependencies: [
        "StressTesting", "Contagion", "Banking", "SatelliteModels", "PathSimulation", "MacroScenarios", "Stochastics",
        "TileArithmetic", "NeuralNetworks", "COneDNN",
      ],
      path: "Tests/Benchmarks",
      exclude: [
        "README.md", "run.sh", "results.json", "scaling.svg", "lstm_against_keras.py", "whole_run_peer.py",
        "quantlib_paths.py", "table.py",
        "chart.py", "measured.py", "peer",
      ], swiftSettings: guards),
    .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: guards),
    tests("TileArithmetic", ["CTile"]),
    tests("Stochastics", ["TileArithmetic", "CTile"], exclude: ["Fixtures"]),
    tests("NeuralNetworks", ["CLSTM"], exclude: ["Fixtures"]),
    tests("MacroScenarios"),
    tests("PathSimulation", ["MacroScenarios", "Stochastics"]),
    tests("SatelliteModels", ["MacroScenarios", "NeuralNetworks", "Stochastics"]),
    tests("EarlyWarning", ["MacroScenarios", "NeuralNetworks"], exclude: ["Fixtures"]),
    tests("CreditRisk", ["MacroScenarios", "NeuralNetworks"], exclude: ["Fixtures"]),
    tests("Banking", ["MacroScenarios", "TileArithmetic"]),
    tests("Contagion", ["Banking", "MacroScenarios", "TileArithmetic"]),
    tests("RiskMeasures"),
    tests("StressTesting", ["MacroScenarios", "Banking", "RiskMeasures", "CreditRisk", "Stochastics"]),
    tests("kentledge", ["NeuralNetworks", "MacroScenarios"]),
    tests("Reporting", ["StressTesting", "NeuralNetworks", "MacroScenarios"], exclude: ["Golden"]),
    tests(
      "ResultExport",
      [
        "Reporting", "StressTesting", "SatelliteModels", "NeuralNetworks", "MacroScenarios",
        .product(name: "GRDB", package: "GRDB.swift"),
      ], exclude: ["Foreign"]),
  ],
  swiftLanguageModes: [.v6]
)
