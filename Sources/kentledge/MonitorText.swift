import EarlyWarning
import Foundation

/// One quarter as `monitor` prints it: a line for readers, or one JSON document.
enum MonitorText {
  private static let driverCount = 3

  static func line(_ report: CrisisMonitor.Report, of model: EarlyWarningModel, asJSON: Bool) -> String {
    asJSON ? json(report, of: model) : text(report, of: model)
  }

  /// `2008Q4  crisis    logistic: crisis 97 %, elevated 2 %, calm 1 %  CNN: …  drivers: …`
  private static func text(_ report: CrisisMonitor.Report, of model: EarlyWarningModel) -> String {
    let quarter = "\(report.assessment.quarter)"
    guard let level = report.level else {
      return "\(quarter)  no level  \(report.assessment.missingCells) of \(EarlyWarningModel.windowCells) cells missing"
    }
    let kinds = [model.leaning] + EarlyWarningModel.Kind.allCases.filter { $0 != model.leaning }
    let models = kinds.compactMap { kind in
      report.assessment[kind].map {
        "\(kind.title): crisis \(percent($0.crisis)), elevated \(percent($0.elevated)), calm \(percent($0.calm))"
      }
    }
    let drivers = drivers(report, model.leaning).prefix(driverCount).map {
      "\($0.indicator) \(String(format: "%+.0f", 100 * $0.contribution)) pp"
    }
    let name = level.name.padding(toLength: 8, withPad: " ", startingAt: 0)
    return "\(quarter)  \(name)  \(models.joined(separator: "  "))  drivers: \(drivers.joined(separator: ", "))"
  }

  private static func drivers(
    _ report: CrisisMonitor.Report, _ kind: EarlyWarningModel.Kind
  ) -> [EarlyWarningModel.Driver] {
    zip(EarlyWarningModel.Kind.allCases, report.explanations).first { $0.0 == kind }?.1?.drivers ?? []
  }

  private static func percent(_ share: Double) -> String { String(format: "%.0f %%", 100 * share) }

  private struct Document: Encodable {
    struct Driver: Encodable {
      let indicator: String
      let contribution: Double
    }
    struct Outlook: Encodable {
      let calm, elevated, crisis: Double
      let level: String
      let drivers: [Driver]
    }
    let schemaVersion = 1
    let quarter: String
    let level: String?
    let model: String
    let cnn, logistic: Outlook?
    let memberSpread: Double
    let missingCells: Int
    let outliers: [String]
  }

  private static func json(_ report: CrisisMonitor.Report, of model: EarlyWarningModel) -> String {
    func outlook(_ kind: EarlyWarningModel.Kind) -> Document.Outlook? {
      report.assessment[kind].map { p in
        Document.Outlook(
          calm: p.calm, elevated: p.elevated, crisis: p.crisis, level: p.level.name,
          drivers: drivers(report, kind).prefix(driverCount).map {
            .init(indicator: $0.indicator, contribution: $0.contribution)
          })
      }
    }
    let document = Document(
      quarter: "\(report.assessment.quarter)", level: report.level?.name, model: model.leaning.rawValue,
      cnn: outlook(.network), logistic: outlook(.logistic), memberSpread: report.assessment.memberSpread,
      missingCells: report.assessment.missingCells, outliers: report.assessment.outliers)
    return JSONText.encodeLine(document)
  }
}
