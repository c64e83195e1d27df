import ArgumentParser

@main
struct Kentledge: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "kentledge", abstract: "Stress-tests a banking system.")
}
