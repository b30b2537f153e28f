"""Weights that a tensor's name and shape determine, to the last bit: `tests/support/seeded.rs` has the same rules.

The seed of a tensor is the FNV-1a hash of its name, its value i the MurmurHash3 finalizer of `seed + i * 0x9e3779b9`:
no state runs from value to value or from tensor to tensor, so neither order nor library matters.
"""

import math

import numpy as np
import torch


def fill(network, name):
    """Gives every parameter and statistic of the network called `name` its values, and returns it in f64."""
    # A softmax of large values is a choice of the largest, which rounding decides.
    gain = 1.0 if "hybrid" in name else 1.5
    state = network.state_dict()
    for key, tensor in state.items():
        # Counters of training steps and the fixed filters of anti-aliasing stay as they are.
        if tensor.is_floating_point() and not key.endswith("filt"):
            state[key] = torch.from_numpy(tensor_values(key, tuple(tensor.shape), gain))
    network.load_state_dict(state)
    return network.double()


def tensor_values(name, shape, gain):
    """The f32 values of the tensor called `name`."""
    low, high = (np.float32(bound) for bound in bounds(name, shape, gain))
    fraction = (random_bits(name, math.prod(shape)) >> np.uint32(8)).astype(np.float32) / np.float32(1 << 24)
    return (low + (high - low) * fraction).reshape(shape)


def bounds(name, shape, gain):
    """The range of a tensor's values."""
    if len(shape) > 1:
        # A variance of gain / fan_in keeps activations near the size they have.
        bound = math.sqrt(3 * gain / math.prod(shape[1:]))
        return -bound, bound
    if name.endswith("gamma"):
        return 0.5, 1.0
    if name.endswith(("weight", "running_var")):
        return 0.5, 1.5
    return -0.5, 0.5


def random_bits(name, count):
    seed = 0x811C9DC5
    for byte in name.encode():
        seed = (seed ^ byte) * 0x01000193 & 0xFFFFFFFF
    with np.errstate(over="ignore"):
        bits = np.uint32(seed) + np.arange(count, dtype=np.uint32) * np.uint32(0x9E3779B9)
        bits = (bits ^ bits >> np.uint32(16)) * np.uint32(0x85EBCA6B)
        bits = (bits ^ bits >> np.uint32(13)) * np.uint32(0xC2B2AE35)
        return bits ^ bits >> np.uint32(16)
