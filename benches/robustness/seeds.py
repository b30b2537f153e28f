"""Small pictures of every format that mnet reads, in the kinds that Pillow writes."""

import io

from PIL import Image

# JPEG: subsampling, progressive, restart markers, metadata.
JPEGS = [
    ("RGB", {}),
    ("RGB", {"subsampling": "4:4:4", "quality": 95}),
    ("RGB", {"subsampling": "4:2:2", "optimize": True}),
    ("RGB", {"progressive": True}),
    ("RGB", {"progressive": True, "subsampling": "4:4:4", "quality": 20}),
    ("RGB", {"restart_marker_blocks": 2}),
    ("RGB", {"keep_rgb": True}),
    ("RGB", {"exif": b"Exif\0\0II*\0\x08\0\0\0\1\0\x12\1\3\0\1\0\0\0\6\0\0\0\0\0\0\0", "comment": b"comment"}),
    ("L", {}),
    ("L", {"progressive": True}),
    ("CMYK", {}),
    ("CMYK", {"subsampling": "4:2:0", "progressive": True}),
]
PNGS = [
    *((mode, {}) for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")),
    ("P", {"transparency": 3, "bits": 4}),
    ("L", {"transparency": 9}),
    ("RGB", {"transparency": (1, 2, 3), "icc_profile": bytes(128)}),
]
TIFF_CODECS = ["raw", "packbits", "tiff_lzw", "tiff_adobe_deflate", "zstd"]
TIFFS = [
    *((mode, {"compression": codec}) for codec in TIFF_CODECS for mode in ("L", "RGB")),
    *((mode, {}) for mode in ("1", "P", "LA", "RGBA", "CMYK", "YCbCr", "LAB", "I;16", "I", "F")),
    ("1", {"compression": "group3"}),
    ("1", {"compression": "group4"}),
    ("RGB", {"compression": "jpeg"}),
    ("YCbCr", {"compression": "jpeg"}),
    ("CMYK", {"compression": "jpeg"}),
    ("RGB", {"compression": "tiff_lzw", "tiffinfo": {317: 2}}),
    ("RGB", {"big_tiff": True}),
    ("RGB", {"compression": "lzma"}),
    ("L", {"strip_size": 64}),
]
WEBPS = [
    ("RGB", {}),
    ("RGB", {"lossless": True}),
    ("RGBA", {}),
    ("RGBA", {"lossless": True, "exif": b"Exif\0\0II*\0\x08\0\0\0\0\0"}),
    ("RGB", {"icc_profile": bytes(128), "xmp": b"<x/>"}),
]
KINDS = {
    "JPEG": JPEGS,
    "PNG": PNGS,
    "GIF": [("P", {}), ("L", {"interlace": 0}), ("P", {"transparency": 3})],
    "WEBP": WEBPS,
    "BMP": [(mode, {}) for mode in ("1", "L", "P", "RGB", "RGBA")],
    "TIFF": TIFFS,
    "TGA": [(mode, {"compression": codec}) for codec in (None, "tga_rle") for mode in ("L", "LA", "P", "RGB", "RGBA")],
    "PPM": [(mode, {}) for mode in ("1", "L", "RGB", "I;16", "F")],
    "QOI": [("RGB", {}), ("RGBA", {})],
    "ICO": [("RGBA", {"sizes": [(16, 16)]}), ("RGBA", {"sizes": [(16, 16), (32, 32)], "bitmap_format": "bmp"})],
}
ANIMATED = ("GIF", "WEBP", "PNG", "TIFF")


def base(width=40, height=30):
    """Gradients that no mode leaves flat."""
    round_, straight = Image.radial_gradient("L"), Image.linear_gradient("L")
    bands = [round_, round_.rotate(90), straight]
    return Image.merge("RGB", [band.resize((width, height)) for band in bands])


def in_mode(image, mode):
    if mode == "LAB":
        return Image.merge("LAB", image.split())
    if mode == "I;16":
        return image.convert("I").convert("I;16")
    return image.convert("RGBA").convert(mode) if mode == "LA" else image.convert(mode)


def encode(image, format, **options):
    buffer = io.BytesIO()
    image.save(buffer, format, **options)
    return buffer.getvalue()


def made(width=40, height=30):
    """(name, bytes) of every kind above."""
    image = base(width, height)
    for format, kinds in KINDS.items():
        for index, (mode, options) in enumerate(kinds):
            yield f"{format.lower()}-{index}", encode(in_mode(image, mode), format, **options)
    frames = [image, image.rotate(180)]
    for format in ANIMATED:
        yield f"{format.lower()}-animated", encode(frames[0], format, save_all=True, append_images=frames[1:])
    for digit, mode in ((1, "1"), (2, "L"), (3, "RGB")):
        samples = " ".join(str(value) for value in in_mode(image, mode).tobytes()[:2700])
        yield f"ppm-ascii-{digit}", f"P{digit}\n30 30\n{'' if digit == 1 else 255}\n{samples}\n".encode()


def found(root):
    """(name, bytes) of the pictures that this repository keeps for its tests: kinds that Pillow reads but does not write."""
    for folder in (root / "tests/golden/pixels/decode", root / "fuzz/corpus/picture"):
        for path in sorted(folder.iterdir()):
            # `NAME.ENDING.ppm` has expected pixels.
            if path.name.count(".") == 1:
                yield path.name, path.read_bytes()


def all_of(root):
    return [*made(), *found(root)]
