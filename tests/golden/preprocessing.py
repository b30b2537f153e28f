#!/usr/bin/env python3
"""What the libraries make of a picture under a configuration, for `src/predict/config/golden.rs`.

    python3 tests/golden/preprocessing.py

Writes tests/golden/preprocessing.jsonl, a case a line: `files`, the configuration; `picture`, width and height of a
picture by `picture()`; `shape` of the network's input and `values`, 24 of its numbers at equal distances.
"""

import json
import os
import tempfile
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"

import numpy as np  # noqa: E402
import timm  # noqa: E402
import torchvision  # noqa: E402
from PIL import Image  # noqa: E402
from transformers import AutoImageProcessor  # noqa: E402

OUT = Path(__file__).with_suffix(".jsonl")
VALUES = 24
MOBILENET = {"model_type": "mobilenet_v2"}


def picture(width, height):
    """All frequencies, and no symmetry."""
    x, y, c = np.meshgrid(np.arange(width), np.arange(height), np.arange(3), indexing="xy")
    return Image.fromarray(((x * x * (3 + c) // 7 + y * 5 * (c + 1) + x * y // 3) % 256).astype(np.uint8))


def by_transformers(files, image):
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            Path(folder, name).write_text(json.dumps(text))
        processor = AutoImageProcessor.from_pretrained(folder, backend="pil")
        return processor(image, return_tensors="np")["pixel_values"][0]


def by_timm(files, image):
    config = json.loads(json.dumps(files["config.json"]))
    settings, name, arguments = timm.models._hub._parse_model_cfg(config, {})
    if not any(settings.get(key) for key in ("input_size", "crop_pct", "interpolation", "mean", "std")):
        settings = None  # The architecture's own defaults, as of weights that `create_model` made.
    channels = arguments.get("in_chans", 3)
    model = timm.create_model(name, pretrained_cfg=settings, in_chans=channels)
    resolved = timm.data.model_config.resolve_input_data_config(model)
    transform = timm.data.create_transform(**resolved)
    return transform(image.convert("L" if channels == 1 else "RGB")).numpy()


def by_torchvision(files, image):
    """A file that names no type, on torchvision's own transforms."""
    fields = files.get("preprocessor_config.json", {})
    t = torchvision.transforms
    size = fields.get("size", 256)
    steps = [t.Resize([size["height"], size["width"]] if isinstance(size, dict) else size)]
    if fields.get("do_center_crop", True):
        steps.append(t.CenterCrop(fields.get("crop_size", 224)))
    mean = fields.get("image_mean", [0.485, 0.456, 0.406])
    steps += [t.ToTensor(), t.Normalize(mean, fields.get("image_std", [0.229, 0.224, 0.225]))]
    return t.Compose(steps)(image).numpy()


def typed(name, **fields):
    return {"config.json": MOBILENET, "preprocessor_config.json": {"image_processor_type": name, **fields}}


TYPES = ["Beit", "Bit", "Blip", "CLIP", "ChineseCLIP", "ConvNext", "DeiT", "EfficientNet", "Levit", "MobileNetV1",
         "MobileNetV2", "MobileViT", "PoolFormer", "Pvt", "Segformer", "Siglip", "ViT"]
HALF = {"image_mean": [0.5, 0.4, 0.3], "image_std": [0.25, 0.5, 0.3]}
TRANSFORMERS = [typed(name + "ImageProcessor") for name in TYPES] + [
    # Names of other versions, and where the type is said.
    typed("ViTImageProcessorFast", size=48),
    {"config.json": MOBILENET, "preprocessor_config.json": {"feature_extractor_type": "CLIPFeatureExtractor", "size": 48, "crop_size": 40}},
    {"config.json": {**MOBILENET, "image_processor_type": "PvtImageProcessor"}, "preprocessor_config.json": {"size": [40, 40]}},
    {"config.json": MOBILENET, "preprocessor_config.json": {"size": 56, "crop_size": 48}},
    {"config.json": {"model_type": "mobilenet_v1"}, "preprocessor_config.json": {"resample": 3, **HALF}},
    # processor_config.json, which wins if it has an image processor.
    {"config.json": MOBILENET, "processor_config.json": {"image_processor": {"size": {"shortest_edge": 72}, "crop_size": 64}}},
    {"config.json": MOBILENET, "processor_config.json": {"image_processor": {"image_processor_type": "ViTImageProcessor", "size": 40}},
     "preprocessor_config.json": {"size": 56, "crop_size": 48}},
    {"config.json": MOBILENET, "processor_config.json": {"processor_class": "Old"}, "preprocessor_config.json": {"size": 56, "crop_size": 48}},
    # Forms of sizes.
    typed("ViTImageProcessor", size={"height": 48, "width": 48}, do_center_crop=True, crop_size=[40, 40]),
    typed("ViTImageProcessor", size=48, default_to_square=False, do_center_crop=True, crop_size=40),
    typed("SiglipImageProcessor", size=48, do_center_crop=True, crop_size=48),
    typed("MobileNetV2ImageProcessor", size=48, default_to_square=True, crop_size={"height": 40, "width": 40}),
    typed("MobileNetV2ImageProcessor", size={"shortest_edge": 48, "longest_edge": None}, crop_size=61),
    typed("MobileNetV2ImageProcessor", do_resize=False, crop_size=40),
    typed("MobileNetV2ImageProcessor", size={"height": 48, "width": 64}, crop_size={"height": 40, "width": 56}),
    typed("MobileNetV2ImageProcessor", size={"height": 48, "width": 64}, do_center_crop=False),
    typed("MobileNetV2ImageProcessor", size={"shortest_edge": 40}, do_center_crop=False),
    # Steps that are off, and keys that another type reads.
    typed("MobileNetV2ImageProcessor", size=48, crop_size=40, do_normalize=False, crop_pct=0.5, do_flip_channel_order=True),
    typed("MobileNetV2ImageProcessor", size=48, crop_size=40, do_rescale=False, rescale_offset=True, include_top=True),
    typed("MobileNetV2ImageProcessor", size=48, crop_size=40, image_mean=0.4, image_std=0.3),
    # A switch that is null is off, whatever the type's default.
    typed("MobileNetV2ImageProcessor", size=48, crop_size=40, do_normalize=None, image_mean=None),
    typed("MobileNetV2ImageProcessor", size=48, crop_size=40, do_resize=None, do_rescale=None, resample=None),
    typed("ViTImageProcessor", size=48, default_to_square=None, do_center_crop=True, crop_size=40),
    typed("ViTImageProcessor", size=48, do_center_crop=None, crop_size=None, do_convert_rgb=None, pad_size=None),
    typed("EfficientNetImageProcessor", size=48, include_top=None, rescale_offset=None),
    typed("PoolFormerImageProcessor", size=48, crop_size=40, crop_pct=None),
    # The types with steps of their own.
    typed("ConvNextImageProcessor", size={"shortest_edge": 64}, **HALF),
    typed("ConvNextImageProcessor", size=64, crop_pct=0.9, do_center_crop=True, crop_size=64),
    typed("ConvNextImageProcessor", size=383, crop_pct=1.0),
    typed("ConvNextFeatureExtractor".replace("FeatureExtractor", "ImageProcessor"), size=400, do_center_crop=True, crop_size=96),
    typed("EfficientNetImageProcessor", size=48, rescale_factor=1 / 127.5, rescale_offset=True, do_normalize=False, include_top=False),
    typed("EfficientNetImageProcessor", size=48, rescale_offset=True, **HALF),
    typed("EfficientNetImageProcessor", size=48, do_normalize=False, do_center_crop=True, crop_size=40, **HALF),
    typed("EfficientNetImageProcessor", size=48, do_rescale=False, rescale_offset=True),
    typed("LevitImageProcessor", size=47, crop_size=40),
    typed("LevitImageProcessor", size={"height": 48, "width": 48}, crop_size=40),
    typed("MobileViTImageProcessor", size=48, crop_size=64, do_normalize=True),
    typed("MobileViTImageProcessor", size=48, crop_size=40, do_flip_channel_order=False),
    typed("PoolFormerImageProcessor", size=47, crop_size=40, crop_pct=0.95),
    typed("PoolFormerImageProcessor", size={"height": 47, "width": 47}, crop_size=40),
    typed("PoolFormerImageProcessor", size={"height": 47, "width": 60}, crop_size=40),
    typed("SegformerImageProcessor", size=48, do_center_crop=True, crop_size=40),
]


def configured(name, **fields):
    return {"config.json": {"architecture": name, **fields}}


TIMM = [
    configured("mobilenetv2_100"),
    configured("mobilenetv1_100"),
    configured("tf_efficientnet_lite0"),
    configured("tf_efficientnet_lite2"),
    configured("tf_mobilenetv3_small_100"),
    configured("mobilenetv4_conv_small"),
    configured("mobilenetv1_100", pretrained_cfg={"tag": "mine", "num_classes": 3}),
    configured("mobilenetv1_100", pretrained_cfg={"crop_pct": 0.9}),
    configured("mobilenetv1_100", mean=[0.5, 0.4, 0.3], input_size=[3, 64, 64]),
    configured("mobilenetv2_035", pretrained_cfg={"input_size": [3, 64, 64], "crop_pct": 0, "interpolation": "", "mean": [0.4]}),
    configured("mobilenetv2_035", pretrained_cfg={"input_size": [3, 64, 64], "crop_pct": 0.9, "crop_mode": "squash"}),
    configured("mobilenetv2_035", pretrained_cfg={"input_size": [3, 64, 96], "crop_pct": 0.9}),
    configured("mobilenetv2_035", pretrained_cfg={"input_size": [3, 96, 64], "crop_pct": 0.9, "crop_mode": "squash"}),
    configured("mobilenetv2_035", model_args={"in_chans": 1}, pretrained_cfg={"input_size": [1, 64, 64], "mean": [0.485, 0.456, 0.406], "std": [0.2]}),
]

NAMED = {"library_name": "torchvision", "architectures": ["mobilenet_v2"]}
TORCHVISION = [{"config.json": NAMED}] + [{"config.json": NAMED, "preprocessor_config.json": fields} for fields in (
    {"size": 232, "crop_size": 224},
    {"size": {"height": 64, "width": 64}, "do_center_crop": False},
    {"size": 47, "crop_size": 40, "image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5]},
)]

lines = []
for library, cases in ((by_transformers, TRANSFORMERS), (by_timm, TIMM), (by_torchvision, TORCHVISION)):
    for files in cases:
        for size in ((61, 47), (150, 113)):
            values = library(files, picture(*size))
            flat = values.reshape(-1)
            chosen = [float(str(flat[i * (flat.size - 1) // (VALUES - 1)])) for i in range(VALUES)]
            case = {"files": files, "picture": size, "shape": list(values.shape), "values": chosen}
            lines.append(json.dumps(case, separators=(",", ":")))
OUT.write_text("\n".join(lines) + "\n")
print(len(lines), "cases")
