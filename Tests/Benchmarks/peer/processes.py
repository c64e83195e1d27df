"""The peer as a whole: its processes, one run after another, and its figures beside Kentledge's."""

import multiprocessing
import statistics
import time
from multiprocessing import shared_memory

from .prepared import TYPES, Prepared
from .worker import PROCESSES, Worker, serve


class Peer:
    """The processes, and one whole run after another."""

    def __init__(self, file, paths, chunk, arithmetic, seed=1):
        self.p = Prepared(file)
        self.paths = paths
        size = Worker.bytes_needed(self.p, paths, chunk)
        self.memory = shared_memory.SharedMemory(create=True, size=size)
        context = multiprocessing.get_context("spawn")
        self.connections, self.processes = [], []
        started = time.perf_counter()
        for number in range(PROCESSES):
            ours, theirs = context.Pipe()
            process = context.Process(
                target=serve, args=(theirs, number, file, self.memory.name, paths, chunk, seed, arithmetic), daemon=True)
            process.start()
            self.connections.append(ours)
            self.processes.append(process)
        for connection in self.connections:
            connection.recv()
        self.start_seconds = time.perf_counter() - started

    def order(self, *order):
        for connection in self.connections:
            connection.send(order)
        return [connection.recv() for connection in self.connections]

    def run(self):
        before = time.perf_counter()
        drawn = self.order("draw")
        between = time.perf_counter()
        measured = self.order("measure")
        after = time.perf_counter()
        self.figures = {key: value for result, _ in measured for key, value in result.items()}
        # Each process has a core, so that the network's share of the wall is the mean of theirs.
        network = statistics.mean(result for result, _ in drawn)
        return {"total": after - before, "network": network, "measures": after - between,
                "rest": after - before - network, "memory": sum(memory for _, memory in measured)}

    def close(self):
        for connection in self.connections:
            connection.send(None)
        for process in self.processes:
            process.join()
        self.memory.close()
        self.memory.unlink()

    def alone(self, seconds=0.3):
        """Paths a second of the network alone on all processes at once, at its best batch size."""
        rates = [result for result, _ in self.order("alone", seconds)]
        return max(sum(rate[batch] for rate in rates) for batch in rates[0])

    def sections(self, seconds):
        """Paths a second of each stretch, all processes at once."""
        rates = [result for result, _ in self.order("sections", seconds)]
        return {name: sum(rate[name] for rate in rates) for name in rates[0]}

    def compare(self, results):
        """Kentledge's figures beside the peer's: (name, Kentledge's, the peer's, difference in standard errors)."""
        rows = {(row["entity"], row["item"], row["statistic"], row.get("variant")): row for row in results["rows"]
                if row.get("quarter") is None}
        p = self.p
        banks, quarters = len(p.banks), p.capital_quarters
        types = 5 + quarters
        minima = types + TYPES + 2 * banks
        networks = types + TYPES + 4 * banks
        wanted = [(("system", "loan_loss", name, None), 0, key) for name, key in
                  [("mean", "mean"), ("sd", "sd"), ("var_95", 0.95), ("var_99", 0.99), ("var_99.9", 0.999),
                   ("es_95", ("es", 0.95)), ("es_99", ("es", 0.99)), ("es_99.9", ("es", 0.999))]]
        wanted += [(("system", "minimum_cet1_ratio", name, None), 3, key)
                   for name, key in [("mean", "mean"), ("p01", 0.01), ("p50", 0.5), ("p95", 0.95)]]
        names = ["first_mortgage", "junior_lien", "commercial_and_industrial", "commercial_real_estate", "credit_card",
                 "other_consumer", "other_loans"]
        wanted += [((name, "loan_loss", "mean", None), types + k, "mean") for k, name in enumerate(names)]
        for bank, name in enumerate(p.banks):
            wanted += [((name, "loan_loss", "mean", None), types + TYPES + bank, "mean"),
                       ((name, "minimum_cet1_ratio", "p50", None), minima + bank, 0.5)]
        for i, text in enumerate(p.shares):
            variant = f"inside_share={float(text):.0%}"
            wanted += [(("system", item, "mean", variant), networks + 4 * i + k, "mean")
                       for item, k in [("defaults", 0), ("contagion_defaults", 1), ("debtrank", 3)]]
            wanted.append((("system", "debtrank", "var_99", variant), networks + 4 * i + 3, 0.99))
        found = []
        for key, index, statistic in wanted:
            found.append((key, rows[key], float(self.figures[0, index][statistic])))
        for least in (1, 2, 5):
            key = ("system", "banks_breaching", f"probability_at_least_{least}", None)
            found.append((key, rows[key], 1 - float(self.figures[0, 4]["below"][least - 1])))
        return [(" ".join(filter(None, key)), row["value"], value,
                 (value - row["value"]) / (2 ** 0.5 * row["standard_error"]) if row["standard_error"] else 0.0)
                for key, row, value in found]
