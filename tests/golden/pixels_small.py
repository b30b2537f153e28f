#!/usr/bin/env python3
"""Small pictures, and their pixels as Pillow decodes and preprocesses them, for `tests/pixels`.

    python3 tests/golden/pixels_small.py

Writes into three folders of tests/golden/pixels, replacing their files:

    decode/NAME.EXT  decode/NAME.EXT.ppm        a file and its upright RGB pixels
    damaged/NAME.jpg  damaged/NAME.jpg.ppm      a damaged file and what there is of it
    preprocess/source.png  preprocess/NAME.ppm  one picture and its R x R pixels under rule NAME
"""

import io
import math
import struct
import sys
import zlib
from pathlib import Path

from PIL import Image, ImageFile, ImageOps
from PIL.Image import Resampling

sys.path.insert(0, str(Path(__file__).parent))
import pixels_damaged  # noqa: E402
import pixels_kinds  # noqa: E402
import pixels_tiff  # noqa: E402
from pixels import timm, transformers  # noqa: E402

OUT = Path(__file__).parent / "pixels"


def pattern(width, height):
    """A colour gradient with an off-centre bright square and hard-edged noise: no symmetry, all frequencies."""
    image = Image.new("RGB", (width, height))
    state = 12345
    for y in range(height):
        for x in range(width):
            state = (1103515245 * state + 12345) % 2**31
            noise = (state >> 16) % 48
            r, g, b = 200 * x // width + noise, 200 * y // height + noise, 255 - 250 * (x + y) // (width + height)
            if width // 5 <= x < width // 2 and height // 4 <= y < height // 2:
                r, g, b = 255, 255 - b, noise
            image.putpixel((x, y), (r, g, b))
    return image


def png(width, height, bits, colour, rows, *chunks):
    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0)
    body = zlib.compress(b"".join(b"\0" + row for row in rows))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + b"".join(chunk(*c) for c in chunks) \
        + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def exif(orientation, kind=3):
    value = struct.pack("<HH", orientation, 0) if kind == 3 else struct.pack("<I", orientation)
    return b"II*\0\x08\0\0\0\x01\0" + struct.pack("<HHI", 0x0112, kind, 1) + value + b"\0\0\0\0"


def encode(image, format, **options):
    buffer = io.BytesIO()
    image.save(buffer, format, **options)
    return buffer.getvalue()


def upright(data):
    return ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGB")


def webp_with_prefixed_exif(image, orientation):
    """As many writers do, and Pillow does not: the EXIF chunk begins with `Exif\\0\\0`."""
    plain = exif(orientation)
    data = encode(image, "WEBP", lossless=True, exif=plain)
    at = data.index(b"EXIF") + 4
    body = b"Exif\0\0" + plain
    data = data[:at] + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)
    return data[:4] + struct.pack("<I", len(data) - 8) + data[8:]


def one_scan_a_component(image):
    """A baseline JPEG with 4:2:0 chroma whose components come one after the other, put together from three gray
    ones. Some decoders turn these green (zune-image issue 422)."""
    y, cb, cr = image.convert("YCbCr").split()
    half = ((image.width + 1) // 2, (image.height + 1) // 2)
    gray = [encode(part, "JPEG") for part in (y, cb.resize(half), cr.resize(half))]

    def segment(data, marker):
        at = data.index(bytes([0xFF, marker]))
        return at, at + 2 + struct.unpack(">H", data[at + 2:at + 4])[0]

    start, end = segment(gray[0], 0xC0)
    frame = gray[0][start + 4:start + 9] + bytes([3, 1, 0x22, 0, 2, 0x11, 0, 3, 0x11, 0])
    data = gray[0][:start] + b"\xff\xc0" + struct.pack(">H", len(frame) + 2) + frame
    data += gray[0][end:segment(gray[0], 0xDA)[0]]
    for component, scan in enumerate(gray, 1):
        data += b"\xff\xda\0\x08\x01" + bytes([component, 0, 0, 63, 0]) + scan[segment(scan, 0xDA)[1]:-2]
    return data + b"\xff\xd9"


def files():
    small, rgb = pattern(12, 7), pattern(45, 38)
    rgba = rgb.copy()
    rgba.putalpha(Image.linear_gradient("L").resize(rgb.size))
    palette = small.quantize(16)
    yield "rgb.bmp", encode(small, "BMP")
    yield "palette.bmp", encode(palette, "BMP")
    yield "bilevel.bmp", encode(small.convert("1"), "BMP")
    yield "frame.gif", encode(palette, "GIF")
    yield "interlaced.gif", encode(palette, "GIF", interlace=True)
    yield "transparent.gif", encode(palette, "GIF", transparency=3)
    yield "png.ico", encode(pattern(32, 32), "ICO", sizes=[(16, 16), (24, 24)])
    yield "bitmap.ico", encode(pattern(16, 16), "ICO", sizes=[(16, 16)], bitmap_format="bmp")
    for name, options in {
        "444": dict(subsampling="4:4:4", quality=90),
        "422": dict(subsampling="4:2:2", quality=80),
        "420": dict(subsampling="4:2:0", quality=75),
        "420-progressive": dict(subsampling="4:2:0", quality=75, progressive=True),
        "420-restarts": dict(subsampling="4:2:0", quality=60, restart_marker_blocks=2),
    }.items():
        yield f"{name}.jpg", encode(rgb, "JPEG", **options)
    yield "420-one-scan-a-component.jpg", one_scan_a_component(rgb)
    yield "gray.jpg", encode(rgb.convert("L"), "JPEG")
    yield "cmyk.jpg", encode(rgb.convert("CMYK"), "JPEG", quality=90)
    for orientation in range(1, 9):
        yield f"orientation-{orientation}.jpg", encode(small, "JPEG", exif=b"Exif\0\0" + exif(orientation))
    yield "orientation-6-long.jpg", encode(small, "JPEG", exif=b"Exif\0\0" + exif(6, kind=4))
    yield "orientation-7.png", encode(small, "PNG", exif=exif(7))
    yield "orientation-8.webp", encode(small, "WEBP", lossless=True, exif=exif(8))
    yield "orientation-5-prefixed.webp", webp_with_prefixed_exif(small, 5)
    yield "orientation-6.tif", encode(small, "TIFF", tiffinfo={274: 6})
    yield "rgb.png", encode(small, "PNG")
    yield "rgba.png", encode(rgba, "PNG")
    yield "gray.png", encode(small.convert("L"), "PNG")
    yield "gray-alpha.png", encode(rgba.convert("LA"), "PNG")
    yield "bilevel.png", encode(small.convert("1"), "PNG")
    yield "palette-transparent.png", encode(palette, "PNG", transparency=bytes(range(0, 256, 16)))
    wide = [b"".join(struct.pack(">HHH", *(257 * v ^ 0x80 for v in small.getpixel((x, y)))) for x in range(12))
            for y in range(7)]
    yield "rgb-16.png", png(12, 7, 16, 2, wide)
    yield "rgb.ppm", encode(small, "PPM")
    yield "gray.pgm", encode(small.convert("L"), "PPM")
    yield "bilevel.pbm", encode(small.convert("1"), "PPM")
    yield "rgb.qoi", encode(small, "QOI")
    yield "rgb.tga", encode(small, "TGA")
    yield "gray-run-length.tga", encode(small.convert("L"), "TGA", compression="tga_rle")
    yield "lzw.tif", encode(small, "TIFF", compression="tiff_lzw")
    yield "cmyk.tif", encode(small.convert("CMYK"), "TIFF")
    yield "bilevel.tif", encode(small.convert("1"), "TIFF", compression="group4")
    yield "lossless.webp", encode(small, "WEBP", lossless=True)
    yield "lossy.webp", encode(rgb, "WEBP", quality=80)
    yield "lossy-alpha.webp", encode(rgba, "WEBP", quality=80)


def squash(resolution, crop_pct, resample):
    def run(image):
        edge = math.floor(resolution / crop_pct)
        image = image.resize((edge, edge), resample)
        corner = int(round((edge - resolution) / 2.0))
        return image.crop((corner, corner, corner + resolution, corner + resolution))

    return run


def border(resolution, resample, fill):
    """timm's `ResizeKeepRatio(longest=1.0)` and `CenterCropOrPad` at crop_pct 1."""

    def run(image):
        ratio = max(image.width / resolution, image.height / resolution)
        image = image.resize((round(image.width / ratio), round(image.height / ratio)), resample)
        square = Image.new("RGB", (resolution, resolution), fill)
        square.paste(image, ((resolution - image.width) // 2, (resolution - image.height) // 2))
        return square

    return run


def rules():
    for name in ("nearest", "box", "bilinear", "hamming", "bicubic", "lanczos"):
        filter = Resampling[name.upper()]
        yield f"transformers-20-16-{name}", transformers(20, 16, filter)
        yield f"transformers-47-32-{name}", transformers(47, 32, filter)
        yield f"timm-18-0.9-{name}", timm(18, 0.9, filter)
    yield "timm-18-0.9-squash", squash(18, 0.9, Resampling.BICUBIC)
    yield "timm-17-1-border", border(17, Resampling.BILINEAR, (round(255 * 0.485), round(255 * 0.456), round(255 * 0.406)))


def main():
    for folder in ("decode", "damaged", "preprocess"):
        (OUT / folder).mkdir(parents=True, exist_ok=True)
        for old in (OUT / folder).iterdir():
            old.unlink()
    for name, data in files():
        (OUT / "decode" / name).write_bytes(data)
        upright(data).save(OUT / "decode" / f"{name}.ppm")
    for module in (pixels_kinds, pixels_tiff):
        for name, data, expected in module.kinds(pattern(45, 38), pattern(12, 7)):
            (OUT / "decode" / name).write_bytes(data)
            (expected or upright(data)).save(OUT / "decode" / f"{name}.ppm")
    # Pillow clips 16-bit gray and is no reference for it: the expected value is the high byte.
    gray = bytes(range(0, 252, 3))
    rows = [b"".join(struct.pack(">H", 256 * v + 200) for v in gray[12 * y:12 * y + 12]) for y in range(7)]
    (OUT / "decode" / "gray-16.png").write_bytes(png(12, 7, 16, 0, rows))
    Image.frombytes("L", (12, 7), gray).convert("RGB").save(OUT / "decode" / "gray-16.png.ppm")

    ImageFile.LOAD_TRUNCATED_IMAGES = True
    for name, data in pixels_damaged.kinds(pattern(45, 38)):
        (OUT / "damaged" / name).write_bytes(data)
        upright(data).save(OUT / "damaged" / f"{name}.ppm")
    ImageFile.LOAD_TRUNCATED_IMAGES = False

    source = pattern(45, 38)
    source.save(OUT / "preprocess" / "source.png")
    for name, rule in rules():
        rule(source).save(OUT / "preprocess" / f"{name}.ppm")


if __name__ == "__main__":
    main()
