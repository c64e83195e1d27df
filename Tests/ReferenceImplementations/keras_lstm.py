"""Writes Tests/NeuralNetworksTests/Fixtures/keras-lstm.json: what Keras makes of small LSTM networks.

    python -m venv /tmp/keras && /tmp/keras/bin/pip install keras==3.15.1 tensorflow-cpu numpy
    /tmp/keras/bin/python Tests/ReferenceImplementations/keras_lstm.py

Layouts. Keras reads [sequence][step][value]; the fixture holds [step][sequence][value], as this project does. Keras's
kernels are [C][4H], [H][4H] and [4H] with gates in the order i, f, c, o: the same as ours, so weights pass unchanged.
Everything runs in 32-bit floats, on the processor, with deterministic kernels.
"""

import json
import os
import pathlib

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
os.environ["CUDA_VISIBLE_DEVICES"] = ""

import keras
import numpy as np
import tensorflow as tf

SEED = 20240611
STEPS, SEQUENCES, INPUTS, OUTPUTS = 6, 4, 3, 2
HIDDEN = [5, 4]
random = np.random.default_rng(SEED)


def draw(*shape, scale=1.0):
    return (scale * random.standard_normal(shape)).astype(np.float32)


def tensor(values):
    values = np.asarray(values, dtype=np.float32)
    return {"shape": list(values.shape), "values": [float(v) for v in values.ravel()]}


def time_first(values):
    return tensor(np.swapaxes(np.asarray(values), 0, 1))


def network():
    layers = [keras.layers.LSTM(h, return_sequences=True) for h in HIDDEN] + [keras.layers.Dense(OUTPUTS)]
    model = keras.Sequential([keras.Input((STEPS, INPUTS)), *layers])
    return model


def elementwise(loss, y, target):
    """keras.losses average over the last axis: an axis of length 1 leaves every value by itself."""
    return loss(target[..., None], y[..., None])


def weighted(loss, y, target, weight):
    return tf.reduce_sum(weight * elementwise(loss, y, target)) / tf.reduce_sum(weight)


def huber(target, y):
    return keras.losses.huber(target, y, delta=0.5)


def squared(target, y):
    return keras.losses.mean_squared_error(target, y)


def ten_losses(start, x, target, weight, loss, optimizer):
    model = network()
    model.set_weights(start)
    optimizer.build(model.trainable_variables)
    losses = []
    for _ in range(10):
        with tf.GradientTape() as tape:
            value = weighted(loss, model(x), target, weight)
        optimizer.apply(tape.gradient(value, model.trainable_variables), model.trainable_variables)
        losses.append(float(value))
    return losses, model.get_weights()


def single_layer():
    """One layer that starts from a given state."""
    layer = keras.layers.LSTM(HIDDEN[0], return_sequences=True, return_state=True)
    x, h, c = draw(SEQUENCES, STEPS, INPUTS), draw(SEQUENCES, HIDDEN[0], scale=0.5), draw(SEQUENCES, HIDDEN[0], scale=0.5)
    layer.build(x.shape)
    weights = [draw(INPUTS, 4 * HIDDEN[0], scale=0.5), draw(HIDDEN[0], 4 * HIDDEN[0], scale=0.5), draw(4 * HIDDEN[0], scale=0.5)]
    layer.set_weights(weights)
    y, last_h, last_c = layer(x, initial_state=[h, c])
    return {
        "x": time_first(x), "weights": [tensor(w) for w in weights], "initialHidden": tensor(h), "initialCell": tensor(c),
        "y": time_first(y), "finalHidden": tensor(last_h), "finalCell": tensor(last_c),
    }


def stack():
    model = network()
    start = [draw(*w.shape, scale=0.4) for w in model.get_weights()]
    model.set_weights(start)
    x, target = tf.constant(draw(SEQUENCES, STEPS, INPUTS)), tf.constant(draw(SEQUENCES, STEPS, OUTPUTS))
    weight = tf.constant(np.where(random.random((SEQUENCES, STEPS, OUTPUTS)) < 0.3, 0, 1 + random.random((SEQUENCES, STEPS, OUTPUTS))).astype(np.float32))
    result = {"x": time_first(x), "target": time_first(target), "weight": time_first(weight),
              "weights": [tensor(w) for w in start], "y": time_first(model(x))}
    for name, loss in [("squared", squared), ("huber", huber)]:
        with tf.GradientTape() as tape:
            tape.watch(x)
            value = weighted(loss, model(x), target, weight)
        gradients = tape.gradient(value, [x, *model.trainable_variables])
        result[name] = {"loss": float(value), "inputGradient": time_first(gradients[0]),
                        "gradients": [tensor(g) for g in gradients[1:]]}
    plain = keras.optimizers.Adam(learning_rate=0.02)
    result["squared"]["losses"], last = ten_losses(start, x, target, weight, squared, plain)
    result["squared"]["trained"] = [tensor(w) for w in last]
    decayed = keras.optimizers.AdamW(learning_rate=0.02, weight_decay=0.1, global_clipnorm=0.05)
    decayed.exclude_from_weight_decay(var_names=["bias"])
    result["huber"]["losses"], last = ten_losses(start, x, target, weight, huber, decayed)
    result["huber"]["trained"] = [tensor(w) for w in last]
    return result


if __name__ == "__main__":
    tf.config.experimental.enable_op_determinism()
    keras.utils.set_random_seed(SEED)
    fixture = {
        "source": f"Keras {keras.__version__} on TensorFlow {tf.__version__}, NumPy {np.__version__}, seed {SEED}; "
                  "Tests/ReferenceImplementations/keras_lstm.py",
        "single": single_layer(), "stack": stack(),
    }
    path = pathlib.Path(__file__).parents[1] / "NeuralNetworksTests/Fixtures/keras-lstm.json"
    path.write_text(json.dumps(fixture) + "\n")
    print(path, path.stat().st_size, fixture["stack"]["squared"]["losses"], fixture["stack"]["huber"]["losses"])
