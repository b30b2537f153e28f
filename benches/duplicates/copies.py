"""Photos and altered copies of them: `copies.py FOLDER_OF_PHOTOS OUT [COUNT]` writes OUT/<kind>/<name>.

Photos with a side above 1400 px are cut into parts of 640 px that do not overlap, up to three of each; the others are taken whole. Parts of
one photo count as different photos, although they may share texture. Flat parts (a clear sky) are left out.
"""

import random
import sys
from pathlib import Path

from PIL import Image, ImageOps, ImageStat

PART = 640
MOST_PARTS = 3
LEAST_DEVIATION = 18  # of grey levels, of 255
ENDINGS = {".jpg", ".jpeg", ".png", ".webp", ".bmp"}


def parts(photo):
    if max(photo.size) <= 1400:
        return [photo]
    corners = [
        (x, y)
        for y in range(0, photo.height - PART + 1, PART)
        for x in range(0, photo.width - PART + 1, PART)
    ]
    random.Random(photo.width * 31 + photo.height).shuffle(corners)
    return [photo.crop((x, y, x + PART, y + PART)) for x, y in corners][: 3 * MOST_PARTS]


def is_flat(photo):
    return ImageStat.Stat(photo.convert("L")).stddev[0] < LEAST_DEVIATION


def scaled(photo, factor):
    size = [max(1, round(side * factor)) for side in photo.size]
    return photo.resize(size, Image.Resampling.LANCZOS)


def cropped(photo, share):
    """Crops away `share` of the width and of the height, half of it on each side."""
    x, y = (round(side * share / 2) for side in photo.size)
    return photo.crop((x, y, photo.width - x, photo.height - y))


# Each kind: the change of the picture, the file ending and the options for saving.
KINDS = {
    "original": (lambda p: p, "jpg", {"quality": 92}),
    "resized-25": (lambda p: scaled(p, 0.25), "jpg", {"quality": 90}),
    "resized-50": (lambda p: scaled(p, 0.5), "jpg", {"quality": 90}),
    "resized-200": (lambda p: scaled(p, 2), "jpg", {"quality": 90}),
    "jpeg-60": (lambda p: p, "jpg", {"quality": 60}),
    "jpeg-30": (lambda p: p, "jpg", {"quality": 30}),
    "webp-50": (lambda p: p, "webp", {"quality": 50}),
    "cropped-10": (lambda p: cropped(p, 0.1), "jpg", {"quality": 90}),
    "mirrored": (ImageOps.mirror, "jpg", {"quality": 90}),
}


def main(source, out, count=200):
    files = sorted(file for file in Path(source).rglob("*") if file.suffix.lower() in ENDINGS)
    photos = []
    for file in files:
        try:
            photo = Image.open(file).convert("RGB")
        except OSError as error:
            print(f"{file}: {error}", file=sys.stderr)
            continue
        photos += [part for part in parts(photo) if not is_flat(part)][:MOST_PARTS]
    # Take the photos evenly from all files, not only from the first ones.
    if len(photos) > count:
        photos = [photos[index * len(photos) // count] for index in range(count)]
    for kind, (change, ending, options) in KINDS.items():
        folder = Path(out) / kind
        folder.mkdir(parents=True, exist_ok=True)
        for index, photo in enumerate(photos):
            change(photo).save(folder / f"{index:03}.{ending}", **options)
    print(f"{len(photos)} photos of {len(files)} files, {len(KINDS)} kinds", file=sys.stderr)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], *map(int, sys.argv[3:]))
