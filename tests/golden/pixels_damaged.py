"""Damaged JPEGs, as `pixels_small.py` writes them: (name, bytes). What there is of them is what Pillow reads with
`LOAD_TRUNCATED_IMAGES`."""

from jpeg_encoder import encode as encode_jpeg
from pixels_kinds import encode


def cut(data):
    """Three quarters of a file, and an end marker."""
    return data[:len(data) * 3 // 4] + b"\xff\xd9"


def kinds(rgb):
    yield "plain.jpg", cut(encode(rgb, "JPEG"))
    yield "cmyk-420.jpg", cut(encode(rgb.convert("CMYK"), "JPEG", subsampling="4:2:0"))
    yield "scans-0-12.jpg", cut(encode_jpeg(45, 38, [(2, 2), (1, 1), (1, 1)], [[0], [1, 2]]))
    yield "chroma-finer.jpg", cut(encode_jpeg(45, 38, [(2, 1), (1, 1), (1, 2)], [[0, 1, 2]]))
    restarts = encode(rgb, "JPEG", restart_marker_blocks=2)
    yield "restarts.jpg", cut(restarts)
    first, second = (restarts.index(bytes([0xFF, 0xD0 + number])) for number in (1, 2))
    yield "restart-lost.jpg", restarts[:first] + restarts[first + 2:]
    yield "restart-wrong.jpg", restarts[:first] + b"\xff\xd5" + restarts[first + 2:]
    yield "interval-lost.jpg", restarts[:first] + restarts[second:]
    # Ones, which are no code.
    yield "no-code.jpg", restarts[:first - 9] + b"\xff\0\xff\0" + restarts[first - 5:]
