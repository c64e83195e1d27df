"""Writes Tests/NeuralNetworksTests/Fixtures/keras-architectures.json: the three reference architectures in Keras, with
their forward pass, every gradient and ten training losses.

    python -m venv /tmp/keras && /tmp/keras/bin/pip install keras==3.15.1 tensorflow-cpu numpy
    /tmp/keras/bin/python Tests/ReferenceImplementations/keras_architectures.py

Weights and inputs come from a formula (`noise.py`): parameter k has seed 500 + k, weights are scaled to Glorot's limit
and biases to 0.05; the scales are in the fixture. Of a tensor of more than 200 values the fixture holds every s-th
value, s odd, and for the rest of them the length and the product with a vector of noise (seed 900).
"""

import json
import os
import pathlib
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
os.environ["CUDA_VISIBLE_DEVICES"] = ""
sys.path.insert(0, str(pathlib.Path(__file__).parent))

import keras
import numpy as np
import tensorflow as tf

from noise import noise

L = keras.layers


def cnn():
    return keras.Sequential([
        keras.Input((28, 28, 1)),
        L.Conv2D(32, (3, 3), activation="relu"),
        L.MaxPooling2D((2, 2)),
        L.Conv2D(64, (3, 3), activation="relu"),
        L.MaxPooling2D((2, 2)),
        L.Conv2D(64, (3, 3), activation="relu"),
        L.Flatten(),
        L.Dense(64, activation="relu"),
        L.Dense(10, activation="softmax"),
    ])


def lstm():
    return keras.Sequential([
        keras.Input((12, 4)),
        L.LSTM(50, return_sequences=True),
        L.LSTM(50, return_sequences=True),
        L.LSTM(50, return_sequences=True),
        L.Dense(1),
    ])


def autoencoder():
    return keras.Sequential([
        keras.Input((28, 28, 1)),
        L.Conv2D(32, (3, 3), strides=2, padding="same", activation="relu"),
        L.Conv2D(64, (3, 3), strides=2, padding="same", activation="relu"),
        L.Conv2D(64, (3, 3), padding="same", activation="relu"),
        L.Conv2DTranspose(64, (3, 3), padding="same", activation="relu"),
        L.Conv2DTranspose(32, (3, 3), strides=2, padding="same", activation="relu"),
        L.Conv2DTranspose(1, (3, 3), strides=2, padding="same", activation="sigmoid"),
    ])


def sampled(values):
    values = np.asarray(values, dtype=np.float32).ravel()
    stride = 1 if values.size <= 200 else values.size // 200 | 1
    wide = values.astype(np.float64)
    return {
        "count": int(values.size),
        "stride": int(stride),
        "values": [float(f"{v:.9g}") for v in values[::stride]],
        "norm": float(np.sqrt((wide**2).sum())),
        "product": float((wide * noise(values.shape, 900)).sum()),
    }


def run(model, loss, x, target, time_first=False):
    def order(values):
        return np.swapaxes(np.asarray(values), 0, 1) if time_first else np.asarray(values)

    names, scales = [], []
    for index, variable in enumerate(model.trainable_variables):
        shape = tuple(variable.shape)
        places = int(np.prod(shape[:-2])) if len(shape) > 2 else 1
        limit = float(np.sqrt(6 / (places * (shape[-1] + shape[-2])))) if len(shape) > 1 else 0.05
        scales.append(float(np.float32(limit)))
        names.append(variable.path.split("/", 1)[1].replace("lstm_cell/", ""))
        variable.assign(noise(shape, 500 + index, scales[-1]))
    x, target = tf.constant(order(x)), tf.constant(order(target))
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = model(x)
        value = tf.reduce_mean(loss(target, y))
    gradients = tape.gradient(value, [x] + [v.value for v in model.trainable_variables])
    model.compile(optimizer=keras.optimizers.Adam(1e-3), loss=loss)
    losses = [float(model.train_on_batch(x, target)) for _ in range(10)]
    return {
        "names": names,
        "scales": scales,
        "y": sampled(order(y)),
        "loss": float(value),
        "inputGradient": sampled(order(gradients[0])),
        "gradients": [sampled(g) for g in gradients[1:]],
        "losses": losses,
        "trained": [sampled(v) for v in model.trainable_variables],
    }


if __name__ == "__main__":
    keras.utils.set_random_seed(1)
    pictures = noise((8, 28, 28, 1), 400, 0.5) + np.float32(0.5)
    result = {
        "cnn": run(
            cnn(), keras.losses.SparseCategoricalCrossentropy(), pictures, np.array([[i * 3 % 10] for i in range(8)], dtype=np.float32)),
        "lstm": run(lstm(), keras.losses.MeanSquaredError(), noise((12, 8, 4), 401), noise((12, 8, 1), 402), time_first=True),
        "autoencoder": run(autoencoder(), keras.losses.MeanSquaredError(), pictures, pictures),
    }
    path = pathlib.Path(__file__).parents[1] / "NeuralNetworksTests/Fixtures/keras-architectures.json"
    path.write_text(json.dumps(result, separators=(",", ":")) + "\n")
    print(path, path.stat().st_size, "bytes")
