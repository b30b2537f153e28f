"""Kinds of damage: each takes bytes, a random generator and another picture, and gives bytes."""

import re
import struct
import zlib

# Where parts of a file may begin: JPEG's markers, the names of chunks, images and extensions of a GIF.
PART = re.compile(rb"\xff[\xc0-\xfe]|[A-Za-z]{4}|[,!]")
EXTREMES = [0, 1, 2, 0x7F, 0x80, 0xFF, 0x100, 0x7FFF, 0x8000, 0xFFFE, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF]
# Sizes, depths and offsets stand near the start; most mutations of numbers go there.
HEADER = 128


def flip_bits(data, random, _):
    data = bytearray(data)
    for _ in range(random.choice((1, 1, 2, 8))):
        data[random.randrange(len(data))] ^= 1 << random.randrange(8)
    return bytes(data)


def set_bytes(data, random, _):
    at, value = random.randrange(len(data)), random.choice((0, 0xFF, random.randrange(256)))
    count = min(random.choice((1, 1, 4, 32)), len(data) - at)
    return data[:at] + bytes([value]) * count + data[at + count :]


def cut_end(data, random, _):
    return data[: random.randrange(len(data))]


def cut_middle(data, random, _):
    at = random.randrange(len(data))
    return data[:at] + data[at + random.choice((1, 2, 16, 200)) :]


def insert(data, random, _):
    at = random.randrange(len(data) + 1)
    return data[:at] + random.randbytes(random.choice((1, 2, 16, 200))) + data[at:]


def parts(data, random, count):
    """Ends of `count` parts of the file, in order."""
    starts = [found.start() for found in PART.finditer(data)]
    ends = random.sample(starts, count) if len(starts) >= count else random.choices(range(len(data)), k=count)
    return sorted(ends)


def duplicate(data, random, _):
    begin, end = parts(data, random, 2)
    return data[:end] + data[begin:end] * random.choice((1, 1, 5)) + data[end:]


def swap(data, random, _):
    a, b, c = parts(data, random, 3)
    return data[:a] + data[b:c] + data[a:b] + data[c:]


def number(data, random, _):
    kind = random.choice(("<H", ">H", "<I", ">I", "<Q", ">Q"))
    size = struct.calcsize(kind)
    if len(data) <= size:
        return data
    end = len(data) - size
    at = random.randrange(min(end, HEADER) if random.random() < 0.7 else end)
    return data[:at] + struct.pack(kind, random.choice(EXTREMES) % 256**size) + data[at + size :]


def splice(data, random, other):
    return data[: random.randrange(len(data))] + other[random.randrange(len(other)) :]


KINDS = [flip_bits, set_bytes, cut_end, cut_middle, insert, duplicate, swap, number, number, splice]


def mutated(data, random, other):
    """One to three kinds of damage. Half of the PNGs get right checksums, or nothing behind them would be reached."""
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        data = random.choice(KINDS)(data, random, other) or b"\0"
    return with_checksums(data) if data.startswith(b"\x89PNG") and random.random() < 0.5 else data


def with_checksums(png):
    at, out = 8, png[:8]
    while at + 12 <= len(png):
        length = struct.unpack_from(">I", png, at)[0]
        if at + 12 + length > len(png):
            break
        named = png[at + 4 : at + 8 + length]
        out += png[at : at + 4] + named + struct.pack(">I", zlib.crc32(named))
        at += 12 + length
    return out + png[at:]
