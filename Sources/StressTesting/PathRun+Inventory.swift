import Foundation

/// What an earlier attempt at a run has left, and what of it is still good.
extension PathRun {
  /// The tasks whose files are not there, whole and of this run; what stands in their place is removed.
  ///
  /// Every file is read from end to end.
  /// - Parameter notice: told in one line each what was removed and why.
  func missing(among tasks: [PathTask], notice: (String) -> Void) throws -> [PathTask] {
    var removed: [PathFile.Condition: [String]] = [.foreign: removeOthers(than: tasks)]
    let conditions = try conditions(of: tasks)
    var missing: [PathTask] = []
    for (task, condition) in zip(tasks, conditions) {
      if case .whole = condition { continue }
      missing.append(task)
      guard condition != .missing else { continue }
      let path = location(of: task)
      guard unlink(path) == 0 else { throw OutputFailure.system(.inputOutput, path, doing: "cannot remove this file") }
      removed[condition, default: []].append(path)
    }
    for (condition, reason) in [
      (PathFile.Condition.damaged, "damaged"),
      (.foreign, "of other paths or of another run: scenario, data, paths or engine differ"),
    ] {
      guard let paths = removed[condition], let first = paths.first else { continue }
      let others = paths.count > 1 ? " and \(paths.count - 1) more" : ""
      notice("removed \(first)\(others): \(reason); what they held is drawn again")
    }
    return missing
  }

  func conditions(of tasks: [PathTask]) throws -> [PathFile.Condition] {
    try concurrentMap(tasks.count, threadCount: threadCount) { index in
      try cancellation.check()
      return try PathFile.condition(at: location(of: tasks[index]), expecting: header(of: tasks[index]))
    }
  }

  /// Removes files that a killed run was writing to, and those of other tasks.
  /// - Returns: the latter.
  private func removeOthers(than tasks: [PathTask]) -> [String] {
    let wanted = Set(tasks.map { location(of: $0) })
    var others: [String] = []
    for stage in stages {
      let directory = directory + "/" + stage.name
      let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
      for path in names.sorted().map({ directory + "/" + $0 }) where !wanted.contains(path) {
        unlink(path)
        if !path.hasSuffix(WholeFile.temporarySuffix) { others.append(path) }
      }
    }
    return others
  }

  /// Waits until the files of those tasks are on the disk, so that no power cut can take them any more.
  func synchronise(_ tasks: [PathTask]) throws(OutputFailure) {
    for task in tasks { try WholeFile.synchronise(location(of: task)) }
    for stage in Set(tasks.map(\.stage)).sorted() {
      try WholeFile.synchronise(directory + "/" + stages[stage].name)
    }
    try WholeFile.synchronise(directory)
  }
}
