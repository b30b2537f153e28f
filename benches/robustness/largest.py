"""The largest pictures that are allowed, in the formats that take longest: processor time on one thread, and memory."""

import os

from PIL import Image, ImageFile
from program import outcome

FORMATS = [
    ("baseline.jpg", "photo", {"quality": 90}),
    ("progressive.jpg", "photo", {"quality": 90, "progressive": True}),
    ("noise.jpg", "noise", {"quality": 90, "progressive": True, "subsampling": "4:4:4"}),
    ("photo.png", "photo", {"compress_level": 1}),
    ("lzw.tif", "photo", {"compression": "tiff_lzw"}),
    ("photo.bmp", "photo", {}),
    ("photo.gif", "photo", {}),
]
# The library that writes WebP ends at 16383 px, and fails on larger photos.
WEBP = ("photo.webp", "photo", {"quality": 50, "method": 0})


def arguments(command):
    command.add_argument("--side", type=int, default=13_376, help="13376 x 13376 is the most that --max-pixels allows")


def run(options, folder):
    Image.MAX_IMAGE_PIXELS, ImageFile.MAXBLOCK = None, 1 << 30
    problems = []
    for side, (name, source, how) in [*((options.side, row) for row in FORMATS), (min(options.side, 9_500), WEBP)]:
        path = folder / name
        image = photo(options.root, side) if source == "photo" else noise(side)
        (image.quantize(64) if name.endswith(".gif") else image).save(path, **how)
        size = path.stat().st_size / 1e6
        run = options.program.classify([path], "-j", "1")
        kinds = [outcome(record) for record in run.records]
        took = f"{run.cpu_seconds:5.1f} s, peak {run.peak_mib:5.0f} MiB"
        print(f"{name:16} {side}² px, {size:5.0f} MB: {took}, {kinds}", flush=True)
        if kinds != ["answer"]:
            problems.append(f"{name}: {run.records or run.stderr}")
        path.unlink()
    return problems


def photo(root, side):
    return Image.open(root / "assets/photos/cat_720p.jpg").convert("RGB").resize((side, side))


def noise(side):
    """No two columns of blocks are alike within 1000 pixels, and nothing in it can be skipped."""
    strip = Image.frombytes("RGB", (min(side, 1000), side), os.urandom(3 * min(side, 1000) * side))
    image = Image.new("RGB", (side, side))
    for x in range(0, side, 1000):
        image.paste(strip, (x, 0))
    return image
