#!/usr/bin/env python3
"""Writes tests/golden/photos.tsv: what timm and Pillow answer for assets/photos with the built-in model.

    python3 tests/golden/photos.py

A row per photo and class, best first: file, index, probability.
"""

import json
from pathlib import Path

import timm
import torch
from PIL import Image
from safetensors.torch import load_file
from timm.data import create_transform

ROOT = Path(__file__).resolve().parents[2]


def main():
    config = json.loads((ROOT / "assets/models/config.json").read_text())
    data = config["pretrained_cfg"]
    network = timm.create_model(config["architecture"], num_classes=config["num_classes"]).eval()
    tensors = load_file(ROOT / "assets/models/efficientnet-lite0.safetensors")
    missing, unexpected = network.load_state_dict({k: v.float() for k, v in tensors.items()}, strict=False)
    # The file leaves out the counters of training steps.
    assert not unexpected and all(name.endswith("num_batches_tracked") for name in missing)

    transform = create_transform(
        tuple(data["input_size"]), interpolation=data["interpolation"], mean=data["mean"], std=data["std"],
        crop_pct=data["crop_pct"], crop_mode=data["crop_mode"],
    )  # fmt: skip
    with open(Path(__file__).parent / "photos.tsv", "w") as out, torch.no_grad():
        for photo in sorted((ROOT / "assets/photos").glob("*.jpg")):
            pixels = transform(Image.open(photo).convert("RGB"))
            probabilities = network(pixels[None]).softmax(1)[0]
            for score, index in zip(*(best.tolist() for best in probabilities.topk(5))):
                print(photo.name, index, f"{score:.7f}", sep="\t", file=out)


if __name__ == "__main__":
    main()
