"""Writes Tests/NeuralNetworksTests/Fixtures/keras-layers.json: what Keras makes of every kind of layer, loss and
optimiser, forward and backward.

    python -m venv /tmp/keras && /tmp/keras/bin/pip install keras==3.15.1 tensorflow-cpu numpy
    /tmp/keras/bin/python Tests/ReferenceImplementations/keras_layers.py

Inputs, weights and directions come from a formula (`noise.py`), so that the fixture holds answers alone: for a layer
with input x (seed 100), parameters (seeds 200, 201, …, halved) and a direction d of the output's shape (seed 300), the
output y and the gradients of Σ y·d with respect to x and each parameter. Everything runs in 32-bit floats.
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
IMAGE, SIGNAL, VECTOR, SEQUENCE = (2, 5, 6, 3), (2, 7, 3), (3, 6), (5, 2, 3)

# Name in the test, shape of the input in this project's order, layer. Sequences are time first here, batch first there.
LAYERS = [
    ("dense relu", VECTOR, L.Dense(5, activation="relu")),
    ("dense tanh", VECTOR, L.Dense(5, activation="tanh")),
    ("dense sigmoid", VECTOR, L.Dense(5, activation="sigmoid")),
    ("dense softmax", VECTOR, L.Dense(5, activation="softmax")),
    ("dense over an image", IMAGE, L.Dense(4)),
    ("relu", IMAGE, L.Activation("relu")),
    ("softmax", IMAGE, L.Activation("softmax")),
    ("recurrent tanh", SEQUENCE, L.SimpleRNN(4, return_sequences=True)),
    ("recurrent relu", SEQUENCE, L.SimpleRNN(4, activation="relu", return_sequences=True)),
    ("lstm", SEQUENCE, L.LSTM(4, return_sequences=True)),
    ("convolution 2-D valid", IMAGE, L.Conv2D(4, (3, 2))),
    ("convolution 2-D same stride 2 relu", IMAGE, L.Conv2D(9, (3, 3), strides=2, padding="same", activation="relu")),
    ("convolution 2-D even window same", IMAGE, L.Conv2D(4, (2, 4), padding="same")),
    ("convolution 1-D valid", SIGNAL, L.Conv1D(4, 3)),
    ("convolution 1-D same stride 2", SIGNAL, L.Conv1D(4, 3, strides=2, padding="same")),
    ("transposed convolution 2-D valid stride 2", IMAGE, L.Conv2DTranspose(4, (3, 2), strides=2)),
    ("transposed convolution 2-D same stride 2", IMAGE, L.Conv2DTranspose(4, (3, 3), strides=2, padding="same")),
    ("transposed convolution 2-D same", IMAGE, L.Conv2DTranspose(4, (3, 3), padding="same", activation="sigmoid")),
    ("transposed convolution 1-D same stride 2", SIGNAL, L.Conv1DTranspose(4, 4, strides=2, padding="same")),
    ("max pooling 2-D valid", IMAGE, L.MaxPooling2D(2)),
    ("max pooling 2-D same", IMAGE, L.MaxPooling2D(3, strides=2, padding="same")),
    ("average pooling 2-D same", IMAGE, L.AveragePooling2D((3, 2), padding="same")),
    ("max pooling 1-D", SIGNAL, L.MaxPooling1D(2)),
    ("average pooling 1-D stride 2", SIGNAL, L.AveragePooling1D(3, strides=2)),
    ("layer normalisation", IMAGE, L.LayerNormalization()),
    ("flatten", IMAGE, L.Flatten()),
    ("reshape", IMAGE, L.Reshape((6, 15))),
    ("dropout outside training", IMAGE, L.Dropout(0.5)),
]


def numbers(values):
    values = np.asarray(values, dtype=np.float32)
    return {"shape": list(values.shape), "values": [float(f"{v:.9g}") for v in values.ravel()]}


def swap(values, is_sequence):
    return np.swapaxes(np.asarray(values), 0, 1) if is_sequence else np.asarray(values)


def answers(shape, layer):
    is_sequence = shape == SEQUENCE
    x = tf.constant(swap(noise(shape, 100), is_sequence))
    layer.build(x.shape)
    for index, weight in enumerate(layer.trainable_variables):
        weight.assign(noise(tuple(weight.shape), 200 + index, 0.5))
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = layer(x, training=False)
        direction = noise(swap(y, is_sequence).shape, 300)
        objective = tf.reduce_sum(y * swap(direction, is_sequence))
    parameters = [v.value for v in layer.trainable_variables]
    gradients = tape.gradient(objective, [x] + parameters)
    return {
        "y": numbers(swap(y, is_sequence)),
        "inputGradient": numbers(swap(gradients[0], is_sequence)),
        "gradients": [numbers(g) for g in gradients[1:]],
    }


def loss_answers(loss, predictions, targets, weights):
    p = tf.constant(predictions)
    with tf.GradientTape() as tape:
        tape.watch(p)
        value = tf.reduce_sum(loss(targets, p) * weights) / np.sum(weights)
    return {"value": float(value), "gradient": numbers(tape.gradient(value, p))}


def losses():
    """Predictions of seed 400, targets by formula, a weight per row of seed 402, positive."""
    weights = np.abs(noise((7,), 402))
    z = noise((7, 5), 400, 4)
    classes = np.array([i * 3 % 5 for i in range(7)])
    shares = np.abs(noise((7, 5), 401))
    shares /= shares.sum(axis=1, keepdims=True, dtype=np.float32)
    bits = np.array([i % 2 for i in range(7)], dtype=np.float32)
    sparse = keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction=None)
    dense = keras.losses.CategoricalCrossentropy(from_logits=True, reduction=None)
    binary = keras.losses.BinaryCrossentropy(from_logits=True, reduction=None)
    huber = keras.losses.Huber(delta=0.5, reduction=None)
    squared = keras.losses.MeanSquaredError(reduction=None)
    column = z[:, :1]
    return {
        "softmaxCrossEntropy": loss_answers(sparse, z, classes, weights),
        "softmaxCrossEntropyOfProbabilities": {**loss_answers(dense, z, shares, weights), "targets": numbers(shares)},
        "binaryCrossEntropy": loss_answers(binary, column, bits[:, None], weights),
        "huber": loss_answers(huber, column, bits[:, None], weights),
        "squared": loss_answers(squared, column, bits[:, None], weights),
        **torch_losses(z, weights),
    }


def torch_losses(z, weights):
    """Keras has no Gaussian and no quantile loss: PyTorch's, and the pinball formula on PyTorch's gradients."""
    import torch

    w = torch.tensor(weights)
    y = torch.tensor(noise((7, 2), 403))

    def result(values, inputs):
        value = (values.mean(dim=1) * w).sum() / w.sum()
        (gradient,) = torch.autograd.grad(value, inputs)
        return {"value": float(value.detach()), "gradient": numbers(gradient.detach().numpy())}

    p = torch.tensor(z[:, :4], requires_grad=True)
    gaussian = torch.nn.GaussianNLLLoss(full=True, reduction="none", eps=0)(p[:, :2], y, torch.exp(p[:, 2:]))
    q = torch.tensor(noise((7, 6), 404, 4), requires_grad=True)
    levels = torch.tensor([0.1, 0.5, 0.9] * 2)
    error = y.repeat_interleave(3, dim=1) - q
    pinball = torch.maximum(levels * error, (levels - 1) * error)
    return {"gaussian": result(gaussian, p), "quantile": result(pinball, q)}


def sgd_losses():
    """Ten full-batch steps of a small network."""
    model = keras.Sequential([keras.Input((6,)), L.Dense(8, activation="tanh"), L.Dense(2)])
    for index, weight in enumerate(model.trainable_variables):
        weight.assign(noise(tuple(weight.shape), 200 + index, 0.5))
    x, y = noise((12, 6), 100), noise((12, 2), 101)
    model.compile(optimizer=keras.optimizers.SGD(0.1, momentum=0.9), loss="mse")
    return [float(model.train_on_batch(x, y)) for _ in range(10)]


keras.utils.set_random_seed(1)
result = {
    "layers": {name: answers(shape, layer) for name, shape, layer in LAYERS},
    "losses": losses(),
    "sgd": sgd_losses(),
}
path = pathlib.Path(__file__).parents[1] / "NeuralNetworksTests/Fixtures/keras-layers.json"
path.write_text(json.dumps(result, separators=(",", ":")) + "\n")
print(path, path.stat().st_size, "bytes")
