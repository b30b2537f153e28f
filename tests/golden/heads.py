#!/usr/bin/env python3
"""Writes tests/golden/heads.tsv: logits of networks whose head or stem was replaced, computed in f64 by their own library.

    python3 tests/golden/heads.py

Each row is a case: its name, the network of networks.py that it was made from, what stands before the names of its
tensors and what of theirs is missing there, its input channels, the shapes of its head's tensors by name, and the logits
of two pictures of `networks.probe`.
Weights are those of seeded.py.
"""

from pathlib import Path

import networks
import seeded
import torch
from torch import nn

SIDE = 72
CLASSES = 5
# One of each kind of block that follows a stem.
GRAY = ["mobilenetv1_100", "mobilenetv3_small_050", "mobilenetv4_conv_small_035", "mobilenet_edgetpu_100"]


def changed(name, head, part=None):
    """The network called `name` with another classifier, or with one module of it replaced."""
    network = networks.build(name, CLASSES)
    if part is None:
        network.classifier = head
    else:
        network.classifier[part] = head
    return network


def gray(name):
    import timm

    return timm.create_model(name, num_classes=CLASSES, in_chans=1, exportable=True)


def gray_transformers():
    import transformers

    config = transformers.MobileNetV2Config(depth_multiplier=0.35, num_channels=1, num_labels=CLASSES)
    return transformers.MobileNetV2ForImageClassification(config)


def linear(features, **options):
    return nn.Linear(features, CLASSES, **options)


def dropout():
    return nn.Dropout(0.2)


def hidden(features, width, bias=True, between=1):
    """torchvision's head of V3, with another hidden layer, or more modules between."""
    layers = [nn.Linear(features, width, bias=bias), nn.Hardswish(), *(dropout() for _ in range(between))]
    return nn.Sequential(*layers, linear(width))


class Wrapped(nn.Module):
    """A network of timm without its classifier, and a layer of one's own."""

    def __init__(self):
        super().__init__()
        import timm

        self.backbone = timm.create_model("mobilenetv2_035", num_classes=0, exportable=True)
        self.fc = nn.Linear(1280, CLASSES)

    def forward(self, pixels):
        return self.fc(self.backbone(pixels))


class Body(nn.Module):
    """torchvision's layers before the pooling in a module of one's own."""

    def __init__(self):
        super().__init__()
        self.body = networks.build("torchvision_mobilenet_v2").features
        self.head = nn.Sequential(nn.Dropout(0.2), nn.Linear(1280, CLASSES))

    def forward(self, pixels):
        return self.head(self.body(pixels).mean((2, 3)))


V2, SMALL, LARGE = (f"torchvision_mobilenet_{version}" for version in ("v2", "v3_small", "v3_large"))
TIMM, TRANSFORMERS = "mobilenetv2_035", "hf_mobilenet_v2_0.35_96"

CASES = {
    "v2_linear": (V2, lambda: changed(V2, linear(1280))),
    "v2_sequential": (V2, lambda: changed(V2, nn.Sequential(linear(1280)))),
    "v2_nested": (V2, lambda: changed(V2, nn.Sequential(dropout(), linear(1280)), part=1)),
    "v2_no_bias": (V2, lambda: changed(V2, linear(1280, bias=False), part=1)),
    "v3_nested": (SMALL, lambda: changed(SMALL, nn.Sequential(dropout(), linear(1024)), part=3)),
    "v3_hidden_512": (SMALL, lambda: changed(SMALL, hidden(576, 512))),
    "v3_hidden_no_bias": (SMALL, lambda: changed(SMALL, hidden(576, 1024, bias=False))),
    "v3_linear": (SMALL, lambda: changed(SMALL, linear(576))),
    "v3_dropout_linear": (LARGE, lambda: changed(LARGE, nn.Sequential(dropout(), linear(960, bias=False)))),
    "v3_eleventh_module": (LARGE, lambda: changed(LARGE, hidden(960, 64, between=9))),
    "timm_nested": (TIMM, lambda: changed(TIMM, nn.Sequential(dropout(), linear(1280)))),
    "timm_no_bias": ("mobilenetv3_small_050", lambda: changed("mobilenetv3_small_050", linear(1024, bias=False))),
    "transformers_nested": (TRANSFORMERS, lambda: changed(TRANSFORMERS, nn.Sequential(dropout(), linear(1280)))),
    "wrapped": (TIMM, Wrapped),
    "body": (V2, Body),
    **{f"gray_{name}": (name, lambda name=name: gray(name)) for name in GRAY},
    "gray_transformers": (TRANSFORMERS, gray_transformers),
}


def stem(state):
    """The first convolution over pixels: the only one of few channels over all of them."""
    return next((key, tensor.shape[1]) for key, tensor in state.items() if tensor.dim() == 4)


def main():
    with open(Path(__file__).parent / "heads.tsv", "w") as out:
        for case, (name, build) in CASES.items():
            network = seeded.fill(build().eval(), name)
            state = network.state_dict()
            key, channels = stem(state)
            own, _ = stem(networks.build(name, CLASSES).state_dict())
            cut = "" if key.endswith(own) else "features."
            prefix = key.removesuffix(own.removeprefix(cut))
            layers = {key.removesuffix(".weight") for key, tensor in state.items() if tensor.dim() == 2}
            head = {key: tensor.shape for key, tensor in state.items() if key.rpartition(".")[0] in layers}
            shapes = " ".join(f"{key}:{'x'.join(map(str, shape))}" for key, shape in head.items())
            logits = networks.logits(network, networks.probe(2, SIDE).double()[:, :channels]).flatten().tolist()
            print(case, name, prefix, cut, channels, shapes, *(f"{logit:.8g}" for logit in logits), sep="\t", file=out)


if __name__ == "__main__":
    torch.set_num_threads(1)
    main()
