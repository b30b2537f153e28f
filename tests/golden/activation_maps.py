#!/usr/bin/env python3
"""Writes tests/golden/activation_maps.tsv: class activation maps from torch's autograd, in f64 through each library's own network.

    python3 tests/golden/activation_maps.py NAME...

Each row is a network of networks.py with weights of seeded.py, the logit of CLASS for a feature map of zeros, and the maps of
that class for the two pictures of `networks.probe`, row by row: the gradient of its logit with respect to the means of the
channels, times the channels (Grad-CAM without its ReLU).
"""

import sys
from pathlib import Path

import networks
import seeded
import torch

SIDE = 72
CLASSES = 10
CLASS = 3


def before_pooling(network, name, replace):
    """Calls `replace` with the last feature map of every forward pass, and uses the map that it returns in its place."""
    if name.startswith("torchvision_"):
        return network.features.register_forward_hook(lambda _, __, output: replace(output))
    pool = network.base_model.pooler if name.startswith("hf_") else network.global_pool
    return pool.register_forward_pre_hook(lambda _, inputs: (replace(inputs[0]),))


def logits(network, pixels):
    output = network(pixels)
    return output if isinstance(output, torch.Tensor) else output.logits


def main():
    with open(Path(__file__).parent / "activation_maps.tsv", "w") as out:
        for name in sys.argv[1:]:
            network = seeded.fill(networks.build(name, CLASSES), name)
            pixels = networks.probe(2, SIDE).double()
            handle = before_pooling(network, name, torch.zeros_like)
            with torch.no_grad():
                base = logits(network, pixels)[0, CLASS].item()
            handle.remove()
            maps = []

            def keep(features):
                maps.append(features.detach().requires_grad_())
                return maps[-1]

            before_pooling(network, name, keep)
            logits(network, pixels)[:, CLASS].sum().backward()
            (features,) = maps
            weights = features.grad.sum((2, 3), keepdim=True)
            values = (weights * features).sum(1).flatten().tolist()
            print(name, *(f"{value:.8g}" for value in [base, *values]), sep="\t", file=out)


if __name__ == "__main__":
    torch.set_num_threads(1)
    main()
