#!/usr/bin/env python3
"""Writes tests/golden/costs.tsv: parameters and Mult-Adds of every network, counted by PyTorch in its own library.

    python3 tests/golden/costs.py NAME …
"""

import sys
from pathlib import Path

import networks
import torch
from torch.utils.flop_counter import FlopCounterMode


def costs(network, resolution):
    """Learnt parameters; products of convolutions, matrices and attention (the counter says two for each).

    Fixed filters (blur) count as pooling, which adds nothing.
    """
    counter = FlopCounterMode(display=False)
    with counter:
        networks.logits(network, torch.zeros(1, 3, resolution, resolution))
    blurs = [name for name, module in network.named_modules() if type(module).__name__ == "BlurPool2d"]
    counts = counter.get_flop_counts()
    fixed = sum(sum(counts[f"{type(network).__name__}.{name}"].values()) for name in blurs)
    return sum(p.numel() for p in network.parameters()), (counter.get_total_flops() - fixed) // 2


def main():
    rows = []
    for name in sys.argv[1:]:
        resolution = networks.resolution(name)
        rows.append((name, resolution, *costs(networks.build(name), resolution)))
    with open(Path(__file__).parent / "costs.tsv", "w") as out:
        print("name", "resolution", "parameters", "mult_adds", sep="\t", file=out)
        for row in rows:
            print(*row, sep="\t", file=out)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main()
