public import StressTesting

extension Document {
  /// The report of a run: §§ 0 to 7 and 10 to 13 of its plan; attribution (8) and sensitivity (9) are not computed yet.
  init(_ result: StressTestResult) {
    let reader = ResultReader(result)
    title = result.scenario.title
    sections = [
      reader.banner(), reader.summary(), reader.scenario(), reader.capitalByBank(), reader.drivers(),
      reader.loanLosses(), reader.tail(), reader.contagion(), reader.convergence(), reader.models(), reader.method(),
      reader.audit(),
    ]
  }
}

/// A report before it takes a form: made once for all of them.
public struct ReportDocument: Sendable {
  let result: StressTestResult
  let document: Document

  public init(_ result: StressTestResult) {
    self.result = result
    document = Document(result)
  }
}
