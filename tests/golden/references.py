#!/usr/bin/env python3
"""Checkpoints as their libraries save them, with the logits that the library computes from them.

    python3 tests/golden/references.py OUT NAME …

For each NAME, OUT/NAME holds what a repository on the hub would: config.json, model.safetensors and, for transformers,
preprocessor_config.json; beside them reference.json: {"resolution": R, "parameters": P, "logits": [[…], […]]} for the
two pictures of `networks.probe`. All 50 take about 1.3 GB and two minutes.

The weights are random, from a seed, and close to trained ones in what matters: every layer's output has about unit
variance, as after training, and statistics and affine terms of batch norms differ from channel to channel, so that a
fold that mixes them up shows.
"""

import json
import sys
from pathlib import Path

import networks
import torch
from safetensors.torch import save_file

SEED = 11


def train(network, resolution):
    """Random weights; then statistics that fit the data, and affine terms that do not cancel them."""
    random = torch.Generator().manual_seed(SEED)

    def normal(tensor, std):
        tensor.copy_(torch.randn(tensor.shape, generator=random) * std)

    def uniform(tensor, low, high):
        tensor.copy_(torch.rand(tensor.shape, generator=random) * (high - low) + low)

    for name, module in network.named_modules():
        if isinstance(module, torch.nn.Conv2d):
            # The variance of He et al. (arXiv:1502.01852); less for attention, where a saturated softmax magnifies
            # rounding errors.
            gain = 0.5 if name.endswith((".query.proj", ".key.proj")) else 1.0
            normal(module.weight, gain * (2 / module.weight[0].numel()) ** 0.5)
        if isinstance(module, torch.nn.Linear):
            normal(module.weight, (1 / module.in_features) ** 0.5)
            normal(module.bias, 0.1)
        if isinstance(getattr(module, "gamma", None), torch.nn.Parameter):
            uniform(module.gamma, 0.5, 1.0)

    norms = [module for module in network.modules() if isinstance(module, torch.nn.BatchNorm2d)]
    for norm in norms:
        norm.momentum = 1.0  # the statistics of the next batch, not an average of several
    network.train()
    network(networks.probe(8, resolution))
    network.eval()
    for norm in norms:
        variance = norm.running_var.clamp_(min=1e-4)
        norm.running_mean += torch.randn(variance.shape, generator=random) * 0.1 * variance.sqrt()
        variance *= torch.rand(variance.shape, generator=random) * 0.5 + 0.8
        uniform(norm.weight, 0.8, 1.2)
        normal(norm.bias, 0.1)


def save(name, network, resolution, folder):
    """The files of a repository, written by the library itself where it has a function for that."""
    if name.startswith("hf_"):
        network.save_pretrained(folder)
        half = [0.5] * 3
        processor = {
            "do_resize": True, "size": {"shortest_edge": resolution + 32}, "resample": 2,
            "do_center_crop": True, "crop_size": {"height": resolution, "width": resolution},
            "do_rescale": True, "rescale_factor": 1 / 255,
            "do_normalize": True, "image_mean": half, "image_std": half,
        }  # fmt: skip
        write(folder / "preprocessor_config.json", processor)
    elif name.startswith("torchvision_"):
        tensors = {key: tensor.contiguous() for key, tensor in network.state_dict().items()}
        save_file(tensors, folder / "model.safetensors")
        function = name.removeprefix("torchvision_")
        write(folder / "config.json", {"architectures": [function], "library_name": "torchvision", "num_labels": 1000})
    else:
        from timm.models import save_for_hf

        save_for_hf(network, folder, safe_serialization=True)


def write(path, content):
    path.write_text(json.dumps(content))


def main(out, names):
    for name in names:
        folder = out / name
        folder.mkdir(parents=True, exist_ok=True)
        network, resolution = networks.build(name), networks.resolution(name)
        with torch.no_grad():
            train(network, resolution)
        save(name, network, resolution, folder)
        logits = networks.logits(network, networks.probe(2, resolution)).tolist()
        parameters = sum(parameter.numel() for parameter in network.parameters())
        # Last: a folder that has it is complete.
        write(folder / "reference.json", {"resolution": resolution, "parameters": parameters, "logits": logits})
        print(name, "ok", flush=True)


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(Path(sys.argv[1]), sys.argv[2:])
