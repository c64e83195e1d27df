import ArgumentParser
import Foundation
import MacroScenarios
import StressTesting

struct Sign: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Signs a run's manifest, and with it every file of the run.",
    discussion: """
      Examples:
        openssl genpkey -algorithm ed25519 -out key.pem
        openssl pkey -in key.pem -pubout -out key.pub
        kentledge sign reports/runs/baseline --key key.pem
        kentledge verify reports/runs/baseline --key key.pub

      Writes manifest.sig, an Ed25519 signature of manifest.json.
      """)

  @Argument(help: "The directory of a run.")
  var directory: String

  @Option(help: "An Ed25519 private key in PEM form.")
  var key: String

  @OptionGroup var console: ConsoleOptions

  func run() throws {
    do {
      let manifest = try Manifest(in: directory)
      try Verify.refuse(manifest.checkOutputs(in: directory), in: directory)
      let message = FileManager.default.contents(atPath: directory + "/" + RunDirectory.manifestName) ?? Data()
      let path = directory + "/" + Signature.fileName
      try RunDirectory.replace(path, with: Signature.sign(Array(message), keyFile: key))
      print(console.json ? JSONText.encode(["signature": path]) : path)
    } catch {
      throw Failure(error).report(asJSON: console.json)
    }
  }
}
