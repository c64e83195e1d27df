/// The commands of a run in shards, as a scheduler wants them.
///
/// Exit codes decide what happens next: 75 may succeed later, and 64, 65 and 66 never will. `--resume` makes every
/// repetition cheap: it takes what is there.
public struct JobScript: Sendable {
  /// The scenario file as it will be named on every machine.
  public let scenario: String
  public let scenarioIdentity: String
  public let paths: Int?
  public let seed: UInt64?
  public let shardCount: Int
  public let threads: Int
  /// Where the shards go; the run itself is written beside, in `output`.
  public let shardDirectory: String
  public let output: String
  public let plan: RunPlan

  public init(
    scenario: String, scenarioIdentity: String, paths: Int?, seed: UInt64?, shardCount: Int, threads: Int,
    shardDirectory: String, output: String, plan: RunPlan
  ) {
    self.scenario = scenario
    self.scenarioIdentity = scenarioIdentity
    self.paths = paths
    self.seed = seed
    self.shardCount = shardCount
    self.threads = threads
    self.shardDirectory = shardDirectory
    self.output = output
    self.plan = plan
  }

  private var runArguments: [String] {
    ["run", scenario] + (paths.map { ["--paths", String($0)] } ?? []) + (seed.map { ["--seed", String($0)] } ?? [])
      + ["--threads", String(threads), "--resume", "-o", shardDirectory, "--shard"]
  }

  private var mergeArguments: [String] {
    ["merge", shardDirectory, "--threads", String(threads), "-o", output]
  }

  private func shell(_ arguments: [String]) -> String { arguments.map(ShellWord.quoted).joined(separator: " ") }

  /// Twice what was estimated, and never less than ten minutes.
  private static func minutes(_ seconds: Double) -> Int { max(10, Int((2 * seconds / 60).rounded(.up))) }

  private var megabytes: Int { Int((1.5 * plan.memoryMegabytes).rounded(.up)) }

  /// For `bash`: submits an array with one task a shard, and a job that merges them when all have ended.
  public var slurm: String {
    let slowest = plan.shards.map(\.seconds).max() ?? plan.drawingSeconds
    return """
      #!/bin/bash
      # Submits the shards of \(scenarioIdentity) to Slurm, and their merging.
      # Start it with bash where scenario and output can be reached from every node.
      set -euo pipefail
      export KENTLEDGE="${KENTLEDGE:-kentledge}"

      shards=$(sbatch --parsable <<'JOB'
      #!/bin/bash
      #SBATCH --job-name=\(jobName("shards"))
      #SBATCH --array=1-\(shardCount)
      #SBATCH --requeue
      #SBATCH --cpus-per-task=\(threads)
      #SBATCH --mem=\(megabytes)M
      #SBATCH --time=\(Self.minutes(slowest))
      #SBATCH --signal=B:USR1@60
      # A minute before the time is up the run is stopped; its paths stay, and the next attempt goes on with them.
      trap 'kill -TERM "$run" 2>/dev/null' USR1
      "$KENTLEDGE" \(shell(runArguments)) "$SLURM_ARRAY_TASK_ID/\(shardCount)" &
      run=$!
      wait "$run"; status=$?
      while kill -0 "$run" 2>/dev/null; do wait "$run"; status=$?; done
      # 75: the place was taken; 143: stopped for want of time. Both may succeed later.
      if [ "$status" -eq 75 ] || [ "$status" -eq 143 ]; then
        if [ "${SLURM_RESTART_COUNT:-0}" -lt 5 ]; then
          scontrol requeue "${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID" && sleep 60
        fi
      fi
      exit "$status"
      JOB
      )
      shards=${shards%%;*}

      # When every shard has ended, however it did: what is missing is listed with the command that draws it.
      merge=$(sbatch --parsable --dependency="afterany:$shards" <<'JOB'
      #!/bin/bash
      #SBATCH --job-name=\(jobName("merge"))
      #SBATCH --requeue
      #SBATCH --cpus-per-task=\(threads)
      #SBATCH --mem=\(megabytes)M
      #SBATCH --time=\(Self.minutes(plan.gatheringSeconds))
      exec "$KENTLEDGE" \(shell(mergeArguments))
      JOB
      )
      echo "shards $shards, merge ${merge%%;*}"

      """
  }

  private func jobName(_ kind: String) -> String {
    let name = scenarioIdentity.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }
    return String(("kentledge-" + String(name)).prefix(50)) + "-" + kind
  }

  /// For `kubectl apply`: an Indexed Job with one index a shard, and a suspended one that merges them.
  /// - Parameters:
  ///   - image: of a container that has `kentledge`.
  ///   - claim: the volume that all write to, mounted at `/run/kentledge`, from where relative names are read.
  public func kubernetes(image: String, claim: String) -> String {
    let shards = jobName("shards"), merge = jobName("merge")
    return """
      # The shards of \(scenarioIdentity) as an Indexed Job, and their merging. When the first is complete, start the second:
      #   kubectl wait --for=condition=complete --timeout=24h job/\(shards)
      #   kubectl patch job/\(merge) --patch '{"spec": {"suspend": false}}'
      # Needs Kubernetes 1.33 for backoffLimitPerIndex.
      apiVersion: batch/v1
      kind: Job
      metadata:
        name: \(shards)
      spec:
        completionMode: Indexed
        completions: \(shardCount)
        parallelism: \(shardCount)
        backoffLimitPerIndex: 5
        podFailurePolicy:
          rules:
            # Usage, invalid input and missing input fail again every time; everything else may be tried again.
            - action: FailIndex
              onExitCodes:
                containerName: kentledge
                operator: In
                values: [64, 65, 66]
            - action: Ignore
              onPodConditions:
                - type: DisruptionTarget
        template:
          spec:
            restartPolicy: Never
            terminationGracePeriodSeconds: 30
            containers:
      \(container(image, runArguments + ["auto"], environment: ["KENTLEDGE_SHARDS": String(shardCount)]))
            volumes:
              - name: run
                persistentVolumeClaim:
                  claimName: \(yaml(claim))
      ---
      apiVersion: batch/v1
      kind: Job
      metadata:
        name: \(merge)
      spec:
        suspend: true
        backoffLimit: 5
        podFailurePolicy:
          rules:
            - action: FailJob
              onExitCodes:
                containerName: kentledge
                operator: In
                values: [64, 65, 66]
        template:
          spec:
            restartPolicy: Never
            containers:
      \(container(image, mergeArguments, environment: [:]))
            volumes:
              - name: run
                persistentVolumeClaim:
                  claimName: \(yaml(claim))

      """
  }

  private func container(_ image: String, _ arguments: [String], environment: [String: String]) -> String {
    var lines = [
      "- name: kentledge", "  image: \(yaml(image))",
      "  command: [\((["kentledge"] + arguments).map(yaml).joined(separator: ", "))]",
    ]
    if !environment.isEmpty {
      lines.append("  env:")
      for (name, value) in environment.sorted(by: { $0.key < $1.key }) {
        lines += ["    - name: \(name)", "      value: \(yaml(value))"]
      }
    }
    lines += [
      "  workingDir: /run/kentledge", "  resources:", "    requests: {cpu: \"\(threads)\", memory: \(megabytes)Mi}",
      "    limits: {memory: \(2 * megabytes)Mi}", "  volumeMounts:", "    - name: run",
      "      mountPath: /run/kentledge",
    ]
    return lines.map { "        " + $0 }.joined(separator: "\n")
  }

  /// A double-quoted scalar.
  private func yaml(_ text: String) -> String {
    let escaped = text.unicodeScalars.map { scalar -> String in
      switch scalar {
      case "\"", "\\": "\\\(scalar)"
      case _ where scalar.value < 0x20: "?"
      default: "\(scalar)"
      }
    }
    return "\"" + escaped.joined() + "\""
  }
}
