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
REFUSED = "arrays.npz bare_checkpoint.pkl bare_protocol_0.pkl arrays.pth whole_module.pth module_in_an_entry.pth legacy_whole_module.pth two_networks.pth torchscript.pth exported.pt2 bare.pkl bare_arrays.pkl"


def classify(path):
    return subprocess.run([mnet, "classify", "--model", path, "x.jpg"], capture_output=True, text=True).stderr


for name in REFUSED.split():
    path = folder / name
    saved = []
    said = classify(path)
    # The second step is for arrays in a pickle that torch did not save.
    for step in range(2):
        found = re.search(r"(python -c '.*, \"(.*)\"\)')", said)
        if found is None:
            break
        command = found[1]
        done = subprocess.run(command, shell=True, capture_output=True, text=True)
        assert done.returncode == 0, f"{name}: {command}\n{done.stderr}"
        saved.append(found[2])
        said = classify(saved[-1])
        print(f"{name}: the hint works: {command}")
    tensors = torch.load(saved[-1], weights_only=True)
    tensors = tensors.get("state_dict", tensors)
    assert tensors["conv.weight"].flatten().tolist() == [0, 1, 2, 3, 4, 5], name
    for path in set(saved):
        os.remove(path)
    assert "no built-in network has its 3 tensors" in said or "no linear classifier" in said, f"{name}: {said}"

said = classify(folder / "frozen.pth")
assert "a frozen TorchScript archive" in said and "in the program that exported it" in said, said
