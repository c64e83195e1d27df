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
Importing TensorFlow, reading and compiling are not counted against Python; Kentledge's time is its whole command's.
"""

import argparse
import json
import multiprocessing
import os
import pathlib
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import types
from multiprocessing import shared_memory

for name, value in {
    "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1",
    "TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1",
}.items():
    os.environ[name] = value
# Set on some machines for old BLAS builds; they slow a current numpy.
for name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):
    os.environ.pop(name, None)

try:
    import keras
    import numpy as np
    import safetensors
    import tensorflow as tf
except ImportError as error:
    sys.exit(f"{error}: install with  pip install keras tensorflow-cpu numpy safetensors")

ROOT = pathlib.Path(__file__).parents[2]
PROCESSES = 2
LAGS, SOFTPLUS, DELTA, TYPES, SERIES = 8, 0.0025, 0.001, 7, 5
# Loan type to its series and the scale of a proxy, as in LoanTypeMapping.
SOURCES = [(3, 1), (3, 1), (1, 1), (2, 1), (0, 1), (4, 1), (1, 0.52)]
CHUNK = 1_250
FAN_PATHS, WITHOUT_ERROR_PATHS, ALLOWANCE_PATHS = 32_768, 16_384, 4_096
WALK_ITEMS = 7


class Prepared:
    """What `benchmarks export` and the weights file say, as arrays."""

    def __init__(self, path):
        with safetensors.safe_open(path, framework="numpy") as file:
            tensors = {name: file.get_tensor(name) for name in file.keys()}
            text = file.metadata()
        with safetensors.safe_open(text["loss_rates"], framework="numpy") as file:
            self.weights = {name: file.get_tensor(name) for name in file.keys()}
            self.members = int(file.metadata()["members"])
        self.factors, self.scales = text["factors"].split(","), text["scales"].split(",")
        self.banks, self.shares = text["banks"].split(","), text["inside_shares"].split(",")
        self.paths, self.capital_quarters = int(text["paths"]), int(text["capital_horizon"])
        n, b = len(self.factors), len(self.banks)
        self.quarters = tensors["shocks.values"].size // n
        shapes = {"shocks.transition": (n, n), "shocks.cholesky": (n, n), "shocks.values": (-1, n),
                  "shocks.anchors": (-1, n), "shocks.margins": (n, -1), "macro.history": (LAGS, -1),
                  "macro.lead": (LAGS, -1), "banks.balances": (b, TYPES), "banks.effect_levels": (b, TYPES),
                  "banks.effect_deviations": (b, TYPES)}
        shapes |= {f"network{i}.liabilities": (b, b) for i in range(len(self.shares))}
        self.tensors = {name: values.reshape(shapes.get(name, -1)) for name, values in tensors.items()}

    def __getitem__(self, name):
        return self.tensors[name]

    def layers(self, member, kind):
        """Weights of the layers of that kind, first to last."""
        suffixes = {"lstm": ("input_weights", "recurrent_weights", "bias"), "dense": ("weights", "bias")}[kind]
        numbers = sorted(int(name.split(".")[1][len(kind):]) for name in self.weights
                         if name.startswith(f"member{member}.{kind}") and name.endswith(suffixes[0]))
        return [[self.weights[f"member{member}.{kind}{number}.{suffix}"] for suffix in suffixes] for number in numbers]


# The same few operations from numpy and from TensorFlow, so that the row is written once.
NUMPY = types.SimpleNamespace(
    exp=np.exp, log=np.log, log1p=np.log1p, abs=np.abs, maximum=np.maximum, clip=np.clip, matmul=np.matmul,
    stack=np.stack, concatenate=np.concatenate, sum=np.sum, min=np.min, cumsum=lambda x: np.cumsum(x, 0, np.float32),
    transpose=lambda x, axes: np.ascontiguousarray(np.transpose(x, axes)), repeat=np.repeat, reshape=np.reshape,
    take=np.take, array=lambda values: np.asarray(values, np.float32), integer=lambda x: x.astype(np.int32),
    float=lambda x: x.astype(np.float32))
FUSED = types.SimpleNamespace(
    exp=tf.exp, log=tf.math.log, log1p=tf.math.log1p, abs=tf.abs, maximum=tf.maximum, clip=tf.clip_by_value,
    matmul=tf.matmul, stack=tf.stack, concatenate=tf.concat, sum=tf.reduce_sum, min=tf.reduce_min, cumsum=tf.cumsum,
    transpose=tf.transpose, repeat=tf.repeat, reshape=tf.reshape, take=tf.gather,
    array=lambda values: tf.constant(np.asarray(values), tf.float32), integer=lambda x: tf.cast(x, tf.int32),
    float=lambda x: tf.cast(x, tf.float32))


def compiled(function):
    return tf.function(function, jit_compile=True, autograph=False)


class Row:
    """The stretches of the row that a chunk of paths goes through. Layout [quarter][factor][path] and alike."""

    def __init__(self, prepared, paths, fused):
        self.p, self.paths, self.xp = prepared, paths, FUSED if fused else NUMPY
        self.normal_rows = (prepared.quarters * (len(prepared.factors) + 1), prepared.quarters * SERIES,
                            len(prepared.banks) * TYPES)
        self.mixing = self.table(prepared["shocks.mixing"])
        self.margins = [self.table(values) for values in prepared["shocks.margins"]]
        self.impacts = [self.impact(i) for i in range(len(prepared.shares))]
        # (I − Λ)⁻¹: where distress ends while no bank is wiped out.
        self.multipliers = [np.linalg.inv(np.eye(len(impact)) - impact) for impact in self.impacts]
        form = compiled if fused else lambda function: function
        self.make_features = form(lambda z: self.features(self.shocks(z)))
        self.make_capital = form(lambda features, outputs, z, errors_on, *rest: self.capital(
            self.loss_rates(features, outputs, z, errors_on), errors_on, *rest))
        # Stretches by themselves, for the table.
        self.draw_copula, self.draw_shocks, self.walk = form(self.innovations), form(self.shocks), form(self.capital)
        self.network = Network(prepared, paths)

    @staticmethod
    def table(values):
        return values.astype(np.float32), np.append(np.diff(values), 0).astype(np.float32)

    def look_up(self, table, reach, x):
        """A function tabulated on -reach … reach, straight between nodes."""
        xp, (values, steps) = self.xp, table
        place = xp.clip((x + reach) * ((values.size - 1) / (2 * reach)), 0.0, values.size - 1.001)
        cell = xp.integer(place)
        return xp.take(values, cell) + (place - xp.float(cell)) * xp.take(steps, cell)

    def innovations(self, z):
        """Standardised, [quarter][factor][path]: t copula, then the margins."""
        xp = self.xp
        p, n, q = self.p, len(self.p.factors), self.p.quarters
        z = xp.reshape(z, (q, n + 1, self.paths))
        mixing = self.look_up(self.mixing, 8.0, z[:, n:])
        x = xp.matmul(xp.array(p["shocks.cholesky"]), z[:, :n]) * mixing
        return xp.stack([self.look_up(self.margins[k], 64.0, x[:, k]) for k in range(n)], 1)

    def shocks(self, z):
        """Natural values of the factors, one [quarter][path] each."""
        xp = self.xp
        p, n, q = self.p, len(self.p.factors), self.p.quarters
        innovations = self.innovations(z) * xp.array(p["shocks.innovation_scales"][:, None])
        deviation, deviations = xp.array(np.zeros((n, self.paths))), []
        for quarter in range(q):
            deviation = xp.matmul(xp.array(p["shocks.transition"]), deviation) + innovations[quarter]
            deviations.append(deviation)
        return self.natural(xp.stack(deviations))

    def natural(self, deviations):
        xp = self.xp
        p, natural, shadows = self.p, {}, {}
        todo = list(range(len(p.factors)))
        while todo:
            k = todo.pop(0)
            base, kind = int(p["shocks.bases"][k]), p.scales[k]
            if base in todo:
                todo.append(k)
                continue
            d = deviations[:, k]
            value, anchor = xp.array(p["shocks.values"][:, k:k + 1]), xp.array(p["shocks.anchors"][:, k:k + 1])
            if kind == "level":
                natural[k] = anchor + d
            elif kind == "spread":
                natural[k] = natural[base] + anchor + d
            elif kind == "logit":
                odds = value * xp.exp(d)
                natural[k] = odds / (1 - value + odds)
            elif kind == "logarithm":
                natural[k] = value * xp.exp(d)
            elif kind == "log spread":
                natural[k] = natural[base] + anchor * xp.exp(d)
            elif kind == "log growth":
                natural[k] = value * xp.exp(xp.cumsum(d))
            elif kind in ("shadow rate", "shadow-rate spread"):
                shadows[k] = anchor + d + (shadows[base] if base >= 0 else 0)
                y = shadows[k] / SOFTPLUS
                natural[k] = SOFTPLUS * (xp.maximum(y, 0) + xp.log1p(xp.exp(-xp.abs(y))))
            else:
                sys.exit(f"unknown scale '{kind}'")
        return [natural[k] for k in range(len(p.factors))]

    def features(self, natural):
        """[path][quarter][feature] for the network; the same for the linear model; what fans and revenue need."""
        xp = self.xp
        p = self.p
        x = dict(zip(p.factors, natural))
        observables = [
            x["unemployment_rate"], x["real_gdp_growth"], x["real_disposable_income_growth"],
            xp.log(x["house_price_index"]), xp.log(x["cre_price_index"]),
            xp.log(x["dow_jones_total_stock_market"]), x["bbb_yield"] - x["treasury_10y"], x["treasury_3m"],
            x["treasury_10y"] - x["treasury_3m"], x["vix"]]
        windows = [
            xp.concatenate([xp.repeat(xp.array(p["macro.history"][:, k:k + 1]), self.paths, 1), values], 0)
            for k, values in enumerate(observables)]
        def back(k, quarters): return windows[k][LAGS - quarters:LAGS - quarters + p.quarters]
        def change(k, quarters): return back(k, 0) - back(k, quarters)
        def year(k): return (back(k, 0) + back(k, 1) + back(k, 2) + back(k, 3)) / 4
        raw = [back(0, 0), change(0, 1), change(0, 4), back(1, 0), year(1), year(2),
               change(3, 1), change(3, 4), change(3, 8), change(4, 1), change(4, 4), change(4, 8), change(5, 4),
               back(6, 0), back(7, 0), change(7, 4), back(8, 0), back(9, 0)]
        w = p.weights
        features = (xp.stack(raw, 1) - xp.array(w["features.mean"][:, None])) / xp.array(
            w["features.standard_deviation"][:, None])
        response = self.revenue_response(x)
        return xp.transpose(features, [2, 0, 1]), features, response, xp.stack(natural, 1)

    def revenue_response(self, x):
        """CLASS: [capitalQuarter][path], a quarter's revenue gained as a fraction of assets."""
        xp = self.xp
        margin, fees, expense, spread, index = (float(v) for v in self.p["revenue.state"])
        responses = []
        for quarter in range(self.p.capital_quarters):
            bill, bond = x["treasury_3m"][quarter], x["treasury_10y"][quarter]
            bbb, stocks = x["bbb_yield"][quarter], x["dow_jones_total_stock_market"][quarter]
            margin = 0.793 * margin + 0.0220 * bill + 0.0426 * (bond - bill)
            fees = 0.904 * fees + 0.00407 * (stocks / index - 1)
            expense = 0.816 * expense + 0.179 * (bbb - bond - spread)
            spread, index = bbb - bond, stocks
            responses.append((margin + fees - expense) / 4)
        return xp.stack(responses)

    def loss_rates(self, features, outputs, z, errors_on):
        """[quarter][loanType][path], annualised."""
        xp = self.xp
        w, rates = self.p.weights, []
        start = w["rates_at_jump_off"][-1] + DELTA
        last = xp.repeat(xp.array(np.sign(start) * np.sqrt(np.abs(start)))[:, None], self.paths, 1)
        error = xp.array(np.zeros((SERIES, self.paths)))
        z = xp.reshape(z, (self.p.quarters, SERIES, self.paths))
        network = xp.transpose(outputs, [1, 2, 0])
        share = xp.array(w["combination.network_share"][:, None])
        for quarter in range(self.p.quarters):
            driven = xp.matmul(xp.array(w["linear.coefficients"]), features[quarter])
            last = xp.array(w["linear.intercept"][:, None]) + xp.array(w["linear.persistence"][:, None]) * last + driven
            error = (xp.array(w["residuals.autocorrelation"][:, None]) * error
                     + xp.matmul(xp.array(w["residuals.factor"]), z[quarter]))
            target = (xp.array(w["targets.mean"][:, None])
                      + xp.array(w["targets.standard_deviation"][:, None]) * network[quarter])
            s = (1 - share) * last + share * target + errors_on * error
            rates.append(s * xp.abs(s) - DELTA)
        rates = xp.stack(rates)
        return xp.stack([scale * rates[:, series] for series, scale in SOURCES], 1)

    def capital(self, rates, errors_on, response, z_effects, allowance_scale):
        """Everything from loss rates to DebtRank before the wipe-outs; `errors_on` is 1 or 0."""
        xp = self.xp
        p, t = self.p, self.p.tensors
        def column(name): return xp.array(t[name][:, None])
        s, level = xp.array(t["banks.effect_deviations"][:, :, None]), xp.array(t["banks.effect_levels"][:, :, None])
        z = xp.reshape(z_effects, (len(p.banks), TYPES, self.paths))
        # Without model error every bank's rates are those of its loan types.
        effects = errors_on * level * xp.exp(s * z - s * s / 2) + (1 - errors_on)
        exposures = xp.array(t["banks.balances"][:, :, None] / 4) * effects
        losses = sum(exposures[None, :, k] * rates[:, None, k] for k in range(TYPES))
        type_losses = xp.sum(exposures, 0) * xp.sum(rates[:p.capital_quarters], 0)

        tax_rate, tax_limit, payout = (float(v) for v in t["capital.rules"])
        spread = 1 / p.capital_quarters
        cet1 = xp.repeat(column("banks.cet1"), self.paths, 1)
        opening = column("banks.opening_allowances") * allowance_scale
        allowance, pre_tax_sum, tax_sum = opening, 0.0, 0.0
        least_tax = -tax_limit * column("banks.cet1")
        other = column("banks.other_losses") * spread
        oci = column("banks.other_comprehensive_income") * spread
        levels, revenues, distributed = [], 0.0, 0.0
        for quarter in range(p.capital_quarters):
            ahead = losses[quarter + 1] + losses[quarter + 2] + losses[quarter + 3] + losses[quarter + 4]
            new_allowance = xp.maximum(ahead, opening)
            revenue = column("banks.revenue") + column("banks.assets") * response[quarter]
            trading = column("banks.trading_losses") if quarter == 0 else 0.0
            pre_tax = revenue - losses[quarter] - (new_allowance - allowance) - trading - other
            pre_tax_sum = pre_tax_sum + pre_tax
            new_tax = xp.maximum(tax_rate * pre_tax_sum, least_tax)
            net = pre_tax - (new_tax - tax_sum)
            shared = payout * xp.maximum(net, 0)
            cet1 = cet1 + net + oci - shared
            allowance, tax_sum = new_allowance, new_tax
            levels.append(cet1)
            revenues, distributed = revenues + revenue, distributed + shared
        cet1 = xp.stack(levels)
        lowest = xp.min(cet1, 0)
        loan_losses = xp.sum(losses[:p.capital_quarters], 0)
        weights = column("banks.risk_weighted_assets")
        ratios = cet1 / weights
        minimum = lowest / weights
        system = xp.sum(cet1, 1) / float(t["banks.risk_weighted_assets"].sum())
        system_minimum = xp.min(system, 0)
        total = xp.sum(type_losses, 0)
        start, system_weights = float(t["banks.cet1"].sum()), float(t["banks.risk_weighted_assets"].sum())
        breaching = xp.sum(xp.float(minimum < column("banks.requirements")), 0)
        provisions = loan_losses + allowance - opening
        walk = xp.stack([
            revenues, -provisions, -xp.repeat(column("banks.trading_losses"), self.paths, 1),
            -xp.repeat(column("banks.other_losses"), self.paths, 1),
            xp.repeat(column("banks.other_comprehensive_income"), self.paths, 1), -tax_sum, -distributed])
        walk = xp.concatenate([walk, xp.sum(walk, 1, keepdims=True)], 1)
        sums = xp.stack([xp.sum(walk, 2), xp.sum(walk * walk, 2)])
        # As in ColumnLayout, the networks' columns last.
        columns = xp.concatenate([
            xp.stack([total, total - type_losses[1] - type_losses[6], start - system_minimum * system_weights,
                      system_minimum, breaching]),
            system, type_losses, loan_losses, column("banks.cet1") - lowest, minimum, ratios[-1]], 0)
        shock = xp.clip((column("banks.cet1") - lowest) / column("banks.cet1"), 0, 1)
        distress = [xp.matmul(xp.array(self.multipliers[i]), shock) for i in range(len(p.shares))]
        return columns, sums, lowest, shock, distress, ratios, rates

    def impact(self, i):
        """Λ: share of a bank's CET1 that is lost when another loses all of its own."""
        loss_given_default = 1 - self.p["network.rules"][0]
        return loss_given_default * self.p[f"network{i}.liabilities"].T / self.p["banks.cet1"][:, None]

    def contagion(self, i, lowest, shock, distress):
        """Defaults, contagious defaults, shortfall and DebtRank of one network, [4][path]; distress per bank, summed."""
        p = self.p
        cet1, (recovery, below) = p["banks.cet1"], p["network.rules"]
        wiped = np.flatnonzero((distress > 1).any(0))
        if wiped.size:
            distress = distress.copy()
            distress[:, wiped] = self.iterate(self.impacts[i], shock[:, wiped].astype(float))
        gain = distress - shock
        debt_rank = cet1.astype(np.float32) @ gain / np.float32(cet1.sum())
        thresholds = below * p["banks.risk_weighted_assets"]
        failed = lowest < thresholds[:, None].astype(np.float32)
        defaults = failed.sum(0, dtype=np.float32)
        contagious, shortfall = np.zeros((2, self.paths), np.float32)
        some = np.flatnonzero(defaults)
        if some.size:
            contagious[some], shortfall[some] = self.clear(
                i, lowest[:, some].astype(float), failed[:, some], thresholds, recovery)
        return np.stack([defaults, contagious, shortfall, debt_rank]), gain.sum(1)

    @staticmethod
    def iterate(impact, losses):
        """The linear dynamics round by round, for the paths on which a bank is wiped out."""
        change = losses.copy()
        while change.max() > 1e-12:
            next_losses = np.minimum(1, losses + impact @ change)
            change, losses = next_losses - losses, next_losses
        return losses

    def clear(self, i, lowest, failed, thresholds, recovery):
        """The greatest clearing vector, from full payment downwards, for all paths with a default at once."""
        p = self.p
        liabilities, assets, cet1 = p[f"network{i}.liabilities"], p["banks.assets"], p["banks.cet1"]
        owed = (assets - cet1)[:, None]
        full = liabilities.sum(0)[:, None]
        shares = (liabilities / owed).T
        external = np.maximum(0, assets[:, None] - full + lowest - cet1[:, None])
        payments = np.repeat(owed, lowest.shape[1], 1)
        received, defaulted = full, failed
        while True:
            defaulted = defaulted | (external + received - owed < thresholds[:, None])
            new = np.where(defaulted, np.minimum(owed, recovery * (external + received)), owed)
            received = shares @ new
            if np.abs(new - payments).max() < 1e-6:
                break
            payments = new
        return (defaulted & ~failed).sum(0), (full - received).sum(0)


class Network:
    """The LSTM of one ensemble member at a time, in Keras's own layers; starts from the state that history leaves."""

    def __init__(self, prepared, paths):
        self.p, self.paths = prepared, paths
        widths = [weights[1].shape[0] for weights in prepared.layers(0, "lstm")]
        self.lstms = [keras.layers.LSTM(width, return_sequences=True, return_state=True, unroll=True)
                      for width in widths]
        self.dense = keras.layers.Dense(SERIES)
        self.states = [[tf.Variable(tf.zeros([1, width])) for _ in range(2)] for width in widths]
        self.call = compiled(self.forward)
        self.use(0)

    def forward(self, x):
        for lstm, state in zip(self.lstms, self.states):
            x = lstm(x, initial_state=[tf.repeat(part, self.paths, 0) for part in state])[0]
        return self.dense(x)

    def use(self, member):
        """Loads the weights, and the states after the eight quarters before the jump-off."""
        x = FUSED.array(self.p["macro.lead"][None])
        for lstm, state, weights in zip(self.lstms, self.states, self.p.layers(member, "lstm")):
            if not lstm.built:
                lstm.build(x.shape)
            lstm.set_weights(weights)
            x, *after = lstm(x)
            for variable, value in zip(state, after):
                variable.assign(value)
        if not self.dense.built:
            self.dense.build(x.shape)
        self.dense.set_weights(self.p.layers(member, "dense")[0])


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

    def __init__(self, number, file, memory, paths, chunk, seed, fused):
        tf.config.threading.set_intra_op_parallelism_threads(1)
        tf.config.threading.set_inter_op_parallelism_threads(1)
        self.number, self.chunk, self.seed = number, chunk, seed
        self.p = Prepared(file)
        self.row = Row(self.p, chunk, fused)
        official, fans = layout(self.p)
        self.memory = shared_memory.SharedMemory(name=memory)
        self.columns, start = [], 0
        for stage, (count, _, _) in enumerate(stages(paths)):
            chunks = -(-count // chunk)
            self.columns.append(np.ndarray((official, chunks * chunk), np.float32, self.memory.buf, start))
            start += self.columns[-1].nbytes
        self.fans = np.ndarray((fans, min(len(self.columns[0][0]), -(-FAN_PATHS // chunk) * chunk)), np.float32,
                               self.memory.buf, start)
        self.paths = paths
        self.walk, self.distress = 0.0, np.zeros((len(self.p.shares), len(self.p.banks)))
        self.normals = [np.empty((rows, chunk), np.float32) for rows in self.row.normal_rows]
        self.draw_chunk(0, 0, 1.0, 1.0)

    @staticmethod
    def bytes_needed(prepared, paths, chunk):
        official, fans = layout(prepared)
        rounded = [-(-count // chunk) * chunk for count, _, _ in stages(paths)]
        return 4 * (official * sum(rounded) + fans * (min(rounded[0], FAN_PATHS + chunk)))

    def draw(self):
        """All chunks that are this worker's; returns the seconds within the network."""
        network = 0.0
        for stage, (count, errors_on, allowance) in enumerate(stages(self.paths)):
            chunks = -(-count // self.chunk)
            # Members in turn, each with its share of the chunks of each worker; loaded once a stage.
            own = range(self.number, chunks, PROCESSES)
            for member in range(self.p.members):
                mine = [c for c in own if c // PROCESSES % self.p.members == member]
                if not mine:
                    continue
                self.row.network.use(member)
                for number in mine:
                    network += self.draw_chunk(stage, number, errors_on, allowance)
        return network

    def draw_chunk(self, stage, number, errors_on, allowance):
        random = np.random.Generator(np.random.SFC64([self.seed, number]))
        for values in self.normals[:3 if errors_on else 1]:
            random.standard_normal(dtype=np.float32, out=values)
        row, (z, z_errors, z_effects) = self.row, self.normals
        x, features, response, natural = row.make_features(z)
        before = time.perf_counter()
        outputs = row.network.call(x).numpy()
        network = time.perf_counter() - before
        columns, walk, lowest, shock, distress, ratios, rates = row.make_capital(
            features, outputs, z_errors, np.asarray(errors_on, np.float32), response, z_effects, np.asarray(allowance, np.float32))
        here = slice(number * self.chunk, (number + 1) * self.chunk)
        target = self.columns[stage]
        common = columns.shape[0]
        target[:common, here] = columns
        self.walk += np.asarray(walk)
        lowest, shock = np.asarray(lowest), np.asarray(shock)
        for i, spread in enumerate(distress):
            figures, gain = row.contagion(i, lowest, shock, np.asarray(spread))
            self.distress[i] += gain
            target[common + 4 * i:common + 4 * i + 4, here] = figures
        if stage == 0 and here.stop <= self.fans.shape[1]:
            fans = np.concatenate([np.reshape(part, (-1, self.chunk))
                                   for part in (natural, ratios[:-1], rates[:self.p.capital_quarters])])
            self.fans[:, here] = fans
        return network

    def alone(self, seconds=1.0):
        """Paths a second of the network and nothing else, the best of several batch sizes."""
        rates = {}
        for batch in (256, 512, self.chunk, 2048, 4096):
            network = self.row.network if batch == self.chunk else Network(self.p, batch)
            x = tf.random.normal([batch, self.p.quarters, self.p.weights["features.mean"].size])
            network.call(x)
            rates[batch] = batch / mean_seconds(lambda: network.call(x).numpy(), seconds)
        return rates

    def sections(self, seconds):
        """Paths a second of each stretch by itself."""
        row, (z, z_errors, z_effects), one = self.row, self.normals, np.ones((), np.float32)
        random = np.random.Generator(np.random.SFC64(self.number))
        x, features, response, _ = row.make_features(z)
        rates = row.loss_rates(*map(np.asarray, (features, row.network.call(x))), z_errors, 1.0)
        rates = np.asarray(rates)

        def draw(function):
            random.standard_normal(dtype=np.float32, out=z)
            np.asarray(function(z)[0])

        def capital():
            random.standard_normal(dtype=np.float32, out=z_effects)
            _, _, lowest, shock, distress, *_ = row.walk(rates, one, response, z_effects, one)
            for i, spread in enumerate(distress):
                row.contagion(i, np.asarray(lowest), np.asarray(shock), np.asarray(spread))

        calls = {"shocks": lambda: draw(row.draw_shocks), "copula": lambda: draw(row.draw_copula),
                 "lstm": lambda: row.network.call(x).numpy(), "capital": capital}
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


class Peer:
    """The processes, and one whole run after another."""

    def __init__(self, file, paths, chunk, fused, seed=1):
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
                target=serve, args=(theirs, number, file, self.memory.name, paths, chunk, seed, fused), daemon=True)
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

    def alone(self):
        """Paths a second of the network alone on all processes at once, at its best batch size."""
        rates = [result for result, _ in self.order("alone")]
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
    before = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - before
    if os.waitstatus_to_exitcode(status) not in (0, 3):
        sys.exit(f"{' '.join(command)} failed")
    manifest = json.loads((output / "manifest.json").read_text())
    return {"total": seconds, "processor": usage.ru_utime + usage.ru_stime, "memory": usage.ru_maxrss / 1024,
            "stages": manifest.get("timings")}, json.loads((output / "results.json").read_text())


def spread(values, form="{:.2f}"):
    return f"{form.format(statistics.median(values))} ({', '.join(form.format(v) for v in values)})"


def compare_runs(programs, scenario, weights, paths, chunk, fused, rounds, say=print):
    """Paired rounds of the whole run; returns all that was measured."""
    with tempfile.TemporaryDirectory(prefix="kentledge-peer-") as folder:
        exported = str(pathlib.Path(folder, "prepared.safetensors"))
        subprocess.run([str(programs / "benchmarks"), "export", str(scenario), exported]
                       + ([str(weights)] if weights else []), cwd=ROOT, check=True)
        peer = Peer(exported, paths, chunk, fused)
        file = scenario_with(weights, scenario, folder)
        ours, theirs, results = [], [], None
        peer.run()
        for number in range(rounds):
            run, results = kentledge(str(programs / "kentledge"), file, paths, folder)
            ours.append(run)
            theirs.append(peer.run())
            say(f"round {number + 1}: Kentledge {ours[-1]['total']:.2f} s, Python {theirs[-1]['total']:.2f} s "
                f"(network {theirs[-1]['network']:.2f})", flush=True)
        compared, alone, started = peer.compare(results), peer.alone(), peer.start_seconds
        members = peer.p.members
        peer.close()
    drawn = sum(-(-count // chunk) * chunk for count, _, _ in stages(paths))
    return {"ours": ours, "theirs": theirs, "compared": compared, "alone": alone, "start": started, "drawn": drawn,
            "members": members, "ratios": [t["total"] / o["total"] for o, t in zip(ours, theirs)]}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--programs", type=pathlib.Path, default=ROOT / ".build/release")
    parser.add_argument("--scenario", type=pathlib.Path, default=ROOT / "scenarios/us-severely-adverse-2026.yaml")
    parser.add_argument("--weights", type=pathlib.Path, help="loss-rate models in place of the scenario's")
    parser.add_argument("--paths", type=int, default=100_000)
    parser.add_argument("--chunk", type=int, default=CHUNK, help="paths that a process takes at a time")
    parser.add_argument("--fused", action="store_true", help="all arithmetic through XLA, not only the network's")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=pathlib.Path, help="where to write all that was measured")
    arguments = parser.parse_args()
    if not (arguments.programs / "benchmarks").exists() or not (arguments.programs / "kentledge").exists():
        sys.exit(f"no programs in {arguments.programs}: run  swift build -c release")
    weights = arguments.weights and arguments.weights.resolve()
    found = compare_runs(arguments.programs.resolve(), arguments.scenario.resolve(), weights, arguments.paths,
                         arguments.chunk, arguments.fused, arguments.rounds)
    theirs, ours = found["theirs"], found["ours"]
    for name in ("total", "network", "rest", "measures"):
        print(f"Python {name}: {spread([run[name] for run in theirs])} s")
    print(f"Kentledge's whole command: {spread([run['total'] for run in ours])} s, processor "
          f"{spread([run['processor'] for run in ours])} s")
    in_run = [found["drawn"] / run["network"] for run in theirs]
    print(f"Keras/XLA: {spread(in_run, '{:,.0f}')} paths/s within the run, {found['alone']:,.0f} alone "
          f"({statistics.median(in_run) / found['alone']:.0%})")
    print(f"memory: Kentledge {max(run['memory'] for run in ours):,.0f} MiB, "
          f"Python {max(run['memory'] for run in theirs):,.0f} MiB; Python's start and compiling {found['start']:.1f} s")
    print(f"Kentledge is {spread(found['ratios'])} times as fast")
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
