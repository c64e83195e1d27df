import Testing

@testable import StressTesting

@Suite struct ShardTests {
  @Test(arguments: [0, 1, 5, 31, 2_447], [1, 2, 3, 7, 40, 1_000])
  func shardsAreThePartsOfTheWhole(tasks: Int, count: Int) throws {
    var next = 0
    var sizes: Set<Int> = []
    for number in 1...count {
      let range = try #require(Shard(number, of: count)).range(of: tasks)
      #expect(range.lowerBound == next)
      next = range.upperBound
      sizes.insert(range.count)
    }
    #expect(next == tasks)
    #expect(sizes.max()! - sizes.min()! <= 1)
  }

  @Test(arguments: ["", "3", "3/", "/8", "0/8", "9/8", "-1/8", "1/0", "1/1001", "3/8/1", "3 /8", "a/b", "1.0/2"])
  func whatIsNoShardIsRefused(text: String) { #expect(Shard(text) == nil) }

  @Test func aShardIsReadAsItIsWritten() throws {
    let shard = try #require(Shard("3/8"))
    #expect(shard.number == 3 && shard.count == 8)
    #expect("\(shard)" == "3/8" && shard.directoryName == "shard-3-of-8")
  }
}

@Suite struct ShardEnvironmentTests {
  struct Case: CustomTestStringConvertible {
    let testDescription: String
    let environment: [String: String]
    /// As text; `nil` where it is not clear.
    let shard: String?
  }

  static let array = [
    "SLURM_ARRAY_TASK_ID": "3", "SLURM_ARRAY_TASK_MIN": "1", "SLURM_ARRAY_TASK_MAX": "8", "SLURM_ARRAY_TASK_COUNT": "8",
  ]

  static let cases = [
    Case(testDescription: "nothing", environment: ["PATH": "/bin"], shard: nil),
    Case(testDescription: "Slurm array from 1", environment: array, shard: "3/8"),
    Case(
      testDescription: "Slurm array from 0",
      environment: [
        "SLURM_ARRAY_TASK_ID": "0", "SLURM_ARRAY_TASK_MIN": "0", "SLURM_ARRAY_TASK_MAX": "3",
        "SLURM_ARRAY_TASK_COUNT": "4",
      ], shard: "1/4"),
    Case(
      testDescription: "Slurm array with gaps",
      environment: array.merging(["SLURM_ARRAY_TASK_MAX": "15"]) { $1 }, shard: nil),
    Case(
      testDescription: "Slurm array without a count", environment: array.filter { !$0.key.hasSuffix("COUNT") },
      shard: nil),
    Case(
      testDescription: "a task outside the array", environment: array.merging(["SLURM_ARRAY_TASK_ID": "9"]) { $1 },
      shard: nil),
    Case(
      testDescription: "a task of an array is a step of one",
      environment: array.merging(["SLURM_PROCID": "0", "SLURM_NTASKS": "1"]) { $1 }, shard: "3/8"),
    Case(
      testDescription: "the task's batch script has a rank and no count",
      environment: array.merging(["SLURM_PROCID": "0"]) { $1 }, shard: "3/8"),
    Case(
      testDescription: "an array of steps",
      environment: array.merging(["SLURM_PROCID": "0", "SLURM_NTASKS": "4"]) { $1 },
      shard: nil),
    Case(
      testDescription: "one task of an array submitted again",
      environment: [
        "SLURM_ARRAY_TASK_ID": "3", "SLURM_ARRAY_TASK_MIN": "3", "SLURM_ARRAY_TASK_MAX": "3",
        "SLURM_ARRAY_TASK_COUNT": "1", "KENTLEDGE_SHARDS": "8",
      ], shard: nil),
    Case(
      testDescription: "Kubernetes", environment: ["JOB_COMPLETION_INDEX": "0", "KENTLEDGE_SHARDS": "5"], shard: "1/5"),
    Case(testDescription: "Kubernetes without a count", environment: ["JOB_COMPLETION_INDEX": "0"], shard: nil),
    Case(
      testDescription: "Open MPI", environment: ["OMPI_COMM_WORLD_RANK": "3", "OMPI_COMM_WORLD_SIZE": "4"],
      shard: "4/4"),
    Case(
      testDescription: "Open MPI within Slurm that counts otherwise",
      environment: [
        "OMPI_COMM_WORLD_RANK": "3", "OMPI_COMM_WORLD_SIZE": "4", "SLURM_PROCID": "0", "SLURM_NTASKS": "4",
      ], shard: nil),
    Case(testDescription: "Slurm step", environment: ["SLURM_PROCID": "1", "SLURM_NTASKS": "2"], shard: "2/2"),
    Case(
      testDescription: "another count is expected",
      environment: ["SLURM_PROCID": "1", "SLURM_NTASKS": "2", "KENTLEDGE_SHARDS": "3"], shard: nil),
    Case(
      testDescription: "no number", environment: ["SLURM_PROCID": "one", "SLURM_NTASKS": "2"], shard: nil),
  ]

  @Test(arguments: cases) func theSchedulersNumberIsTheShard(row: Case) throws {
    if let shard = row.shard {
      #expect(try Shard(environment: row.environment) == Shard(shard))
    } else {
      #expect(throws: Shard.Unclear.self) { try Shard(environment: row.environment) }
    }
  }
}
