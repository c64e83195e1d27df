extension Shard {
  /// Which shard a scheduler wants from this process is not to be told.
  public struct Unclear: Error, Sendable, Equatable, CustomStringConvertible {
    public let description: String
  }

  /// Reads the variables by which schedulers number their processes:
  ///
  /// | scheduler | variables |
  /// |---|---|
  /// | Slurm array | `SLURM_ARRAY_TASK_ID`, `_MIN`, `_MAX`, `_COUNT` |
  /// | Kubernetes Indexed Job | `JOB_COMPLETION_INDEX`, and `KENTLEDGE_SHARDS` for the count |
  /// | Open MPI | `OMPI_COMM_WORLD_RANK`, `_SIZE` |
  /// | Slurm step | `SLURM_PROCID`, `SLURM_NTASKS` |
  ///
  /// A single process inside an array or a job of many says nothing and is passed over. Sources that contradict each other,
  /// or a count in `KENTLEDGE_SHARDS` that is not theirs, are an error: a wrong guess would leave paths out.
  public init(environment: [String: String]) throws(Unclear) {
    let sources = try Self.sources(environment)
    let many = sources.filter { $0.shard.count > 1 }
    let candidates = many.isEmpty ? sources : many
    guard let first = candidates.first else {
      throw Unclear(
        description: "none of SLURM_ARRAY_TASK_ID, JOB_COMPLETION_INDEX, OMPI_COMM_WORLD_RANK and SLURM_PROCID is set")
    }
    if let other = candidates.first(where: { $0.shard != first.shard }) {
      throw Unclear(description: "\(first.name) says shard \(first.shard), \(other.name) says \(other.shard)")
    }
    if let shards = try Self.number("KENTLEDGE_SHARDS", in: environment), shards != first.shard.count {
      throw Unclear(description: "KENTLEDGE_SHARDS is \(shards), \(first.name) counts \(first.shard.count)")
    }
    self = first.shard
  }

  private typealias Source = (name: String, shard: Shard)

  private static func sources(_ environment: [String: String]) throws(Unclear) -> [Source] {
    var sources: [Source] = []
    func number(_ name: String) throws(Unclear) -> Int? { try Self.number(name, in: environment) }
    func add(_ name: String, index: Int, count: Int?, named countName: String) throws(Unclear) {
      guard let count else { throw Unclear(description: "\(name) is set, but \(countName) is not") }
      guard let shard = Shard(index + 1, of: count) else {
        throw Unclear(
          description: "\(name) is the \(index + 1)th of \(count), expected one of at most \(largestCount)")
      }
      sources.append((name, shard))
    }
    if let task = try number("SLURM_ARRAY_TASK_ID") {
      let count = try number("SLURM_ARRAY_TASK_COUNT")
      guard let least = try number("SLURM_ARRAY_TASK_MIN") else {
        throw Unclear(description: "SLURM_ARRAY_TASK_ID is set, but SLURM_ARRAY_TASK_MIN is not")
      }
      if let count, let most = try number("SLURM_ARRAY_TASK_MAX"), most - least + 1 != count {
        throw Unclear(
          description: "the Slurm array has \(count) tasks numbered \(least) to \(most): which is which is not clear")
      }
      try add("SLURM_ARRAY_TASK_ID", index: task - least, count: count, named: "SLURM_ARRAY_TASK_COUNT")
    }
    if let index = try number("JOB_COMPLETION_INDEX") {
      try add("JOB_COMPLETION_INDEX", index: index, count: try number("KENTLEDGE_SHARDS"), named: "KENTLEDGE_SHARDS")
    }
    if let rank = try number("OMPI_COMM_WORLD_RANK") {
      try add(
        "OMPI_COMM_WORLD_RANK", index: rank, count: try number("OMPI_COMM_WORLD_SIZE"), named: "OMPI_COMM_WORLD_SIZE")
    }
    if let rank = try number("SLURM_PROCID") {
      // A batch script has a rank, and a count only where tasks were asked for.
      try add("SLURM_PROCID", index: rank, count: try number("SLURM_NTASKS") ?? 1, named: "SLURM_NTASKS")
    }
    return sources
  }

  private static func number(_ name: String, in environment: [String: String]) throws(Unclear) -> Int? {
    guard let text = environment[name], !text.isEmpty else { return nil }
    guard let number = Int(text), (0...1_000_000_000).contains(number) else {
      throw Unclear(description: "\(name) is '\(text.prefix(40))', expected a whole number")
    }
    return number
  }
}
