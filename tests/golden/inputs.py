#!/usr/bin/env python3
"""Writes tests/golden/inputs.tsv: how timm prepares pictures for an architecture whose weights come without a configuration.

    python3 tests/golden/inputs.py NAME …

A row for each of timm's networks among the names.
"""

import sys
from pathlib import Path

import timm
from timm.data import resolve_data_config


def main():
    with open(Path(__file__).parent / "inputs.tsv", "w") as out:
        print("name", "resolution", "crop_pct", "interpolation", "mean", "std", sep="\t", file=out)
        for name in sys.argv[1:]:
            if not timm.is_model(name):
                continue
            data = resolve_data_config({}, pretrained_cfg=timm.get_pretrained_cfg(name).to_dict())
            channels, height, width = data["input_size"]
            # What every row has in common has no column.
            assert (channels, height, data["crop_mode"]) == (3, width, "center"), name
            mean, std = (" ".join(map(str, data[key])) for key in ("mean", "std"))
            print(name, width, data["crop_pct"], data["interpolation"], mean, std, sep="\t", file=out)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main()
