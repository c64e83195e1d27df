"""The numbers of `noise` in Tests/NeuralNetworksTests/Comparison.swift: repeatable, in [-1, 1) times `scale`."""

import numpy as np


def noise(shape, seed, scale=1.0):
    state = (seed * 2 + 1) % 2**64
    values = np.empty(int(np.prod(shape)), dtype=np.float32)
    for index in range(values.size):
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        values[index] = np.float32(state >> 40) / np.float32(2**23) - np.float32(1)
    return (np.float32(scale) * values).reshape(shape)
