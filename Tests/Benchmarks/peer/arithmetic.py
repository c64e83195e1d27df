"""The same few operations from numpy and from TensorFlow, so that the row is written once."""

import types

import numpy as np
import tensorflow as tf


def numpy_in(dtype):
    """Numpy operation by operation, in numbers of that type."""
    return types.SimpleNamespace(
        dtype=dtype, exp=np.exp, log=np.log, log1p=np.log1p, abs=np.abs, maximum=np.maximum, clip=np.clip,
        matmul=np.matmul, stack=np.stack, concatenate=np.concatenate, sum=np.sum, min=np.min,
        cumsum=lambda x: np.cumsum(x, 0, dtype), repeat=np.repeat, reshape=np.reshape, take=np.take,
        transpose=lambda x, axes: np.ascontiguousarray(np.transpose(x, axes)),
        array=lambda values: np.asarray(values, dtype), integer=lambda x: x.astype(np.int32),
        float=lambda x: x.astype(dtype))


# TensorFlow's, which XLA then fuses.
FUSED = types.SimpleNamespace(
    dtype=np.float32, exp=tf.exp, log=tf.math.log, log1p=tf.math.log1p, abs=tf.abs, maximum=tf.maximum,
    clip=tf.clip_by_value, matmul=tf.matmul, stack=tf.stack, concatenate=tf.concat, sum=tf.reduce_sum,
    min=tf.reduce_min, cumsum=tf.cumsum, transpose=tf.transpose, repeat=tf.repeat, reshape=tf.reshape, take=tf.gather,
    array=lambda values: tf.constant(np.asarray(values), tf.float32), integer=lambda x: tf.cast(x, tf.int32),
    float=lambda x: tf.cast(x, tf.float32))

ARITHMETIC = {"numpy": numpy_in(np.float32), "numpy64": numpy_in(np.float64), "xla": FUSED}


def compiled(function):
    return tf.function(function, jit_compile=True, autograph=False)
