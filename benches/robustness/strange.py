"""Files that are not ordinary pictures: bombs, other files, and things that are no regular files."""

import io
import os
import struct
import threading
import zlib

import seeds
from PIL import Image

NO_FILES = 11  # how many paths `no_files` gives


def deflated(count, byte=b"\0"):
    """So many equal bytes; a few MB are enough for gigabytes."""
    packer, block, out = zlib.compressobj(9), byte * (1 << 20), io.BytesIO()
    for _ in range(count >> 20):
        out.write(packer.compress(block))
    out.write(packer.compress(block[: count % (1 << 20)]) + packer.flush())
    return out.getvalue()


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width, height, depth, colour, row, more=b""):
    """A PNG of zeros, `row` bytes a row."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    pixels = chunk(b"IDAT", deflated(height * (1 + row)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + more + pixels + chunk(b"IEND", b"")


def tiff(width, height, compression, data):
    """An RGB TIFF of one strip."""
    entries = [(256, 4, width), (257, 4, height), (258, 3, 8), (259, 3, compression), (262, 3, 2), (273, 4, 8)]
    entries += [(277, 3, 3), (278, 4, height), (279, 4, len(data))]
    directory = struct.pack("<H", len(entries)) + b"".join(struct.pack("<HHII", tag, kind, 1, v) for tag, kind, v in entries)
    return b"II*\0" + struct.pack("<I", 8 + len(data)) + data + directory + bytes(4)


def with_size(format, at, layout, width, height, mode="RGB"):
    """A small picture whose header claims another size."""
    data = bytearray(seeds.encode(seeds.in_mode(seeds.base(), mode), format))
    struct.pack_into(layout, data, at if isinstance(at, int) else data.index(at[0]) + at[1], width, height)
    return bytes(data)


def bombs():
    """(name, bytes): small files that are, or say they are, huge."""
    yield "rgba16.png", png(9459, 9459, 16, 6, 9459 * 8)
    yield "row.png", png(16_777_216, 1, 8, 0, 16_777_216)
    yield "column.png", png(1, 16_777_216, 8, 0, 1)
    yield "bits.png", png(13_000, 13_000, 1, 0, 1_625)
    yield "profile.png", png(16, 16, 8, 0, 16, chunk(b"iCCP", b"p\0\0" + deflated(1050 << 20)))
    yield "text.png", png(16, 16, 8, 0, 16, chunk(b"zTXt", b"t\0\0" + deflated(1050 << 20)))
    yield "claims.png", b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 2**31 - 1, 2**31 - 1, 16, 6, 0, 0, 0))
    yield "deflate.tif", tiff(10_000, 10_000, 8, deflated(300_000_000))
    yield "claims.tif", tiff(2**32 - 1, 2**32 - 1, 1, b"\0" * 99)
    yield "rows.tif", tiff(1, 60_000_000, 8, deflated(180_000_000))
    yield "gray.jpg", seeds.encode(Image.new("L", (12_000, 9_000), 99), "JPEG")
    yield "progressive.jpg", seeds.encode(Image.new("RGB", (6_000, 6_000)), "JPEG", progressive=True)
    yield "claims.jpg", with_size("JPEG", (b"\xff\xc0", 5), ">HH", 65_500, 65_500)
    yield "claims.gif", with_size("GIF", 6, "<HH", 65_535, 65_535, "P")
    yield "claims.bmp", with_size("BMP", 18, "<ii", 2**31 - 1, 2**31 - 1)
    yield "claims.tga", with_size("TGA", 12, "<HH", 65_535, 65_535)
    yield "claims.qoi", with_size("QOI", 4, ">II", 2**32 - 1, 2**32 - 1)
    yield "claims.ppm", b"P6 4000000000 4000000000 255\n"
    yield "claims.pfm", b"PF 60000 60000 -1.0\n"
    exif = seeds.encode(seeds.base(), "WEBP", exif=b"Exif\0\0II*\0\x08\0\0\0\0\0")
    yield "exif.webp", exif.replace(b"EXIF" + struct.pack("<I", 14), b"EXIF" + struct.pack("<I", 0xFFFFFFF0))


OTHERS = [
    ("empty", b""),
    ("one-byte", b"\xff"),
    ("text.txt", b"not a picture\n" * 99),
    ("page.html", b"<!DOCTYPE html><title>404</title>"),
    ("drawing.svg", b'<svg xmlns="http://www.w3.org/2000/svg"/>'),
    ("document.pdf", b"%PDF-1.7\n"),
    ("archive.zip", b"PK\x03\x04" + bytes(99)),
    ("zeros.jpg", bytes(5000)),
    ("ones.png", b"\xff" * 5000),
]


def no_files(folder, photo):
    """Paths to things that are no regular files, or nothing at all."""
    place = {name: folder / f"{name}.jpg" for name in ("folder", "unreadable", "broken-link", "loop", "device")}
    place["folder"].mkdir()
    place["unreadable"].write_bytes(photo)
    place["unreadable"].chmod(0)
    place["broken-link"].symlink_to("nowhere")
    place["loop"].symlink_to("loop.jpg")
    place["device"].symlink_to("/dev/null")
    pipes = {"pipe.jpg": photo, "cut-pipe.jpg": photo[: len(photo) // 2], "empty-pipe.jpg": b""}
    for name, data in pipes.items():
        fifo(folder / name, data)
    missing = ["missing.jpg", "folder.jpg/missing.jpg", "n" * 300]
    paths = [*place.values(), *(folder / name for name in [*pipes, *missing])]
    assert len(paths) == NO_FILES
    return paths


def fifo(path, data):
    """A named pipe with a writer, which waits for a reader."""
    os.mkfifo(path, 0o666)

    def feed():
        try:
            path.write_bytes(data)
        except BrokenPipeError:
            pass

    threading.Thread(target=feed, daemon=True).start()
