#!/usr/bin/env python3
"""What the libraries count for every architecture of `tests/logits.rs`: parameters, and Mult-Adds by PyTorch's own counter.

    python3 tests/golden/costs.py FOLDER      (FOLDER holds make_reference.py; needs what it needs)

Writes tests/golden/costs.tsv: a row per name, with the resolution of its reference.
"""

import sys
from pathlib import Path

import torch
from torch.utils.flop_counter import FlopCounterMode

sys.path.insert(0, sys.argv[1])
import make_reference as reference  # noqa: E402


def build(name):
    """The network of `name` and its resolution."""
    if name in reference.TIMM:
        import timm

        return timm.create_model(name, pretrained=False, exportable=True), reference.TIMM[name]
    if name in reference.TRANSFORMERS:
        import transformers

        version, alpha, resolution = reference.TRANSFORMERS[name]
        config = getattr(transformers, f"MobileNetV{version}Config")(
            depth_multiplier=alpha, image_size=resolution, num_labels=1001
        )
        return getattr(transformers, f"MobileNetV{version}ForImageClassification")(config), resolution
    import torchvision

    return getattr(torchvision.models, reference.TORCHVISION[name])(weights=None), 224


def costs(network, resolution):
    """Learnt parameters; products of convolutions, matrices and attention (the counter says two for each).

    Fixed filters (blur) are pools: like averages, they are not counted.
    """
    counter = FlopCounterMode(display=False)
    with torch.no_grad(), counter:
        network.eval()(torch.zeros(1, 3, resolution, resolution))
    pools = [name for name, module in network.named_modules() if type(module).__name__ == "BlurPool2d"]
    counts = counter.get_flop_counts()
    fixed = sum(sum(counts[f"{type(network).__name__}.{name}"].values()) for name in pools)
    return sum(p.numel() for p in network.parameters()), (counter.get_total_flops() - fixed) // 2


with open(Path(__file__).parent / "costs.tsv", "w") as out:
    print("name", "resolution", "parameters", "mult_adds", sep="\t", file=out)
    for name in [*reference.TIMM, *reference.TRANSFORMERS, *reference.TORCHVISION]:
        network, resolution = build(name)
        print(name, resolution, *costs(network, resolution), sep="\t", file=out)
