#!/usr/bin/env python3
"""Writes tests/golden/logits.tsv: the logits of every network, computed in f64 by its own library.

    python3 tests/golden/logits.py NAME …

Weights are those of seeded.py, the input is `networks.probe`: two pictures of SIDE px. On the way down from 72 px some
feature maps have an even side and some an odd one, so that TensorFlow's padding and the symmetric one differ.
"""

import sys
from pathlib import Path

import networks
import seeded

SIDE = 72
CLASSES = 5


def main():
    with open(Path(__file__).parent / "logits.tsv", "w") as out:
        for name in sys.argv[1:]:
            network = seeded.fill(networks.build(name, CLASSES), name)
            logits = networks.logits(network, networks.probe(2, SIDE).double())
            print(name, *(f"{logit:.8g}" for logit in logits.flatten().tolist()), sep="\t", file=out)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main()
