"""The networks of timm, transformers and torchvision, by the names that the tests use.

    mobilenetv2_100              timm's mobilenetv2_100
    hf_mobilenet_v2_0.75_160     transformers' MobileNetV2, alpha 0.75, at 160 px
    torchvision_mobilenet_v2     torchvision's mobilenet_v2
    NAME?width_mult=0.5          NAME with arguments of its function, divided by `&`

`cargo test --test references -- --list` prints the names without arguments: they come from `FAMILIES` in `src/models/mod.rs`.
Those with arguments come from `VARIATIONS` in `tests/support/networks.rs`, and `cargo test --test golden_logits -- --list` prints
all.
"""

import ast
from pathlib import Path

import torch


def build(name, classes=None):
    """The network called `name`, with `classes` outputs or the library's usual number, ready for inference."""
    name, _, text = name.partition("?")
    arguments = {key: value(text) for key, _, text in (pair.partition("=") for pair in text.split("&") if pair)}
    if name.startswith("hf_"):
        import transformers

        version, alpha, resolution = parse(name)
        config = getattr(transformers, f"MobileNetV{version}Config")(
            depth_multiplier=alpha, image_size=resolution, num_labels=classes or 1001
        )
        network = getattr(transformers, f"MobileNetV{version}ForImageClassification")(config)
    elif name.startswith("torchvision_"):
        import torchvision

        create = getattr(torchvision.models, name.removeprefix("torchvision_"))
        network = create(weights=None, num_classes=classes or 1000, **arguments)
    else:
        import timm

        # `exportable` replaces fused operations by plain ones, which PyTorch's counter of operations knows.
        network = timm.create_model(name, num_classes=classes or 1000, exportable=True, **arguments)
    return network.eval()


def value(text):
    """The value of an argument: a number, True, False, or else a name."""
    try:
        return ast.literal_eval(text)
    except (SyntaxError, ValueError):
        return text


def parse(name):
    """Version, alpha and resolution of a network of transformers."""
    _, _, version, alpha, resolution = name.split("_")
    return int(version.removeprefix("v")), float(alpha), int(resolution)


def resolution(name):
    """The side of the square input at which `name` is compared: that of its row in costs.tsv, or the usual one of a new network."""
    if name.startswith("hf_"):
        return parse(name)[2]
    rows = (line.split("\t") for line in (Path(__file__).parent / "costs.tsv").read_text().splitlines())
    row = next((int(row[1]) for row in rows if row[0] == name), None)
    return row or usual_resolution(name)


def usual_resolution(name):
    import timm

    return timm.get_pretrained_cfg(name).input_size[-1] if timm.is_model(name) else 224


def logits(network, pixels):
    """`[N, classes]` of normalised `pixels` `[N, 3, R, R]`."""
    with torch.no_grad():
        output = network(pixels)
    return output if isinstance(output, torch.Tensor) else output.logits


INPUT = "(((n+1)*h*h + 3*h*w + 17*w + 37*c) mod 255) / 127.5 - 1"


def probe(count, side):
    """`[count, 3, side, side]` by `INPUT`: chirps that differ between samples, channels, rows and columns.

    The integers are exact; then one division and one subtraction in f32.
    """
    axes = enumerate((count, 3, side, side))
    n, c, h, w = (torch.arange(size).view([-1 if axis == own else 1 for axis in range(4)]) for own, size in axes)
    return (((n + 1) * h * h + 3 * h * w + 17 * w + 37 * c) % 255).float() / 127.5 - 1
