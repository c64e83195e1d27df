"""Weights both ways between this project, Keras and PyTorch, through the safetensors library.

    python -m venv /tmp/peers && /tmp/peers/bin/pip install keras==3.15.1 tensorflow-cpu torch safetensors numpy
    /tmp/peers/bin/python Tests/ReferenceImplementations/weights_round_trip.py

Writes Tests/NeuralNetworksTests/Fixtures/from-keras.safetensors and from-pytorch.safetensors: weights under this
project's names, an input `example.x` and the library's own output `example.y` (axes in this project's order).

Then reads Fixtures/from-swift.safetensors, which the tests here wrote (and compare with, byte for byte): every weight
must be, bit for bit, the number that its formula gives, and both libraries must give the outputs stored beside it.
"""

import os
import pathlib
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
os.environ["CUDA_VISIBLE_DEVICES"] = ""
sys.path.insert(0, str(pathlib.Path(__file__).parent))

import keras
import numpy as np
import torch
from safetensors.numpy import load_file, save_file

from noise import noise

L = keras.layers
FIXTURES = pathlib.Path(__file__).parents[1] / "NeuralNetworksTests/Fixtures"

KINDS = {
    "LSTM": "lstm", "SimpleRNN": "recurrent", "Dense": "dense", "Conv2D": "convolution", "Conv1D": "convolution1d",
    "Conv2DTranspose": "transposed_convolution", "Conv1DTranspose": "transposed_convolution1d",
    "LayerNormalization": "layer_normalization",
}
TENSORS = {
    "lstm": ["input_weights", "recurrent_weights", "bias"],
    "recurrent": ["input_weights", "recurrent_weights", "bias"],
    "layer_normalization": ["scale", "shift"],
}


def keras_tensors(model):
    for number, layer in enumerate(layer for layer in model.layers if layer.weights):
        kind = KINDS[type(layer).__name__]
        for variable, name in zip(layer.weights, TENSORS.get(kind, ["weights", "bias"])):
            yield f"{kind}{number}.{name}", variable


def keras_models():
    """Together every kind of layer with weights."""
    return {
        "sequence.": keras.Sequential([
            keras.Input((4, 3)), L.LSTM(3, return_sequences=True), L.SimpleRNN(3, return_sequences=True), L.Dense(2)]),
        "image.": keras.Sequential([
            keras.Input((6, 5, 2)), L.Conv2D(3, (3, 3), strides=2, padding="same", activation="relu"),
            L.LayerNormalization(), L.Conv2DTranspose(2, (3, 3), strides=2, padding="same"), L.Flatten(), L.Dense(2)]),
        "signal.": keras.Sequential([
            keras.Input((6, 2)), L.Conv1D(3, 3, activation="tanh"), L.Conv1DTranspose(2, 2, strides=2)]),
    }


INPUTS = {"sequence.": (4, 2, 3), "image.": (2, 6, 5, 2), "signal.": (2, 6, 2)}  # in this project's order of axes


def keras_output(prefix, model, x):
    y = model(np.swapaxes(x, 0, 1) if prefix == "sequence." else x).numpy()
    return np.swapaxes(y, 0, 1) if prefix == "sequence." else y


class TorchSequence(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm, self.rnn, self.dense = torch.nn.LSTM(3, 3), torch.nn.RNN(3, 3), torch.nn.Linear(3, 2)

    def forward(self, x):  # [T][N][C], PyTorch's own default
        return self.dense(self.rnn(self.lstm(x)[0])[0])


class TorchImage(torch.nn.Module):
    """The Keras model's twin: `same` padding by hand, and channels last where values are counted."""

    def __init__(self):
        super().__init__()
        self.convolution = torch.nn.Conv2d(2, 3, 3, stride=2)
        self.normalization = torch.nn.LayerNorm(3, eps=1e-3)
        self.transposed = torch.nn.ConvTranspose2d(3, 2, 3, stride=2)
        self.dense = torch.nn.Linear(6 * 6 * 2, 2)

    def forward(self, x):  # [N][height][width][channels]
        # A height of 6 needs one row of zeros behind; a width of 5 one column on either side.
        padded = torch.nn.functional.pad(x.permute(0, 3, 1, 2), (1, 1, 0, 1))
        y = torch.relu(self.convolution(padded)).permute(0, 2, 3, 1)
        y = self.transposed(self.normalization(y).permute(0, 3, 1, 2))[:, :, :6, :6]
        return self.dense(y.permute(0, 2, 3, 1).flatten(1))


class TorchSignal(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.convolution, self.transposed = torch.nn.Conv1d(2, 3, 3), torch.nn.ConvTranspose1d(3, 2, 2, stride=2)

    def forward(self, x):  # [N][length][channels]
        return self.transposed(torch.tanh(self.convolution(x.permute(0, 2, 1)))).permute(0, 2, 1)


TORCH = {"sequence.": TorchSequence, "image.": TorchImage, "signal.": TorchSignal}


def torch_tensors(model):
    """Name here, layout here, way to put it back."""
    for number, layer in enumerate(model.children()):
        if isinstance(layer, (torch.nn.LSTM, torch.nn.RNN)):
            kind = "lstm" if isinstance(layer, torch.nn.LSTM) else "recurrent"
            yield f"{kind}{number}.input_weights", layer.weight_ih_l0.T, lambda w, p=layer.weight_ih_l0: p.copy_(w.T)
            yield f"{kind}{number}.recurrent_weights", layer.weight_hh_l0.T, lambda w, p=layer.weight_hh_l0: p.copy_(w.T)
            yield (
                f"{kind}{number}.bias", layer.bias_ih_l0 + layer.bias_hh_l0,
                lambda w, p=layer: (p.bias_ih_l0.copy_(w), p.bias_hh_l0.zero_()))
        elif isinstance(layer, torch.nn.Linear):
            yield f"dense{number}.weights", layer.weight.T, lambda w, p=layer.weight: p.copy_(w.T)
            yield f"dense{number}.bias", layer.bias, layer.bias.copy_
        elif isinstance(layer, torch.nn.LayerNorm):
            yield f"layer_normalization{number}.scale", layer.weight, layer.weight.copy_
            yield f"layer_normalization{number}.shift", layer.bias, layer.bias.copy_
        else:
            kind = "transposed_convolution" if "Transpose" in type(layer).__name__ else "convolution"
            flat = layer.weight.dim() == 3
            there, back = ((2, 1, 0), (2, 1, 0)) if flat else ((2, 3, 1, 0), (3, 2, 0, 1))
            name = f"{kind}{'1d' if flat else ''}{number}"
            yield f"{name}.weights", layer.weight.permute(there), lambda w, p=layer.weight, b=back: p.copy_(w.permute(b))
            yield f"{name}.bias", layer.bias, layer.bias.copy_


def write_keras():
    contents = {}
    for prefix, model in keras_models().items():
        for index, (name, variable) in enumerate(keras_tensors(model)):
            variable.assign(noise(tuple(variable.shape), 610 + index, 0.5))
            contents[prefix + name] = variable.numpy()
        x = noise(INPUTS[prefix], 620)
        contents[prefix + "example.x"] = x
        contents[prefix + "example.y"] = np.ascontiguousarray(keras_output(prefix, model, x))
    save_file(contents, FIXTURES / "from-keras.safetensors")


def write_torch():
    torch.manual_seed(1)
    contents = {}
    with torch.no_grad():
        for prefix, make in TORCH.items():
            model = make()
            for name, tensor, _ in torch_tensors(model):
                contents[prefix + name] = np.ascontiguousarray(tensor.numpy())
            x = noise(INPUTS[prefix], 621)
            contents[prefix + "example.x"] = x
            contents[prefix + "example.y"] = np.ascontiguousarray(model(torch.tensor(x)).numpy())
    save_file(contents, FIXTURES / "from-pytorch.safetensors")


def check_swift():
    contents = load_file(FIXTURES / "from-swift.safetensors")
    for prefix, model in keras_models().items():
        x, y = contents[prefix + "example.x"], contents[prefix + "example.y"]
        names = [name for name, _ in keras_tensors(model)]
        for index, (name, variable) in enumerate(keras_tensors(model)):
            expected = noise(tuple(variable.shape), 630 + index, 0.5)
            assert contents[prefix + name].tobytes() == expected.tobytes(), name
            variable.assign(contents[prefix + name])
            assert variable.numpy().tobytes() == expected.tobytes(), name
        with torch.no_grad():
            twin = TORCH[prefix]()
            for name, tensor, put in torch_tensors(twin):
                put(torch.tensor(contents[prefix + name]))
            for name, tensor, _ in torch_tensors(twin):
                assert np.ascontiguousarray(tensor.numpy()).tobytes() == contents[prefix + name].tobytes(), name
            by_torch = np.abs(twin(torch.tensor(x)).numpy() - y).max()
        by_keras = np.abs(keras_output(prefix, model, x) - y).max()
        print(f"{prefix} {len(names)} tensors read bit for bit; outputs differ by {by_keras:.1e} (Keras), {by_torch:.1e} (PyTorch)")
        assert max(by_keras, by_torch) < 1e-5  # they are stored to 2⁻¹⁶


write_keras()
write_torch()
if (FIXTURES / "from-swift.safetensors").exists():
    check_swift()
