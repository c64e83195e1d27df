"""The work of `kentledge run` once more, as a good Python engineer would do it: numpy and Keras/XLA, timed beside it.

    swift build -c release
    python -m venv /tmp/keras && /tmp/keras/bin/pip install keras==3.15.1 tensorflow-cpu numpy safetensors
    /tmp/keras/bin/python Tests/Benchmarks/whole_run_peer.py                       # the models that ship
    /tmp/keras/bin/python Tests/Benchmarks/whole_run_peer.py --weights FILE        # e.g. of `benchmarks reference-model`

Same work: t-copula shocks with their margins through the VAR(1) and the factors' scales; features; LSTM ensemble, linear
challenger and residual errors; bank effects; nine quarters of capital of 32 banks; clearing and DebtRank at both inside
shares; the runs without model error and with other opening allowances; every column sorted for its measures. All that is
fitted comes from `benchmarks export`; random numbers are numpy's own. The figures must agree with Kentledge's within
four standard errors, else the script fails: then it would not be the same work.

Form: no Python loop over paths. Two processes, one core each, take chunks of paths that fit the cache; all arithmetic is in
32-bit floats, fused by XLA, with paths innermost; the network is Keras's own LSTM layers, unrolled, compiled by XLA.
Importing TensorFlow, reading and compiling are measured by themselves; Kentledge's time is its whole command's.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

from measured import measured
from peer.arithmetic import ARITHMETIC
from peer.processes import Peer
from peer.worker import PROCESSES

ROOT = pathlib.Path(__file__).parents[2]
CHUNK = 1_250


def scenario_with(weights, scenario, folder):
    """The scenario's file, or one that extends it with other weights."""
    if not weights:
        return str(scenario)
    path = pathlib.Path(folder, "reference-run.yaml")
    path.write_text(f"schema: kentledge/1\nextends: {os.path.relpath(scenario, folder)}\nid: reference-run\n"
                    f"title: Reference run\nmodels: {{loss_rates: {os.path.relpath(weights, folder)}}}\n")
    return str(path)


def kentledge(program, scenario, paths, folder, threads=PROCESSES):
    """One run of the whole command: wall and processor seconds, peak memory in MiB, its own timings, its results."""
    output = pathlib.Path(folder, "run")
    command = [program, "run", scenario, "--paths", str(paths), "--threads", str(threads), "--quiet", "--force",
               "-o", str(output)]
    _, usage = measured(command, ROOT)
    manifest = json.loads((output / "manifest.json").read_text())
    work = sum(each["seconds"] for each in manifest["timings"] if each["stage"] in ("draw", "gather"))
    return usage | {"work": work}, json.loads((output / "results.json").read_text())


def spread(values, form="{:.2f}"):
    return f"{form.format(statistics.median(values))} ({', '.join(form.format(v) for v in values)})"


def compare_runs(programs, scenario, weights, paths, chunk, arithmetic, rounds, say=print):
    """Paired rounds of the whole run; returns all that was measured."""
    with tempfile.TemporaryDirectory(prefix="kentledge-peer-") as folder:
        exported = str(pathlib.Path(folder, "prepared.safetensors"))
        subprocess.run([str(programs / "benchmarks"), "export", str(scenario), exported]
                       + ([str(weights)] if weights else []), cwd=ROOT, check=True)
        peer = Peer(exported, paths, chunk, arithmetic)
        file = scenario_with(weights, scenario, folder)
        ours, theirs, results = [], [], None
        peer.run()
        peer.alone()
        alone = []
        for number in range(rounds):
            run, results = kentledge(str(programs / "kentledge"), file, paths, folder)
            ours.append(run)
            theirs.append(peer.run())
            alone.append(peer.alone())
            say(f"round {number + 1}: Kentledge {ours[-1]['total']:.2f} s, Python {theirs[-1]['total']:.2f} s "
                f"(network {theirs[-1]['network']:.2f})", flush=True)
        compared, started = peer.compare(results), peer.start_seconds
        members = peer.p.members
        peer.close()
    drawn = -(-paths // chunk) * chunk
    return {"ours": ours, "theirs": theirs, "compared": compared, "alone": alone, "start": started, "drawn": drawn,
            "members": members, "ratios": [t["total"] / o["total"] for o, t in zip(ours, theirs)]}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--programs", type=pathlib.Path, default=ROOT / ".build/release")
    parser.add_argument("--scenario", type=pathlib.Path, default=ROOT / "scenarios/us-severely-adverse-2026.yaml")
    parser.add_argument("--weights", type=pathlib.Path, help="loss-rate models in place of the scenario's")
    parser.add_argument("--paths", type=int, default=100_000)
    parser.add_argument("--chunk", type=int, default=CHUNK, help="paths that a process takes at a time")
    parser.add_argument("--arithmetic", choices=ARITHMETIC, default="numpy", help="of all that is not the network")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=pathlib.Path, help="where to write all that was measured")
    arguments = parser.parse_args()
    if not (arguments.programs / "benchmarks").exists() or not (arguments.programs / "kentledge").exists():
        sys.exit(f"no programs in {arguments.programs}: run  swift build -c release")
    weights = arguments.weights and arguments.weights.resolve()
    found = compare_runs(arguments.programs.resolve(), arguments.scenario.resolve(), weights, arguments.paths,
                         arguments.chunk, arguments.arithmetic, arguments.rounds)
    theirs, ours = found["theirs"], found["ours"]
    for name in ("total", "network", "rest", "measures"):
        print(f"Python {name}: {spread([run[name] for run in theirs])} s")
    print(f"Kentledge's whole command: {spread([run['total'] for run in ours])} s, of that drawing paths and gathering "
          f"figures {spread([run['work'] for run in ours])}; processor {spread([run['processor'] for run in ours])} s")
    in_run = [found["drawn"] / run["network"] for run in theirs]
    print(f"Keras/XLA: {spread(in_run, '{:,.0f}')} paths/s within the run, {spread(found['alone'], '{:,.0f}')} alone: "
          f"{statistics.median(a / b for a, b in zip(in_run, found['alone'])):.0%}")
    print(f"memory: Kentledge {max(run['memory'] for run in ours):,.0f} MiB, "
          f"Python {max(run['memory'] for run in theirs):,.0f} MiB; Python's start and compiling {found['start']:.1f} s")
    print(f"Kentledge is {spread(found['ratios'])} times as fast, drawing and gathering alone "
          f"{spread([t['total'] / o['work'] for o, t in zip(ours, theirs)])}, with Python's start and compiling "
          f"{spread([(found['start'] + t['total']) / o['total'] for o, t in zip(ours, theirs)])}")
    worst = sorted(found["compared"], key=lambda row: -abs(row[3]))
    print(f"{len(worst)} figures compared; farthest apart, in standard errors of the difference:")
    for name, our, their, errors in worst[:5]:
        print(f"  {name}: {our:.6g} and {their:.6g}, {errors:+.1f}")
    if arguments.json:
        arguments.json.write_text(json.dumps(found, indent=1))
    if abs(worst[0][3]) > 4:
        sys.exit("the figures differ by more than four standard errors: this is not the same work")


if __name__ == "__main__":
    main()
