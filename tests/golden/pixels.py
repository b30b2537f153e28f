#!/usr/bin/env python3
"""The shared photos as Pillow decodes and preprocesses them, for `tests/references/pixels.rs`.

    python3 tests/golden/pixels.py OUT_DIR

Reads $MNET_SHARED/images (default: ../shared/images beside the checkout) and writes, as binary PPM:

    OUT_DIR/PHOTO.ppm             the photo upright and in RGB, as Pillow decodes it
    OUT_DIR/PHOTO.CONFIG.ppm      the R x R crop, for each of CONFIGS
    OUT_DIR/PHOTO.draft-N.ppm     a JPEG upright at 1/N of its size, as `Image.draft` decodes it, for N of DRAFTS

The rules are those of transformers 5.23 (`get_resize_output_image_size`, `center_crop`) and of timm 1.0.31
(`transforms_imagenet_eval`), which calls torchvision 0.29's `Resize` and `CenterCrop`.
"""

import math
import os
import sys
from pathlib import Path

from PIL import Image, ImageOps
from PIL.Image import Resampling


def shortest_edge(image, edge, resample):
    w, h = image.size
    short, long = min(w, h), max(w, h)
    size = (edge, int(edge * long / short)) if w <= h else (int(edge * long / short), edge)
    return image.resize(size, resample)


def transformers(edge, crop, resample=Resampling.BILINEAR):
    def run(image):
        image = shortest_edge(image, edge, resample)
        left, top = (image.width - crop) // 2, (image.height - crop) // 2
        return image.crop((left, top, left + crop, top + crop))

    return run


def timm(resolution, crop_pct, resample):
    def run(image):
        image = shortest_edge(image, math.floor(resolution / crop_pct), resample)
        left = int(round((image.width - resolution) / 2.0))
        top = int(round((image.height - resolution) / 2.0))
        return image.crop((left, top, left + resolution, top + resolution))

    return run


CONFIGS = {
    "transformers-256-224": transformers(256, 224),
    "transformers-224-192": transformers(224, 192),
    "transformers-160-128": transformers(160, 128),
    "timm-224-0.875-bicubic": timm(224, 0.875, Resampling.BICUBIC),
    "timm-256-0.95-bicubic": timm(256, 0.95, Resampling.BICUBIC),
    "timm-224-0.875-lanczos": timm(224, 0.875, Resampling.LANCZOS),
}


DRAFTS = (2, 4, 8)


def main():
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    shared = Path(os.environ.get("MNET_SHARED") or Path(__file__).resolve().parents[3] / "shared")
    photos = sorted(p for p in (shared / "images").iterdir() if p.suffix in (".jpg", ".bmp"))
    for photo in photos:
        with Image.open(photo) as image:
            image = ImageOps.exif_transpose(image).convert("RGB")
        image.save(out / f"{photo.name}.ppm")
        for name, config in CONFIGS.items():
            config(image).save(out / f"{photo.name}.{name}.ppm")
        for denominator in DRAFTS if photo.suffix == ".jpg" else ():
            with Image.open(photo) as image:
                least = min(image.size) // denominator
                image.draft("RGB", (least, least))
                image = ImageOps.exif_transpose(image).convert("RGB")
            image.save(out / f"{photo.name}.draft-{denominator}.ppm")
    print(f"{len(photos)} photos x {len(CONFIGS)} configurations in {out}")


if __name__ == "__main__":
    main()
