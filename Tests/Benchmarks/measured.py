"""A command's output, seconds and memory.

The command is started from a small process of its own: the peak memory that the system tells of a child begins with that
of the process which forked it, and one that has imported TensorFlow is large.
"""

import json
import os
import subprocess
import sys
import time


def measured(command, directory):
    """What the command prints, and its seconds, processor seconds and peak memory in MiB; ends the program if it fails."""
    process = subprocess.run([sys.executable, "-S", __file__, *map(str, command)], stdout=subprocess.PIPE, text=True,
                             cwd=directory)
    output, _, last = process.stdout.rstrip("\n").rpartition("\n")
    if process.returncode:
        sys.exit(f"{' '.join(map(str, command))} failed")
    return output, json.loads(last)


def main():
    before = time.perf_counter()
    pid = os.spawnvp(os.P_NOWAIT, sys.argv[1], sys.argv[1:])
    _, status, usage = os.wait4(pid, 0)
    seconds = time.perf_counter() - before
    print(flush=True)
    print(json.dumps({"total": seconds, "processor": usage.ru_utime + usage.ru_stime,
                      "memory": usage.ru_maxrss / 1024}))
    # A failed check of the scenario is 3, and the run is done all the same.
    sys.exit(os.waitstatus_to_exitcode(status) not in (0, 3))


if __name__ == "__main__":
    main()
