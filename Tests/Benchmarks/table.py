"""Measures every stretch of the row beside its peer, and what a path costs against the size of the run.

    Tests/Benchmarks/run.sh          builds, installs the peers into a folder of their own and runs this

Writes results.json, the table in README.md and scaling.svg beside this file. A round runs Kentledge and its peers in
turn on the same two cores, so that ratios are taken between neighbours; medians are given, with the lowest and highest
ratio. `--quick` shows in a minute that everything works; its figures mean little.
"""

import argparse
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import tempfile

from peer.processes import Peer  # first: it sets how many threads TensorFlow takes
from peer.worker import PROCESSES

import keras
import numpy
import tensorflow

import chart
import whole_run_peer as whole_run
from measured import measured

HERE = pathlib.Path(__file__).parent
SCENARIO = whole_run.ROOT / "scenarios/us-severely-adverse-2026.yaml"
SECTIONS = {
    "shocks": ("Shock generation: 16 factors × 13 quarters", []),
    "copula": ("t copula with margins: the same numbers", []),
    "lstm": ("LSTM 32, 13 steps of 18 values", ["hidden=32"]),
    "lstm-reference": ("LSTM 50-50-50", ["hidden=50-50-50"]),
    "capital": ("Bank effects, capital of 32 banks, clearing, DebtRank", []),
}
# Multiplications and additions of one sequence: four gates of every unit, on its layer's inputs and units, in every step.
STEPS, INPUTS = 13, 18
OPERATIONS = {
    name: STEPS * sum(8 * units * (before + units) for before, units in zip([INPUTS, *layers], layers))
    for name, layers in (("lstm", [32]), ("lstm-reference", [50, 50, 50]))
}
SWEEPS = {
    "factors": [("shocks", [8, 16, 32, 64, 128])],
    "banks": [("capital", [10, 32, 100, 320, 1000])],
    "quarters": [(section, [4, 8, 13, 20, 40]) for section in ("shocks", "lstm", "capital")],
    "hidden": [("lstm", [16, 32, 64, 128, 256])],
}


def section(programs, name, options, threads, seconds):
    """Paths a second, and the peak memory in MiB."""
    output, usage = measured([programs / "benchmarks", name.split("-")[0], threads, seconds, *options], whole_run.ROOT)
    return float(output), usage["memory"]


def quantlib(seconds):
    """Two processes at once; `None` where QuantLib is not installed."""
    command = [sys.executable, str(HERE / "quantlib_paths.py"), str(seconds)]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
                 for _ in range(PROCESSES)]
    texts = [process.communicate()[0] for process in processes]
    return sum(map(float, texts)) if all(process.returncode == 0 for process in processes) else None


def measure_sections(programs, rounds, seconds, weights, chunk):
    """Per section the rates of every round: ours on two threads and on one, numpy, XLA, and QuantLib."""
    with tempfile.TemporaryDirectory() as folder:
        peers = {}
        for name, arithmetic, extra in (("numpy", "numpy", []), ("xla", "xla", []), ("reference", "numpy", [weights])):
            exported = str(pathlib.Path(folder, name))
            subprocess.run([programs / "benchmarks", "export", SCENARIO, exported, *extra], cwd=whole_run.ROOT,
                           check=True)
            peers[name] = Peer(exported, 8 * chunk, chunk, arithmetic)
        rates = {name: {"ours": [], "one": [], "numpy": [], "xla": [], "quantlib": [], "memory": 0.0}
                 for name in SECTIONS}
        peak = []
        for _ in range(rounds):
            peak.append(float(measured([programs / "benchmarks", "peak", PROCESSES, seconds], whole_run.ROOT)[0]))
            theirs = {name: each.sections(seconds) for name, each in peers.items()}
            for form in ("numpy", "xla"):
                theirs[form]["lstm-reference"] = theirs["reference"]["lstm"]
            for name, (_, options) in SECTIONS.items():
                row = rates[name]
                rate, memory = section(programs, name, options, PROCESSES, seconds)
                row["ours"].append(rate)
                row["memory"] = max(row["memory"], memory)
                row["one"].append(section(programs, name, options, 1, seconds)[0])
                for form in ("numpy", "xla"):
                    row[form].append(theirs[form][name])
            rates["shocks"]["quantlib"].append(quantlib(seconds))
        for each in peers.values():
            each.close()
    return rates | {"peak": peak}


def measure_sweeps(programs, rounds, seconds):
    """Microseconds a path on two threads by section and size."""
    costs = {}
    for option, parts in SWEEPS.items():
        for name, sizes in parts:
            for size in sizes:
                found = [section(programs, name, [f"{option}={size}"], 2, seconds)[0] for _ in range(rounds)]
                costs.setdefault(option, {}).setdefault(name, {})[size] = 1e6 / max(found)
    return costs


def measure_paths(programs, counts):
    """Seconds and MiB of the whole command by number of paths."""
    found = {}
    for count in counts:
        with tempfile.TemporaryDirectory(prefix="kentledge-paths-") as folder:
            one, _ = whole_run.kentledge(str(programs / "kentledge"), str(SCENARIO), count, folder)
        found[count] = {key: one[key] for key in ("total", "processor", "memory")}
        print(f"{count:,} paths: {one['total']:.1f} s, {one['memory']:.0f} MiB", flush=True)
    return found


def measure_threads(programs, paths, rounds):
    """Seconds of the whole command on one thread and on two, in turn."""
    seconds = {1: [], 2: []}
    for _ in range(rounds):
        for threads in seconds:
            with tempfile.TemporaryDirectory(prefix="kentledge-paths-") as folder:
                one, _ = whole_run.kentledge(str(programs / "kentledge"), str(SCENARIO), paths, folder, threads)
            seconds[threads].append(one["total"])
    return seconds


def ratio(ours, theirs, form=".1f"):
    values = sorted(a / b for a, b in zip(ours, theirs))
    return f"{statistics.median(values):{form}} ({values[0]:{form}}–{values[-1]:{form}})"


def median(values, form="{:,.0f}"):
    return form.format(statistics.median(values))


def section_rows(found):
    rows = ["| paths/s on two cores | Kentledge | numpy | XLA | Kentledge over the faster | 1 → 2 threads | peak "
            "memory, MiB |", "|---|---|---|---|---|---|---|"]
    for name, (title, _) in SECTIONS.items():
        row = found["sections"][name]
        is_network = name.startswith("lstm")
        faster = row["xla"] if is_network else [max(pair) for pair in zip(row["numpy"], row["xla"])]
        rows.append("| " + " | ".join([
            title, median(row["ours"]), "" if is_network else median(row["numpy"]), median(row["xla"]),
            ratio(row["ours"], faster), ratio(row["ours"], row["one"]), f"{row['memory']:.0f}"]) + " |")
        if row["quantlib"] and all(row["quantlib"]):
            rows.append(f"| the same shape, Gaussian, by QuantLib's multi-path generator | | {median(row['quantlib'])} "
                        f"| | {ratio(row['ours'], row['quantlib'])} | | |")
    return rows


def whole_rows(found):
    rows = [f"| whole run, {found['whole_paths']:,} paths, s | Kentledge | Python | its network | its rest | Kentledge "
            "faster by | drawing and gathering alone | with Python's start and compiling | network in the run, of "
            "Keras/XLA alone | peak memory, MiB |", "|---|---|---|---|---|---|---|---|---|---|"]
    for name, one in found["whole"].items():
        ours, theirs = one["ours"], one["theirs"]
        times = {key: [run[key] for run in theirs] for key in ("total", "network", "rest")}
        share = statistics.median(one["drawn"] / network / alone
                                  for network, alone in zip(times["network"], one["alone"]))
        rows.append("| " + " | ".join(
            [name, median([run["total"] for run in ours], "{:.2f}")]
            + [median(times[key], "{:.2f}") for key in ("total", "network", "rest")]
            + [ratio(times["total"], [run["total"] for run in ours]),
               ratio(times["total"], [run["work"] for run in ours]),
               ratio([one["start"] + total for total in times["total"]], [run["total"] for run in ours]),
               f"{share:.0%}",
               f"{max(run['memory'] for run in ours):,.0f}, Python {max(run['memory'] for run in theirs):,.0f}"])
            + " |")
    return rows


def limits(found):
    """How near the network is to what the machine can do, and what that leaves to gain."""
    sections, peak = found["sections"], statistics.median(found["sections"]["peak"])
    rates = {name: statistics.median(sections[name]["ours"]) for name in OPERATIONS}
    reached = [f"{1e-9 * rates[name] * OPERATIONS[name]:.0f} GFLOP/s with {SECTIONS[name][0].split(',')[0]} "
               f"({1e-9 * rates[name] * OPERATIONS[name] / peak:.0%})" for name in OPERATIONS]
    texts = [f"Large matrix products reach {peak:.0f} GFLOP/s on the two cores (`benchmarks peak 2 1`); the network "
             f"{' and '.join(reached)}."]
    for name, section in (("models that ship; XLA", "lstm"), ("LSTM 50-50-50; XLA", "lstm-reference")):
        one = found["whole"][name]
        network = found["whole_paths"] / rates[section]
        processor, python = (statistics.median(run[key] for run in one[side])
                             for side, key in (("ours", "processor"), ("theirs", "total")))
        texts.append(f"*{name.split(';')[0]}*: {1 - PROCESSES * network / processor:.0%} of the run's "
                     f"{processor:.1f} s of processor time are outside the network; were they nothing, the run would be "
                     f"{python / network:.1f} times as fast as Python.")
    return texts


def table(found):
    rows = section_rows(found) + [""] + whole_rows(found) + [""] + limits(found)
    if "threads" in found:
        threads = found["threads"]
        rows += ["", f"Whole run at {threads['paths']:,} paths: two threads are "
                 f"{ratio(threads['seconds']['1'], threads['seconds']['2'], '.2f')} times as fast as one."]
    rows += ["", "| paths | seconds | µs a path | peak memory, MiB |", "|---|---|---|---|"]
    for count, one in found["paths"].items():
        rows.append(f"| {int(count):,} | {one['total']:.1f} | {1e6 * one['total'] / int(count):.1f} | "
                    f"{one['memory']:.0f} |")
    return "\n".join(rows)


def panels(found):
    sweeps = found["sweeps"]
    quarters = {}
    for costs in sweeps["quarters"].values():
        for size, cost in costs.items():
            quarters[size] = quarters.get(size, 0) + cost
    def points(costs): return [(int(size), cost) for size, cost in costs.items()]
    return [
        ("Whole run", "paths", "seconds", [(int(count), one["total"]) for count, one in found["paths"].items()]),
        ("Shock generation", "factors", "µs a path", points(sweeps["factors"]["shocks"])),
        ("Capital and clearing", "banks", "µs a path", points(sweeps["banks"]["capital"])),
        ("Shocks, LSTM, capital, clearing", "quarters", "µs a path", points(quarters)),
        ("LSTM, one layer, 13 steps", "hidden units", "µs a path", points(sweeps["hidden"]["lstm"])),
    ]


def machine():
    lines = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), platform.processor())
    return (f"{model}, {os.cpu_count()} cores; Keras {keras.__version__}, TensorFlow {tensorflow.__version__}, "
            f"numpy {numpy.__version__}")


def save(found, file):
    """One line a part."""
    parts = (f"{json.dumps(name)}: {json.dumps(part)}" for name, part in found.items())
    file.write_text("{\n" + ",\n".join(parts) + "\n}\n")


def write(found, folder):
    """Table and chart from what was measured."""
    readme = folder / "README.md"
    before, _, rest = readme.read_text().partition("<!-- table -->")
    _, _, after = rest.partition("<!-- end of table -->")
    readme.write_text(f"{before}<!-- table -->\n{found['machine']}.\n\n{table(found)}\n<!-- end of table -->{after}")
    (folder / "scaling.svg").write_text(chart.draw(panels(found)))
    print(table(found))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--programs", type=pathlib.Path, default=whole_run.ROOT / ".build/release")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only-write", action="store_true", help="from results.json as it stands")
    parser.add_argument("--parts", default="sections,whole,threads,sweeps,paths", help="what to measure anew")
    arguments = parser.parse_args()
    file = HERE / "results.json"
    found = json.loads(file.read_text()) if file.exists() else {}
    if not arguments.only_write:
        programs = arguments.programs.resolve()
        quick = arguments.quick
        rounds, seconds, paths = (1, 0.2, 10_000) if quick else (5, 0.5, 100_000)
        weights = pathlib.Path(tempfile.gettempdir(), f"reference-model-{os.getpid()}.safetensors")
        subprocess.run([programs / "benchmarks", "reference-model", weights], cwd=whole_run.ROOT, check=True)
        found["machine"] = machine()
        for part in arguments.parts.split(","):
            if part == "sections":
                found[part] = measure_sections(programs, rounds, seconds, weights, whole_run.CHUNK)
            elif part == "whole":
                found["whole_paths"] = paths
                found[part] = {
                    name: whole_run.compare_runs(programs, SCENARIO, each, paths, whole_run.CHUNK, form, rounds)
                    for name, each, form in (
                        ("models that ship; numpy", None, "numpy"), ("models that ship; XLA", None, "xla"),
                        ("models that ship; numpy in 64 bits", None, "numpy64"),
                        ("LSTM 50-50-50; numpy", weights, "numpy"), ("LSTM 50-50-50; XLA", weights, "xla"))}
            elif part == "threads":
                count = 20_000 if quick else 1_000_000
                found[part] = {"paths": count, "seconds": measure_threads(programs, count, 1 if quick else 2)}
            elif part == "sweeps":
                found[part] = measure_sweeps(programs, 1 if quick else 2, seconds)
            elif part == "paths":
                found[part] = measure_paths(programs, [10 ** k for k in ((3, 4) if quick else (4, 5, 6, 7))])
            found = json.loads(json.dumps(found))
            if not quick:
                save(found, file)
        weights.unlink()
    missing = {"sections", "whole", "sweeps", "paths"} - found.keys()
    if missing:
        print(f"not measured yet: {', '.join(sorted(missing))}")
    elif arguments.quick:
        print(table(found))
    else:
        write(found, HERE)


if __name__ == "__main__":
    main()
