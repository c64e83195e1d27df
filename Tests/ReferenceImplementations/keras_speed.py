"""Times Keras on the reference CNN and autoencoder; this project's side is `SpeedTests.images`.

    /tmp/keras/bin/python Tests/ReferenceImplementations/keras_speed.py

One thread, as there; `tf.function` and XLA; best of several.
"""

import os
import sys
import pathlib
import time

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = ""
sys.path.insert(0, str(pathlib.Path(__file__).parent))

import keras
import numpy as np
import tensorflow as tf

tf.config.threading.set_intra_op_parallelism_threads(1)
tf.config.threading.set_inter_op_parallelism_threads(1)

from keras_architectures import autoencoder, cnn


def best(turns, work):
    work()
    times = []
    for _ in range(turns):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return 1000 * min(times)


for name, make in [("cnn", cnn), ("autoencoder", autoencoder)]:
    for rows in [32, 128]:
        model = make()
        x = tf.random.normal((rows, 28, 28, 1))
        for xla in [False, True]:
            function = tf.function(lambda v: model(v, training=False), jit_compile=xla)
            inference = best(10, lambda: function(x).numpy())
            loss = "sparse_categorical_crossentropy" if name == "cnn" else "mse"
            model.compile(optimizer="adam", loss=loss, jit_compile=xla)
            target = np.arange(rows) % 10 if name == "cnn" else x
            training = best(20, lambda: model.train_on_batch(x, target))
            print(name, "rows", rows, "XLA" if xla else "tf.function", f"inference {inference:.2f} ms, training {training:.2f} ms/step")
