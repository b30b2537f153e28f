#!/usr/bin/env python3
"""Two small pictures as the libraries' own transforms prepare them, for `tests/pixels/libraries.rs`.

    python3 tests/golden/pixels_libraries.py

Writes into tests/golden/pixels/libraries, replacing its files:

    wide.png tall.png        the pictures; the tall one is resized down its columns first since Pillow 13
    PICTURE.RULE.f32         [C, H, W] under rule RULE, little-endian f32
"""

import sys
from pathlib import Path

import numpy as np
import torchvision.transforms as T
from PIL import Image
from timm.data.transforms_factory import transforms_imagenet_eval
from transformers.models.efficientnet.image_processing_pil_efficientnet import EfficientNetImageProcessorPil
from transformers.models.mobilenet_v2.image_processing_pil_mobilenet_v2 import MobileNetV2ImageProcessorPil
from transformers.models.mobilevit.image_processing_pil_mobilevit import MobileViTImageProcessorPil

sys.path.insert(0, str(Path(__file__).parent))
from pixels_small import pattern  # noqa: E402

OUT = Path(__file__).parent / "pixels" / "libraries"
# 255 · 0.3 and 255 · 0.9 end in .5 and round otherwise in f32.
MEAN, STD = (0.3, 0.9, 0.485), (0.229, 0.224, 0.225)


def torchvision(*steps):
    return T.Compose([*steps, T.ToTensor(), T.Normalize(MEAN, STD)])


def timm(size, crop_pct, crop_mode, channels=3):
    convert = [] if channels == 3 else [lambda image: image.convert("L")]
    rule = transforms_imagenet_eval(
        size, crop_pct, crop_mode, interpolation="bicubic", mean=MEAN[:channels], std=STD[:channels])
    return T.Compose([*convert, rule])


def transformers(processor):
    return lambda image: processor(image, return_tensors="np")["pixel_values"][0]


def mobilenet(**options):
    return transformers(MobileNetV2ImageProcessorPil(image_mean=MEAN, image_std=STD, **options))


PORTRAIT = {"height": 14, "width": 9}

RULES = {
    "torchvision-18-crop-16": torchvision(T.Resize(18), T.CenterCrop(16)),
    "torchvision-15x11": torchvision(T.Resize((11, 15))),
    "torchvision-15x11-crop-14": torchvision(T.Resize((11, 15)), T.CenterCrop(14)),
    "torchvision-none-crop-40": torchvision(T.CenterCrop(40)),
    "torchvision-13-crop-17x12": torchvision(T.Resize(13), T.CenterCrop((12, 17))),
    "transformers-15x11-crop-14": mobilenet(size={"height": 11, "width": 15}, crop_size=14),
    "transformers-16-crop-9x14": mobilenet(size={"shortest_edge": 16}, crop_size=PORTRAIT),
    "transformers-12": mobilenet(size={"shortest_edge": 12}, do_center_crop=False),
    "transformers-bgr": transformers(
        MobileViTImageProcessorPil(size={"shortest_edge": 18}, crop_size={"height": 16, "width": 16}, resample=2)),
    "transformers-offset": transformers(
        EfficientNetImageProcessorPil(size=PORTRAIT, rescale_factor=1 / 127.5, rescale_offset=True,
                                      include_top=False, image_mean=MEAN, image_std=STD)),
    "timm-center": timm((14, 9), 0.875, "center"),
    "timm-squash": timm((14, 9), 0.875, "squash"),
    "timm-border": timm((14, 9), 0.875, "border"),
    "timm-square-border": timm(16, 1.0, "border"),
    "timm-gray": timm(16, 0.875, "center", channels=1),
    "timm-gray-border": timm((14, 9), 1.0, "border", channels=1),
}


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    for old in OUT.iterdir():
        old.unlink()
    for picture, image in {"wide": pattern(45, 38), "tall": pattern(19, 53)}.items():
        image.save(OUT / f"{picture}.png")
        for name, rule in RULES.items():
            values = np.asarray(rule(image), dtype="<f4")
            (OUT / f"{picture}.{name}.f32").write_bytes(np.ascontiguousarray(values).tobytes())


if __name__ == "__main__":
    main()
