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

import whole_run_peer as peer
import chart

HERE = pathlib.Path(__file__).parent
SCENARIO = peer.ROOT / "scenarios/us-severely-adverse-2026.yaml"
SECTIONS = {
    "shocks": ("Shock generation: 16 factors × 13 quarters", []),
    "copula": ("t copula with margins: the same numbers", []),
    "lstm": ("LSTM 32, 13 steps of 18 values", ["hidden=32"]),
    "lstm-reference": ("LSTM 50-50-50", ["hidden=50-50-50"]),
    "capital": ("Bank effects, capital of 32 banks, clearing, DebtRank", []),
}
SWEEPS = {
    "factors": [("shocks", [8, 16, 32, 64, 128])],
    "banks": [("capital", [10, 32, 100, 320, 1000])],
    "quarters": [(section, [4, 8, 13, 20, 40]) for section in ("shocks", "lstm", "capital")],
    "hidden": [("lstm", [16, 32, 64, 128, 256])],
}


def run(command):
    """What a program prints as a number, and its peak memory in MiB."""
    process = subprocess.Popen(list(map(str, command)), stdout=subprocess.PIPE, cwd=peer.ROOT, text=True)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status):
        sys.exit(f"{' '.join(map(str, command))} failed")
    return float(output), usage.ru_maxrss / 1024


def section(programs, name, options, threads, seconds):
    return run([programs / "benchmarks", name.split("-")[0], threads, seconds, *options])


def quantlib(seconds):
    """Two processes at once; `None` where QuantLib is not installed."""
    command = [sys.executable, str(HERE / "quantlib_paths.py"), str(seconds)]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
                 for _ in range(peer.PROCESSES)]
    texts = [process.communicate()[0] for process in processes]
    return sum(map(float, texts)) if all(process.returncode == 0 for process in processes) else None


def measure_sections(programs, rounds, seconds, weights, chunk):
    """Per section the rates of every round: ours on two threads and on one, numpy with XLA, and QuantLib."""
    with tempfile.TemporaryDirectory() as folder:
        peers = {}
        for name, extra in (("default", []), ("reference", [str(weights)])):
            exported = str(pathlib.Path(folder, name))
            subprocess.run([programs / "benchmarks", "export", SCENARIO, exported, *extra], cwd=peer.ROOT, check=True)
            peers[name] = peer.Peer(exported, 100_000, chunk)
        rates = {name: {"ours": [], "one": [], "peer": [], "quantlib": [], "memory": 0.0} for name in SECTIONS}
        for _ in range(rounds):
            theirs = peers["default"].sections(seconds)
            theirs["lstm-reference"] = peers["reference"].sections(seconds)["lstm"]
            for name, (_, options) in SECTIONS.items():
                row = rates[name]
                rate, memory = section(programs, name, options, 2, seconds)
                row["ours"].append(rate)
                row["memory"] = max(row["memory"], memory)
                row["one"].append(section(programs, name, options, 1, seconds)[0])
                row["peer"].append(theirs[name])
            rates["shocks"]["quantlib"].append(quantlib(seconds))
        for each in peers.values():
            each.close()
    return rates


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
        with tempfile.TemporaryDirectory(dir=peer.ROOT / ".build", prefix="paths-") as folder:
            one, _ = peer.kentledge(str(programs / "kentledge"), str(SCENARIO), count, folder)
        found[count] = {key: one[key] for key in ("total", "processor", "memory")}
        print(f"{count:,} paths: {one['total']:.1f} s, {one['memory']:.0f} MiB", flush=True)
    return found


def measure_threads(programs, paths, rounds):
    """Seconds of the whole command on one thread and on two, in turn."""
    seconds = {1: [], 2: []}
    for _ in range(rounds):
        for threads in seconds:
            with tempfile.TemporaryDirectory(dir=peer.ROOT / ".build", prefix="paths-") as folder:
                one, _ = peer.kentledge(str(programs / "kentledge"), str(SCENARIO), paths, folder, threads)
            seconds[threads].append(one["total"])
    return seconds


def ratio(ours, theirs):
    values = sorted(a / b for a, b in zip(ours, theirs))
    return f"{statistics.median(values):.1f} ({values[0]:.1f}–{values[-1]:.1f})"


def median(values, form="{:,.0f}"):
    return form.format(statistics.median(values))


def table(found):
    rows = ["| | Kentledge, paths/s | peer | peer, paths/s | ratio | 1 → 2 threads | peak memory, MiB |",
            "|---|---|---|---|---|---|---|"]
    for name, (title, _) in SECTIONS.items():
        row = found["sections"][name]
        fields = [title, median(row["ours"]), "Keras/XLA" if name.startswith("lstm") else "numpy, XLA",
                  median(row["peer"]), ratio(row["ours"], row["peer"]), ratio(row["ours"], row["one"]),
                  f"{row['memory']:.0f}"]
        rows.append("| " + " | ".join(fields) + " |")
        if all(row["quantlib"]) and row["quantlib"]:
            rows.append(f"| the same, Gaussian | | QuantLib | {median(row['quantlib'])} | "
                        f"{ratio(row['ours'], row['quantlib'])} | | |")
    threads = found["threads"]
    for name, title in (("default", "Whole run, 100,000 paths, models that ship"),
                        ("reference", "Whole run, 100,000 paths, LSTM 50-50-50")):
        whole = found["whole"][name]
        ours, theirs = ([run["total"] for run in whole[side]] for side in ("ours", "theirs"))
        paths = found["whole_paths"]
        scaling = ratio(threads["seconds"]["1"], threads["seconds"]["2"]) if name == "default" else ""
        rows.append("| " + " | ".join([
            title, median([paths / s for s in ours]), "numpy, Keras/XLA", median([paths / s for s in theirs]),
            ratio(theirs, ours), scaling,
            f"{max(run['memory'] for run in whole['ours']):.0f}, peer "
            f"{max(run['memory'] for run in whole['theirs']):,.0f}"]) + " |")
    rows += ["", f"1 → 2 threads of the whole run: at {threads['paths']:,} paths.", "",
             "| whole run, s | Kentledge, all | Python, all | its network | its rest | its network in the run, of "
             "Keras/XLA alone |", "|---|---|---|---|---|---|"]
    for name, title in (("default", "models that ship"), ("reference", "LSTM 50-50-50")):
        whole = found["whole"][name]
        ours, theirs = whole["ours"], whole["theirs"]
        share = statistics.median(whole["drawn"] / run["network"] for run in theirs) / whole["alone"]
        rows.append("| " + " | ".join(
            [title, median([run["total"] for run in ours], "{:.2f}")]
            + [median([run[key] for run in theirs], "{:.2f}") for key in ("total", "network", "rest")]
            + [f"{share:.0%}"]) + " |")
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
        ("Whole run", "paths", "s", [(int(count), one["total"]) for count, one in found["paths"].items()]),
        ("Shock generation", "factors", "µs a path", points(sweeps["factors"]["shocks"])),
        ("Capital and clearing", "banks", "µs a path", points(sweeps["banks"]["capital"])),
        ("Shocks, LSTM, capital, clearing", "quarters", "µs a path", points(quarters)),
        ("LSTM, one layer, 13 steps", "hidden units", "µs a path", points(sweeps["hidden"]["lstm"])),
    ]


def machine():
    lines = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), platform.processor())
    return (f"{model}, {os.cpu_count()} cores; Keras {peer.keras.__version__}, TensorFlow {peer.tf.__version__}, "
            f"numpy {peer.np.__version__}")


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
    parser.add_argument("--programs", type=pathlib.Path, default=peer.ROOT / ".build/release")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only-write", action="store_true", help="from results.json as it stands")
    parser.add_argument("--parts", default="sections,whole,threads,sweeps,paths", help="what to measure anew")
    arguments = parser.parse_args()
    file = HERE / "results.json"
    found = json.loads(file.read_text()) if file.exists() else {}
    if not arguments.only_write:
        programs = arguments.programs.resolve()
        quick = arguments.quick
        rounds, seconds, paths = (1, 0.2, 10_000) if quick else (5, 1.0, 100_000)
        weights = pathlib.Path(tempfile.gettempdir(), f"reference-model-{os.getpid()}.safetensors")
        subprocess.run([programs / "benchmarks", "reference-model", weights], cwd=peer.ROOT, check=True)
        found["machine"] = machine()
        for part in arguments.parts.split(","):
            if part == "sections":
                found[part] = measure_sections(programs, rounds, seconds, weights, peer.CHUNK)
            elif part == "whole":
                found["whole_paths"] = paths
                found[part] = {
                    name: peer.compare_runs(programs, SCENARIO, each, paths, peer.CHUNK, rounds)
                    for name, each in (("default", None), ("reference", weights))}
            elif part == "threads":
                count = 20_000 if quick else 1_000_000
                found[part] = {"paths": count, "seconds": measure_threads(programs, count, 1 if quick else 3)}
            elif part == "sweeps":
                found[part] = measure_sweeps(programs, 1 if quick else 3, seconds)
            elif part == "paths":
                found[part] = measure_paths(programs, [10 ** k for k in ((3, 4) if quick else (4, 5, 6, 7))])
            found = json.loads(json.dumps(found))
            if not quick:
                file.write_text(json.dumps(found, indent=1) + "\n")
        weights.unlink()
    if arguments.quick:
        print(table(found))
    else:
        write(found, HERE)


if __name__ == "__main__":
    main()
