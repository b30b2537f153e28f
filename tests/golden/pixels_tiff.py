"""Kinds of TIFF, as `pixels_small.py` writes them: (name, bytes, expected), as in `pixels_kinds.py`."""

import struct
import zlib

from pixels_kinds import ATTRIBUTE, encode
from PIL import Image

# Of types; a fraction (5) is two numbers.
NUMBERS = {1: "B", 2: "B", 3: "H", 4: "I", 5: "I", 7: "B"}


def write(order, tags, chunks):
    """A TIFF of these tags, tag -> (type, values), and of the chunks, whose offsets it adds as tag 273 or 324, and their
    lengths unless they are among the tags."""
    offsets = 324 if 322 in tags and 279 not in tags else 273
    lengths = offsets + (1 if offsets == 324 else 6)
    tags = {lengths: (4, [len(c) for c in chunks]), **tags, offsets: (4, [0] * len(chunks))}
    at = 8 + 2 + 12 * len(tags) + 4
    sizes = {tag: struct.calcsize(NUMBERS[kind]) * len(values) for tag, (kind, values) in tags.items()}
    start = at + sum(size + size % 2 for size in sizes.values() if size > 4)
    tags[offsets] = (4, [start + sum(map(len, chunks[:i])) for i in range(len(chunks))])
    entries, extra = b"", b""
    for tag, (kind, values) in sorted(tags.items()):
        raw = struct.pack(order + NUMBERS[kind] * len(values), *values)
        value = raw.ljust(4, b"\0")
        if len(raw) > 4:
            value = struct.pack(order + "I", at + len(extra))
            extra += raw + b"\0" * (len(raw) % 2)
        entries += struct.pack(order + "HHI", tag, kind, len(values) // (2 if kind == 5 else 1)) + value
    head = (b"II" if order == "<" else b"MM") + struct.pack(order + "HIH", 42, 8, len(tags))
    return head + entries + bytes(4) + extra + b"".join(chunks)


def picture(width, height, bits, photometric, data, order="<", samples=1, **more):
    """One strip, uncompressed. `more` has tags by number, `t338=[1]`, and with their type, `t274=(1, [6])`."""
    tags = {256: (3, [width]), 257: (3, [height]), 258: (3, [bits] * samples), 259: (3, [1]), 262: (3, [photometric]),
            277: (3, [samples]), 278: (3, [height])}
    for tag, values in more.items():
        kind = 7 if isinstance(values, bytes) else 3
        tags[int(tag[1:])] = values if isinstance(values, tuple) else (kind, values)
    return write(order, tags, data if isinstance(data, list) else [data])


def packed(values, width, bits):
    """Rows of values, each row from the highest bit."""
    rows = b""
    for at in range(0, len(values), width):
        text = "".join(format(v, f"0{bits}b") for v in values[at:at + width])
        rows += int(text + "0" * (-len(text) % 8), 2).to_bytes(-(-len(text) // 8), "big")
    return rows


def lzw_without_end(data):
    """One clear code and literals of 9 bits, cleared before they get longer; no end code."""
    codes = []
    for index, byte in enumerate(data):
        if index % 250 == 0:
            codes.append(256)
        codes.append(byte)
    return packed(codes, len(codes), 9)


def reverse(data):
    return bytes(int(f"{byte:08b}"[::-1], 2) for byte in data)


def files(rgb, small):
    width, height = small.size
    gray = small.convert("L")
    levels, colours = list(gray.tobytes()), small.quantize(16)
    for name, image, options in [
        ("palette.tif", colours, {}),
        ("palette-lzw.tif", colours, dict(compression="tiff_lzw")),
        ("jpeg.tif", rgb, dict(compression="jpeg")),
        ("jpeg-ycbcr.tif", rgb.convert("YCbCr"), dict(compression="jpeg")),
        ("jpeg-gray.tif", rgb.convert("L"), dict(compression="jpeg")),
        ("gray-alpha.tif", Image.merge("LA", (gray, gray)), {}),
        ("rgba.tif", Image.merge("RGBA", (*small.split(), gray)), {}),
        ("big.tif", small, dict(big_tiff=True)),
        ("zstd.tif", small, dict(compression="zstd")),
        ("deflate-predictor.tif", small, dict(compression="tiff_adobe_deflate", tiffinfo={317: 2})),
        ("lzw-predictor.tif", small, dict(compression="tiff_lzw", tiffinfo={317: 2})),
        ("packbits.tif", small, dict(compression="packbits")),
        ("group-3.tif", rgb.convert("1"), dict(compression="group3")),
        ("group-3-two-dimensional.tif", rgb.convert("1"), dict(compression="group3", tiffinfo={292: 1})),
        ("group-4.tif", rgb.convert("1"), dict(compression="group4")),
        ("rle.tif", rgb.convert("1"), dict(compression="tiff_ccitt")),
        ("float-255.tif", gray.convert("F"), {}),
        ("int-32.tif", gray.convert("I"), {}),
        ("two-pages.tif", small, dict(save_all=True, append_images=[small.rotate(180)])),
    ]:
        yield name, encode(image, "TIFF", **options)
    for bits in (1, 2, 4):
        data = packed([v >> (8 - bits) for v in levels], width, bits)
        yield f"gray-{bits}.tif", picture(width, height, bits, 1, data)
        yield f"white-{bits}.tif", picture(width, height, bits, 0, data)
        yield f"fill-order-{bits}.tif", picture(width, height, bits, 1, reverse(data), t266=[2])
        yield f"big-endian-{bits}.tif", picture(width, height, bits, 1, data, order=">")
    map_16 = [v * 257 for c in range(3) for v in colours.getpalette()[c:48:3]]
    data = packed(list(colours.tobytes()), width, 4)
    yield "palette-4.tif", picture(width, height, 4, 3, data, t320=map_16)
    alpha = list(Image.linear_gradient("L").resize(small.size).tobytes())
    pixels = list(zip(*(band.tobytes() for band in small.split())))
    dark = b"".join(bytes([*(v * a // 255 for v in p), a]) for p, a in zip(pixels, alpha))
    yield "associated-alpha.tif", picture(width, height, 8, 2, dark, samples=4, t338=[1])
    yield "five-samples.tif", picture(width, height, 8, 2, b"".join(bytes([*p, 1, 2]) for p in pixels), samples=5,
                                      t338=[0, 0])
    yield "lzw-without-end.tif", picture(width, height, 8, 2, lzw_without_end(small.tobytes()), samples=3, t259=[5])
    yield "fill-order-lzw.tif", picture(width, height, 8, 2, reverse(lzw_without_end(small.tobytes())), samples=3,
                                        t259=[5], t266=[2])
    yield "planar.tif", picture(width, height, 8, 2, [b.tobytes() for b in small.split()], samples=3, t284=[2])
    wide = b"".join(struct.pack(">3H", *(v * 257 ^ 0x80 for v in p)) for p in pixels)
    yield "rgb-16-big-endian.tif", picture(width, height, 16, 2, wide, samples=3, order=">")
    ycbcr = small.convert("YCbCr")
    yield "ycbcr.tif", picture(width, height, 8, 6, ycbcr.tobytes(), samples=3, t530=[1, 1]), ycbcr.convert("RGB")
    yield "ycbcr-lzw.tif", encode(ycbcr, "TIFF", compression="tiff_lzw")
    yield "ycbcr-420.tif", subsampled(ycbcr, 2, 2)
    yield "ycbcr-411.tif", subsampled(ycbcr, 4, 1)
    yield "xmp.tif", picture(width, height, 8, 1, gray.tobytes(), t700=ATTRIBUTE)
    yield "tiled-planar.tif", tiled_planar(rgb)
    yield from tags_of_little_use(small, rgb)
    # What Pillow clips, or does not read: the high byte counts, and floats from 0 to 1 are scaled.
    deep = [v << 4 | 5 for v in levels]
    yield "gray-12.tif", picture(width, height, 12, 1, packed(deep, width, 12)), gray.convert("RGB")
    deep = struct.pack(f"<{len(levels)}H", *(v << 8 | 200 for v in levels))
    yield "gray-16.tif", picture(width, height, 16, 1, deep), gray.convert("RGB")
    yield "white-16.tif", picture(width, height, 16, 0, deep), gray.point(lambda v: 255 - v).convert("RGB")
    deep = struct.pack(f"<{len(levels)}f", *(v / 255 for v in levels))
    yield "float-unit.tif", picture(width, height, 32, 1, deep, t339=[3]), gray.convert("RGB")
    deep = struct.pack(f">{len(levels)}h", *(2 * v - 200 for v in levels))
    clipped = gray.point(lambda v: min(max(2 * v - 200, 0), 255)).convert("RGB")
    yield "int-16.tif", picture(width, height, 16, 1, deep, order=">", t339=[2]), clipped


def tags_of_little_use(small, rgb):
    """Tags that are ignored, missing, or not where they belong; values that are rarely others."""
    width, height = small.size
    gray, colours, pixels = small.convert("L"), small.quantize(16), small.tobytes()
    runs = b"".join(bytes([len(row) - 1]) + row for row in (pixels[at:at + 3 * width] for at in range(0, len(pixels), 3 * width)))
    yield "predictor-uncompressed.tif", picture(width, height, 8, 2, pixels, samples=3, t317=[2])
    yield "predictor-packbits.tif", picture(width, height, 8, 2, runs, samples=3, t259=[32773], t317=[2])
    yield "length-0.tif", picture(width, height, 8, 2, zlib.compress(pixels), samples=3, t259=[8], t279=(4, [0]))
    tile = zlib.compress(small.crop((0, 0, 16, 16)).tobytes())
    yield "tile-as-strip.tif", picture(width, height, 8, 2, tile, samples=3, t259=[8], t322=[16], t323=[16], t279=(4, [len(tile)]))
    short = [v * 257 for c in range(3) for v in colours.getpalette()[c:48:3]]
    yield "palette-short.tif", picture(width, height, 8, 3, colours.tobytes(), t320=short)
    yield "int-8.tif", picture(width, height, 8, 1, gray.tobytes(), t339=[2])
    yield "orientation-byte.tif", picture(width, height, 8, 2, pixels, samples=3, t274=(1, [6]))
    yield "orientation-fraction.tif", picture(width, height, 8, 2, pixels, samples=3, t274=(5, [6, 1]))
    ycbcr = zlib.compress(small.convert("YCbCr").tobytes())
    for name, tag in [
        ("coefficients", dict(t529=(5, [2126, 10000, 7152, 10000, 722, 10000]))),
        ("black-white", dict(t532=(5, [16, 1, 235, 1, 128, 1, 240, 1, 128, 1, 240, 1]))),
    ]:
        yield f"ycbcr-{name}.tif", picture(width, height, 8, 6, ycbcr, samples=3, t259=[8], t530=[1, 1], **tag)
    # Two strips of 24 rows of a picture of 38.
    strips = [encode(rgb.convert("L").crop((0, y, 45, y + 24)), "JPEG") for y in (0, 24)]
    yield "jpeg-last-strip.tif", picture(45, 38, 8, 1, strips, t259=[7], t278=[24])


def subsampled(ycbcr, h, v):
    """Units of h x v samples of luminance and two of chroma, deflated: libtiff reads it, not Pillow itself."""
    width, height = ycbcr.size
    units = b""
    for y in range(0, height, v):
        for x in range(0, width, h):
            places = [(min(x + dx, width - 1), min(y + dy, height - 1)) for dy in range(v) for dx in range(h)]
            units += bytes([*(ycbcr.getpixel(place)[0] for place in places), *ycbcr.getpixel((x, y))[1:]])
    return picture(width, height, 8, 6, zlib.compress(units), samples=3, t259=[8], t530=[h, v])


def tiled_planar(rgb, side=16):
    chunks = []
    for band in rgb.split():
        for y in range(0, rgb.height, side):
            for x in range(0, rgb.width, side):
                chunks.append(band.crop((x, y, x + side, y + side)).tobytes())
    tags = {256: (3, [rgb.width]), 257: (3, [rgb.height]), 258: (3, [8] * 3), 259: (3, [1]), 262: (3, [2]),
            277: (3, [3]), 284: (3, [2]), 322: (3, [side]), 323: (3, [side])}
    return write("<", tags, chunks)


def kinds(rgb, small):
    for name, data, *expected in files(rgb, small):
        yield name, data, expected[0] if expected else None
