"""The loss-rate network in Keras's own layers."""

import keras
import tensorflow as tf

from .arithmetic import FUSED, compiled
from .prepared import SERIES


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
