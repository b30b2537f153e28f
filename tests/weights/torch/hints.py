"""Runs the hint of every refused checkpoint, and has mnet read what comes of it: python3 hints.py MNET FOLDER

FOLDER is what make_training.py filled. Each command must give a file with the weights of the network, and mnet must get
past reading it: that it then knows no such small network is expected.
"""

import os
import pathlib
import re
import subprocess
import sys

import torch

mnet, folder = sys.argv[1], pathlib.Path(sys.argv[2])
REFUSED = "arrays.pth whole_module.pth module_in_an_entry.pth legacy_whole_module.pth two_networks.pth torchscript.pth exported.pt2 bare.pkl bare_arrays.pkl"


def classify(path):
    return subprocess.run([mnet, "classify", "--model", path, "x.jpg"], capture_output=True, text=True).stderr


for name in REFUSED.split():
    said = classify(folder / name)
    command, saved = re.search(r"(python -c '.*, \"(.*)\"\)')", said).groups()
    done = subprocess.run(command, shell=True, capture_output=True, text=True)
    assert done.returncode == 0, f"{name}: {command}\n{done.stderr}"
    tensors = torch.load(saved, weights_only=True)
    assert tensors["conv.weight"].flatten().tolist() == [0, 1, 2, 3, 4, 5], name
    again = classify(saved)
    os.remove(saved)
    assert "no built-in network has its 3 tensors" in again or "no linear classifier" in again, f"{name}: {again}"
    print(f"{name}: the hint works: {command}")
