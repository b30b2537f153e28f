#!/usr/bin/env python3
"""Writes tests/golden/features.tsv: the inputs of each library's classifier, for networks of logits.py and its input.

    python3 tests/golden/features.py NAME …

`pre-logits` is timm's `forward_head(x, pre_logits=True)`, transformers' `pooler_output`, and the input of torchvision's last
layer; `pooled` is the mean over positions of the last feature map. A row has the name, the layer, the number of values per
picture, the Euclidean norm of each of the two pictures, and SAMPLES values of each, evenly spaced.
"""

import sys
from pathlib import Path

import networks
import seeded
import torch
from logits import CLASSES, SIDE

SAMPLES = 8


def features(name, network, pixels):
    """The layers `pre-logits` and `pooled`, each of shape `[N, values]`."""
    if name.startswith("hf_"):
        output = network.base_model(pixels)
        return output.pooler_output, output.last_hidden_state.mean((2, 3))
    if name.startswith("torchvision_"):
        map = network.features(pixels)
        pooled = map.mean((2, 3))
        return network.classifier[:-1](pooled), pooled
    map = network.forward_features(pixels)
    return network.forward_head(map, pre_logits=True).flatten(1), map.mean((2, 3))


def main():
    with open(Path(__file__).parent / "features.tsv", "w") as out:
        for name in sys.argv[1:]:
            network = seeded.fill(networks.build(name, CLASSES), name)
            with torch.no_grad():
                both = features(name, network, networks.probe(2, SIDE).double())
            for layer, values in zip(("pre-logits", "pooled"), both):
                width = values.shape[1]
                places = [place * width // SAMPLES for place in range(SAMPLES)]
                numbers = [*values.norm(dim=1).tolist(), *values[:, places].flatten().tolist()]
                print(name, layer, width, *(f"{number:.8g}" for number in numbers), sep="\t", file=out, flush=True)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main()
