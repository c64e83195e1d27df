"""One process of the peer: every other chunk of paths, every other column of the measures."""

import resource
import time
from multiprocessing import shared_memory

import numpy as np
import tensorflow as tf

from .arithmetic import ARITHMETIC, FUSED, compiled
from .banks import Banks
from .economy import Economy
from .network import Network
from .prepared import SERIES, TYPES, Prepared

PROCESSES = 2
FAN_PATHS, WITHOUT_ERROR_PATHS, ALLOWANCE_PATHS = 8_192, 16_384, 4_096


class Row:
    """The whole row for chunks of one size: what is fused, and what is called on its own."""

    def __init__(self, prepared, paths, arithmetic):
        self.p, self.paths, self.dtype = prepared, paths, arithmetic.dtype
        economy, banks = Economy(prepared, paths, arithmetic), Banks(prepared, paths, arithmetic)
        self.normal_rows = (prepared.quarters * (len(prepared.factors) + 1), prepared.quarters * SERIES,
                            len(prepared.banks) * TYPES)
        form = compiled if arithmetic is FUSED else lambda function: function
        self.make_features = form(lambda z: economy.features(economy.shocks(z)))
        self.make_capital = form(lambda features, outputs, z, errors_on, *rest: banks.capital(
            economy.loss_rates(features, outputs, z, errors_on), errors_on, *rest))
        # Stretches by themselves, for the table.
        self.draw_copula, self.draw_shocks, self.walk = map(form, (economy.innovations, economy.shocks, banks.capital))
        self.loss_rates, self.contagion = economy.loss_rates, banks.contagion
        self.network = Network(prepared, paths)

    def run_network(self, x):
        return self.network.call(tf.convert_to_tensor(x, tf.float32)).numpy()


# The stages of a run: paths, model error on, scale of the opening allowances.
def stages(paths):
    few = min(paths, WITHOUT_ERROR_PATHS)
    return [(paths, 1.0, 1.0), (few, 0.0, 1.0), (min(few, ALLOWANCE_PATHS), 1.0, 0.75),
            (min(few, ALLOWANCE_PATHS), 1.0, 1.25)]


def layout(prepared):
    """Columns that every path has, and those of the fans."""
    b = len(prepared.banks)
    official = 5 + prepared.capital_quarters + TYPES + 4 * b + 4 * len(prepared.shares)
    fans = (prepared.quarters * len(prepared.factors) + (prepared.capital_quarters - 1) * b
            + prepared.capital_quarters * TYPES)
    return official, fans


def mean_seconds(call, seconds):
    """Of one call, after two to warm up."""
    call()
    call()
    start, count = time.perf_counter(), 0
    while time.perf_counter() - start < seconds:
        call()
        count += 1
    return (time.perf_counter() - start) / count


class Worker:
    """One process: every other chunk of every stage, and every other column of the measures."""

    def __init__(self, number, file, memory, paths, chunk, seed, arithmetic):
        tf.config.threading.set_intra_op_parallelism_threads(1)
        tf.config.threading.set_inter_op_parallelism_threads(1)
        self.number, self.chunk, self.seed = number, chunk, seed
        self.p = Prepared(file)
        self.row = Row(self.p, chunk, ARITHMETIC[arithmetic])
        official, fans = layout(self.p)
        self.memory = shared_memory.SharedMemory(name=memory)
        self.columns, start = [], 0
        for stage, (count, _, _) in enumerate(stages(paths)):
            chunks = -(-count // chunk)
            self.columns.append(np.ndarray((official, chunks * chunk), np.float32, self.memory.buf, start))
            start += self.columns[-1].nbytes
        self.fans = np.ndarray((fans, min(len(self.columns[0][0]), -(-FAN_PATHS // chunk) * chunk)), np.float32,
                               self.memory.buf, start)
        self.paths, self.networks = paths, {chunk: self.row.network}
        self.walk, self.distress = 0.0, np.zeros((len(self.p.shares), len(self.p.banks)))
        self.normals = [np.empty((rows, chunk), self.row.dtype) for rows in self.row.normal_rows]
        self.draw_chunk(0)

    @staticmethod
    def bytes_needed(prepared, paths, chunk):
        official, fans = layout(prepared)
        rounded = [-(-count // chunk) * chunk for count, _, _ in stages(paths)]
        return 4 * (official * sum(rounded) + fans * (min(rounded[0], FAN_PATHS + chunk)))

    def draw(self):
        """All chunks that are this worker's; returns the seconds within the network."""
        network, chunks = 0.0, -(-self.paths // self.chunk)
        # Members in turn, each with its share of the chunks of each worker.
        own = range(self.number, chunks, PROCESSES)
        for member in range(self.p.members):
            mine = [c for c in own if c // PROCESSES % self.p.members == member]
            if not mine:
                continue
            self.row.network.use(member)
            for number in mine:
                network += self.draw_chunk(number)
        return network

    def draw_chunk(self, number):
        random = np.random.Generator(np.random.SFC64([self.seed, number]))
        for values in self.normals:
            random.standard_normal(dtype=self.row.dtype, out=values)
        row, (z, z_errors, z_effects) = self.row, self.normals
        x, features, response, natural = row.make_features(z)
        before = time.perf_counter()
        outputs = row.run_network(x)
        network = time.perf_counter() - before
        # The short stages have the first paths' economies and network outputs: only what comes after is made anew.
        for stage, (count, errors_on, allowance) in enumerate(stages(self.paths)):
            if number * self.chunk < count:
                made = row.make_capital(features, outputs, z_errors, np.asarray(errors_on, row.dtype), response,
                                        z_effects, np.asarray(allowance, row.dtype))
                self.keep(stage, number, natural, *made)
        return network

    def keep(self, stage, number, natural, columns, walk, lowest, shock, distress, ratios, rates):
        here, common = slice(number * self.chunk, (number + 1) * self.chunk), columns.shape[0]
        target = self.columns[stage]
        target[:common, here] = columns
        if stage > 0:
            return
        self.walk += np.asarray(walk)
        lowest, shock = np.asarray(lowest), np.asarray(shock)
        for i, spread in enumerate(distress):
            figures, gain = self.row.contagion(i, lowest, shock, np.asarray(spread))
            self.distress[i] += gain
            target[common + 4 * i:common + 4 * i + 4, here] = figures
        if here.stop <= self.fans.shape[1]:
            self.fans[:, here] = np.concatenate(
                [np.reshape(part, (-1, self.chunk))
                 for part in (natural, ratios[:-1], rates[:self.p.capital_quarters])])

    def alone(self, seconds):
        """Paths a second of the network and nothing else, the best of several batch sizes."""
        rates = {}
        for batch in (512, self.chunk, 2048):
            if batch not in self.networks:
                self.networks[batch] = Network(self.p, batch)
            network = self.networks[batch]
            x = tf.random.normal([batch, self.p.quarters, self.p.weights["features.mean"].size])
            network.call(x)
            rates[batch] = batch / mean_seconds(lambda: network.call(x).numpy(), seconds)
        return rates

    def sections(self, seconds):
        """Paths a second of each stretch by itself."""
        row, (z, z_errors, z_effects), one = self.row, self.normals, np.ones((), self.row.dtype)
        random = np.random.Generator(np.random.SFC64(self.number))
        x, features, response, _ = row.make_features(z)
        rates = row.loss_rates(*map(np.asarray, (features, row.run_network(x))), z_errors, 1.0)
        rates = np.asarray(rates)

        def draw(function):
            random.standard_normal(dtype=self.row.dtype, out=z)
            np.asarray(function(z)[0])

        def capital():
            random.standard_normal(dtype=self.row.dtype, out=z_effects)
            _, _, lowest, shock, distress, *_ = row.walk(rates, one, response, z_effects, one)
            for i, spread in enumerate(distress):
                row.contagion(i, np.asarray(lowest), np.asarray(shock), np.asarray(spread))

        calls = {"shocks": lambda: draw(row.draw_shocks), "copula": lambda: draw(row.draw_copula),
                 "lstm": lambda: row.run_network(x), "capital": capital}
        return {name: self.chunk / mean_seconds(call, seconds) for name, call in calls.items()}

    def measure(self):
        """Every second column sorted, and what is read off it."""
        figures = {}
        for stage, columns in enumerate(self.columns):
            # Of the short stages only the system's columns are read.
            wanted = columns.shape[0] if stage == 0 else 5
            for index in range(self.number, wanted, PROCESSES):
                figures[stage, index] = measures(columns[index, :stages(self.paths)[stage][0]])
        for index in range(self.number, self.fans.shape[0], PROCESSES):
            figures["fan", index] = measures(self.fans[index])
        return figures


def measures(column):
    values = np.sort(column)
    n = values.size
    figures = {"mean": values.mean(dtype=np.float64), "sd": values.std(dtype=np.float64)}
    for level in (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 0.999):
        figures[level] = values[max(0, int(np.ceil(n * level)) - 1)]
    tails = np.cumsum(values[:int(n * 0.95) - 1:-1], dtype=np.float64)
    for level in (0.95, 0.99, 0.999):
        k = int(np.ceil(n * level))
        above = tails[n - k - 1] if k < n else 0.0
        figures["es", level] = (above + (k - n * level) * values[k - 1]) / (n - n * level)
    # Shares of paths below each whole number, for the counts of breaches and defaults.
    figures["below"] = np.searchsorted(values, np.arange(0.5, 33)) / n
    return figures


def serve(connection, *arguments):
    worker = Worker(*arguments)
    connection.send("ready")
    while (order := connection.recv()) is not None:
        name, *values = order
        connection.send((getattr(worker, name)(*values), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))
