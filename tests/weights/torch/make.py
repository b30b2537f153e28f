"""Writes a checkpoint as torch itself saves it (made with torch 2.15.0): python3 make.py state_dict_by_torch_2.bin

The name of the file becomes the root of its zip entries; 21 characters are the length that zip 9.8 stumbles over.
Each tensor holds 0, 1, 2, … in row-major order of its indices, whatever its layout in memory.
"""

import collections
import sys

import torch

count = lambda *shape, dtype=torch.float32: torch.arange(torch.Size(shape).numel(), dtype=dtype).reshape(shape)
shared = count(6)
tensors = collections.OrderedDict(
    conv=count(2, 3, 2, 2).to(memory_format=torch.channels_last),
    transposed=torch.nn.Parameter(count(2, 3).t().contiguous().t()),
    half=count(3, dtype=torch.float16),
    bfloat=count(3, dtype=torch.bfloat16),
    double=count(3, dtype=torch.float64),
    first=shared[:3],
    rest=shared[3:] - 3,
    tracked=torch.tensor(0),
)
# What Module.state_dict() adds.
tensors._metadata = collections.OrderedDict([("", {"version": 1}), ("bn", {"version": 2})])
torch.save({"epoch": 3, "lr": 0.1, "best": None, "history": [1, 2], "state_dict": tensors}, sys.argv[1])
