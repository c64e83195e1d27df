"""Prints how fast Kentledge and Keras run and train the same LSTM 50-50-50, in paired rounds on the same two cores.

    swift build -c release --product benchmarks
    python -m venv /tmp/keras && /tmp/keras/bin/pip install keras==3.15.1 tensorflow-cpu numpy
    /tmp/keras/bin/python Tests/Benchmarks/lstm_against_keras.py

Both run 13 steps of 28 values through three LSTM layers of 50 units that return sequences and a dense layer of 1, in
32-bit floats, on two threads, with the same number of sequences per call. Keras runs as `tf.function` and compiled by
XLA, its time loop rolled and unrolled; training is `fit` and `train_on_batch` with Adam and squared loss. Each figure is
the best call (for `fit`: the best epoch, of 50 batches in Keras and of 4 in ours) of a turn of --seconds; in every round
each form has one turn, ours next to Keras's. Ratios are taken
within a round, against the fastest form and batch size of Keras in that round, and their median is given.
"""

import argparse
import os
import pathlib
import statistics
import subprocess
import time

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = ""

import keras
import numpy as np
import tensorflow as tf

STEPS, INPUTS, HIDDEN, LAYERS = 13, 28, 50, 3
TRAINING_BATCH, TRAINING_BATCHES = 32, 50
MULTIPLY_ADDS = STEPS * sum((width + HIDDEN) * 4 * HIDDEN for width in [INPUTS] + [HIDDEN] * (LAYERS - 1))


def network(unroll):
    keras.utils.set_random_seed(1)
    layers = [keras.layers.LSTM(HIDDEN, return_sequences=True, unroll=unroll) for _ in range(LAYERS)]
    return keras.Sequential([keras.Input((STEPS, INPUTS)), *layers, keras.layers.Dense(1)])


def draw(sequences, width):
    return np.random.default_rng(1).standard_normal((sequences, STEPS, width)).astype(np.float32)


def fastest(call, sequences, seconds):
    """Sequences per second of the best call, after two to warm up."""
    call()
    call()
    best, start = float("inf"), time.perf_counter()
    while time.perf_counter() - start < seconds:
        before = time.perf_counter()
        call()
        best = min(best, time.perf_counter() - before)
    return sequences / best


def inference_forms(batches):
    """Name and batch size to a call."""
    forms = {}
    for unroll in (False, True):
        model = network(unroll)
        for compiled in (False, True):
            function = tf.function(lambda x, model=model: model(x, training=False), jit_compile=compiled)
            name = ("XLA" if compiled else "tf.function") + (", unrolled" if unroll else "")
            for batch in batches:
                x = tf.constant(draw(batch, INPUTS))
                forms[name, batch] = lambda function=function, x=x: function(x).numpy()
    return forms


def training_forms():
    """Name to a call and the sequences it learns from."""
    count = TRAINING_BATCH * TRAINING_BATCHES
    x, y = draw(count, INPUTS), draw(count, 1)
    data = tf.data.Dataset.from_tensor_slices((x, y)).batch(TRAINING_BATCH).cache()
    forms = {}
    for unroll in (False, True):
        for compiled in (False, True):
            model = network(unroll)
            model.compile(optimizer="adam", loss="mse", jit_compile=compiled)
            name = ("XLA" if compiled else "graph") + (", unrolled" if unroll else "")
            forms[f"fit, {name}"] = (lambda model=model: model.fit(data, epochs=1, verbose=0, shuffle=False), count)
            forms[f"train_on_batch, {name}"] = (
                lambda model=model: model.train_on_batch(x[:TRAINING_BATCH], y[:TRAINING_BATCH]), TRAINING_BATCH)
    return forms


def ours(program, *arguments):
    return float(subprocess.run([program, *map(str, arguments)], check=True, capture_output=True, text=True).stdout)


def median(values):
    return statistics.median(values)


def spread(ratios):
    return f"{median(ratios):.2f} ({', '.join(f'{r:.2f}' for r in ratios)})"


def main():
    parser = argparse.ArgumentParser()
    root = pathlib.Path(__file__).parents[2]
    parser.add_argument("--program", default=str(root / ".build/release/benchmarks"))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=0.5)
    parser.add_argument("--batches", type=int, nargs="+", default=[32, 128, 256, 512, 1024, 2048])
    arguments = parser.parse_args()
    tf.config.threading.set_intra_op_parallelism_threads(2)
    tf.config.threading.set_inter_op_parallelism_threads(2)

    inference, training = inference_forms(arguments.batches), training_forms()
    for call in [*inference.values(), *(call for call, _ in training.values())]:
        call()
    rates = {form: [] for form in [*inference, *training, *[("ours", b) for b in arguments.batches], "ours", "1 thread"]}
    peaks = []
    for _ in range(arguments.rounds):
        for batch in arguments.batches:
            for form in [form for form in inference if form[1] == batch]:
                rates[form].append(fastest(inference[form], batch, arguments.seconds))
            rates["ours", batch].append(ours(arguments.program, "inference", batch, 2, arguments.seconds))
        for form, (call, count) in training.items():
            rates[form].append(fastest(call, count, arguments.seconds))
        rates["ours"].append(ours(arguments.program, "training", TRAINING_BATCH, 2, 2 * arguments.seconds))
        rates["1 thread"].append(ours(arguments.program, "training", TRAINING_BATCH, 1, 2 * arguments.seconds))
        peaks.append(ours(arguments.program, "peak", 2, arguments.seconds))

    names = sorted({name for name, _ in inference})
    print(f"Sequences per second, median of {arguments.rounds} rounds; Keras {keras.__version__}, "
          f"TensorFlow {tf.__version__}\n")
    print("| inference, batch | " + " | ".join(names) + " | Kentledge |")
    print("|---|" + "---|" * (len(names) + 1))
    for batch in arguments.batches:
        figures = [median(rates[name, batch]) for name in names] + [median(rates["ours", batch])]
        print(f"| {batch} | " + " | ".join(f"{figure:,.0f}" for figure in figures) + " |")
    rounds = range(arguments.rounds)
    keras_best = [max(rates[form][r] for form in inference) for r in rounds]
    for batch in arguments.batches:
        same = [rates["ours", batch][r] / max(rates[form][r] for form in inference if form[1] == batch) for r in rounds]
        best = [rates["ours", batch][r] / keras_best[r] for r in rounds]
        print(f"batch {batch}: {spread(same)} times Keras at this batch, {spread(best)} times its best batch")
    peak = median(peaks)
    achieved = [max(rates["ours", batch][r] for batch in arguments.batches) * 2e-9 * MULTIPLY_ADDS for r in rounds]
    print(f"best batch: {median(achieved):.0f} GFLOP/s of {peak:.0f} that large matrix products reach "
          f"({median(achieved) / peak:.0%})\n")

    print(f"| training, batch {TRAINING_BATCH} | sequences/s |\n|---|---|")
    for form in training:
        print(f"| Keras {form} | {median(rates[form]):,.0f} |")
    print(f"| Kentledge fit, 2 threads | {median(rates['ours']):,.0f} |")
    print(f"| Kentledge fit, 1 thread | {median(rates['1 thread']):,.0f} |")
    best = [max(rates[form][r] for form in training) for r in rounds]
    print(f"2 threads: {spread([rates['ours'][r] / best[r] for r in rounds])} times the fastest of Keras; "
          f"1 thread: {spread([rates['1 thread'][r] / best[r] for r in rounds])}")


if __name__ == "__main__":
    main()
