"""Kinds of picture files that decoders often refuse or get wrong, as `pixels_small.py` writes them.

Each is (name, bytes, expected), where `expected` is None if Pillow's own pixels are, and else a picture.
"""

import io
import struct
import zlib

from jpeg_encoder import encode as encode_jpeg
from jpeg_encoder import segment
from PIL import Image

ATTRIBUTE = b'<rdf:Description xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="6"/>'
ELEMENT = b"<tiff:Orientation>8</tiff:Orientation>"


def encode(image, format, **options):
    buffer = io.BytesIO()
    image.save(buffer, format, **options)
    return buffer.getvalue()


def exif(orientation, kind=3):
    value = struct.pack("<HH" if kind in (3, 8) else "<I", *([orientation, 0] if kind in (3, 8) else [orientation]))
    return b"II*\0\x08\0\0\0\x01\0" + struct.pack("<HHI", 0x0112, kind, 1) + value + b"\0\0\0\0"


def jpegs(rgb, small):
    yield "cmyk-420.jpg", encode(rgb.convert("CMYK"), "JPEG", subsampling="4:2:0")
    yield "cmyk-422.jpg", encode(rgb.convert("CMYK"), "JPEG", subsampling="4:2:2")
    yield "scans-0-12.jpg", encode_jpeg(45, 38, [(2, 2), (1, 1), (1, 1)], [[0], [1, 2]])
    yield "scans-01-2.jpg", encode_jpeg(45, 38, [(2, 1), (1, 1), (1, 1)], [[0, 1], [2]])
    yield "luminance-subsampled.jpg", encode_jpeg(45, 38, [(1, 1), (2, 2), (2, 2)], [[0, 1, 2]])
    yield "chroma-finer.jpg", encode_jpeg(45, 38, [(2, 1), (1, 1), (1, 2)], [[0, 1, 2]])
    yield "chroma-of-a-quarter.jpg", encode_jpeg(45, 38, [(2, 2), (4, 1), (1, 4)], [[0], [1, 2]])
    plain = encode(rgb, "JPEG")
    yield "junk-for-end.jpg", plain[:-2] + b"whatever a camera appends"
    yield "zeros-for-end.jpg", plain[:-2] + bytes(100)
    # Pillow finds no end in this one; no pixel is missing.
    plain = encode(rgb, "JPEG", progressive=True)
    yield "zeros-for-end-progressive.jpg", plain[:-2] + bytes(100), Image.open(io.BytesIO(plain)).convert("RGB")
    plain = encode(small, "JPEG")

    def app1(*blocks):
        return plain[:2] + b"".join(segment(0xE1, block) for block in blocks) + plain[2:]

    adobe = b"http://ns.adobe.com/xap/1.0/\0"
    yield "xmp-attribute.jpg", app1(adobe + ATTRIBUTE)
    yield "xmp-element.jpg", app1(adobe + ELEMENT)
    yield "exif-before-xmp.jpg", app1(adobe + ATTRIBUTE, b"Exif\0\0" + exif(3))
    yield "exif-slong.jpg", app1(b"Exif\0\0" + exif(6, kind=9))
    yield "exif-sshort.jpg", app1(b"Exif\0\0" + exif(6, kind=8))
    yield "exif-split.jpg", app1(b"Exif\0\0" + exif(6)[:15], b"Exif\0\0" + exif(6)[15:])
    yield "exif-fraction.jpg", app1(b"Exif\0\0" + exif(26, kind=5) + struct.pack("<II", 6, 1))


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def pngs(small):
    plain = encode(small, "PNG")

    def png(*chunks, at=33):
        return plain[:at] + b"".join(chunk(*c) for c in chunks) + plain[at:]

    raw = b"Exif\0\0" + exif(6)
    raw = b"\nexif\n%8d\n" % len(raw) + raw.hex().encode() + b"\n"
    yield "xmp.png", png((b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + ATTRIBUTE))
    yield "xmp-deflated.png", png((b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(ELEMENT)))
    yield "raw-profile.png", png((b"zTXt", b"Raw profile type exif\0\0" + zlib.compress(raw)))
    yield "raw-profile-text.png", png((b"tEXt", b"Raw profile type exif\0" + raw))
    yield "exif-after-pixels.png", png((b"eXIf", exif(8)), at=len(plain) - 12)
    yield "no-end.png", plain[:-12]


def webps(small):
    yield "xmp.webp", encode(small, "WEBP", lossless=True, xmp=ATTRIBUTE)
    picture = encode(small, "WEBP", quality=90)[12:]
    header = bytes([0x20 | 0x08 | 0x04, 0, 0, 0]) + bytes([11, 0, 0, 6, 0, 0])
    body = b"WEBPVP8X" + struct.pack("<I", 10) + header + picture
    yield "promised-chunks.webp", b"RIFF" + struct.pack("<I", len(body)) + body
    body = b"WEBPVP8X" + struct.pack("<I", 10) + b"\x10" + header[1:] + picture
    yield "promised-alpha.webp", b"RIFF" + struct.pack("<I", len(body)) + body


def gifs(small):
    plain = encode(small.quantize(16), "GIF")
    table = plain[13:13 + 48]
    data = plain[plain.index(b",", 13 + 48) + 10:]

    def gif(screen, place, background=1, extension=b"", colours=table, version=b"GIF89a"):
        flags = 0x83 if colours else 0
        head = version + struct.pack("<HHBBB", *screen, flags, background, 0) + colours
        return head + extension + b"," + struct.pack("<HHHHB", *place, 12, 7, 0) + data

    yield "small-frame.gif", gif((20, 15), (5, 4))
    yield "small-frame-transparent.gif", gif((20, 15), (5, 4), extension=b"!\xf9\4\1\0\0\3\0")
    yield "frame-past-screen.gif", gif((10, 5), (5, 4))
    yield "screen-0.gif", gif((12, 0), (0, 0))
    yield "no-colours.gif", gif((12, 7), (0, 0), colours=b"")
    yield "unknown-extension.gif", gif((12, 7), (0, 0), extension=b"!\x99\5hello\0")
    yield "junk-before-frame.gif", gif((12, 7), (0, 0), extension=b"\0\0\0")


def bmps(small):
    colours = small.quantize(16)
    plain, palette = encode(small, "BMP"), encode(colours, "BMP")

    def offset(data, by):
        return data[:10] + struct.pack("<I", struct.unpack("<I", data[10:14])[0] + by) + data[14:]

    long = offset(palette, 24)
    yield "os2.bmp", long[:14] + b"\x40" + long[15:54] + bytes(24) + long[54:]
    yield "no-planes.bmp", palette[:26] + b"\0\0" + palette[28:]
    yield "no-offset.bmp", plain[:10] + bytes(4) + plain[14:]
    odd = encode(small.crop((0, 0, 11, 7)), "BMP")
    yield "no-padding.bmp", odd[:-3]
    runs = b"".join(bytes([5, y, 7, y + 8]) + b"\0\0" for y in range(7)) + b"\0\1"
    head = palette[:14] + struct.pack("<IiiHHII", 40, 12, -7, 1, 8, 1, len(runs)) + palette[38:54]
    size = struct.unpack("<I", palette[10:14])[0]
    yield "rle-top-down.bmp", head + palette[54:size] + runs


def bitmap(bits, rows, masks=None):
    """A bitmap of rows of pixels, each a number."""
    lines = [b"".join(pixel.to_bytes(bits // 8, "little") for pixel in row) for row in rows]
    data = b"".join(line + bytes(-len(line) % 4) for line in lines)
    masks_data = struct.pack("<3I", *masks) if masks else b""
    start = 54 + len(masks_data)
    head = struct.pack("<IiiHHIIiiII", 40, len(rows[0]), len(rows), 1, bits, 3 if masks else 0, len(data), 0, 0, 0, 0)
    return b"BM" + struct.pack("<IHHI", start + len(data), 0, 0, start) + head + masks_data + data


def levels():
    """Every value that a channel can have, where it is not a byte."""
    fifths = [[value << shift for value in range(32)] for shift in (0, 5, 10)]
    mixed = [[value << shift for value in range(64) if value < 32 or shift == 5] for shift in (0, 5, 11)]
    mixed = [row * (64 // len(row)) for row in mixed]
    yield "levels-555.bmp", bitmap(16, fifths)
    yield "masks-555.bmp", bitmap(16, fifths, (0x7C00, 0x3E0, 0x1F))
    yield "masks-565.bmp", bitmap(16, mixed, (0xF800, 0x7E0, 0x1F))
    bytes_ = [[value << shift for value in range(0, 256, 15)] for shift in (0, 8, 16)]
    yield "masks-24.bmp", bitmap(24, bytes_, (0xFF0000, 0xFF00, 0xFF))
    yield "masks-of-0.bmp", bitmap(32, bytes_, (0, 0, 0))
    # An icon holds a bitmap of twice the height, whose second half is a mask.
    icon = bytearray(bitmap(16, fifths)[14:])
    icon[8] = 6
    entry = struct.pack("<BBBBHHII", 32, 3, 0, 0, 1, 16, len(icon) + 12, 22)
    yield "levels-555.ico", b"\0\0\1\0\1\0" + entry + icon + bytes(12)
    head = bytes([0, 0, 2]) + bytes(9) + struct.pack("<HHBB", 32, 3, 16, 0)
    yield "levels-555.tga", head + b"".join(struct.pack("<32H", *row) for row in fifths)
    table = b"".join(struct.pack("<32H", *row) for row in fifths)
    head = bytes([0, 1, 1, 0, 0, 96, 0, 16]) + bytes(4) + struct.pack("<HHBB", 32, 3, 8, 0)
    yield "colours-555.tga", head + table + bytes(range(96))
    yield "max-1.pgm", b"P5 3 4 1\n" + bytes([0, 1, 2] * 4)
    yield "max-100.pgm", b"P5 64 4 100\n" + bytes(range(256))
    yield "max-100.ppm", b"P6 64 4 100\n" + bytes(value for value in range(256) for _ in range(3))
    for top in (500, 4095):
        values = [*range(top + 1), 65535] if top == 500 else range(3, top, 7)
        wide = b"".join(struct.pack(">3H", value, top, 0) for value in values)
        yield f"max-{top}.ppm", b"P6 %d 1 %d\n" % (len(values), top) + wide
    text = b" ".join(b"%d" % value for value in range(101))
    yield "max-100-text.pgm", b"P2 # text\n101 1 100\n" + text
    yield "max-65535-text.ppm", b"P3 3 4 65535" + b" 0 128 129 385 386 643 65278 65279 65535" * 4 + b"\n"


def others(small):
    yield "no-end.qoi", encode(small, "QOI")[:-8]
    yield "bilevel.tga", encode(small.convert("1"), "TGA")
    levels = [0, 64, 255, 1, 128, 191, 26, 2, 3, 4, 5, 254]
    rows = [struct.pack("<4f", *(level / 255 for level in levels[at:at + 4])) for at in (8, 4, 0)]
    unit = Image.frombytes("L", (4, 3), bytes(levels)).convert("RGB")
    yield "unit.pfm", b"Pf\n4 3\n-1.0\n" + b"".join(rows), unit


def kinds(rgb, small):
    for group in (jpegs(rgb, small), pngs(small), webps(small), gifs(small), bmps(small), levels(), others(small)):
        for name, data, *expected in group:
            yield name, data, expected[0] if expected else None
