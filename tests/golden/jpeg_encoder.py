"""A small encoder of JPEGs that no library writes: any sampling, and sequential scans of any components.

The coefficients are pseudo-random, so that every block and every component is different.
"""

import struct

# Huffman tables in which every code has 8 bits, so that a symbol's place is its code: the sizes of DC differences,
# and of AC coefficients after 0 to 15 zeros.
DC = list(range(12))
AC = [0x00] + [run << 4 | size for run in range(16) for size in range(1, 6)]


class Bits:
    def __init__(self):
        self.text = []

    def put(self, value, length):
        if length:
            self.text.append(format(value, f"0{length}b"))

    def bytes(self):
        text = "".join(self.text)
        text += "1" * (-len(text) % 8)
        data = int(text, 2).to_bytes(len(text) // 8, "big") if text else b""
        return data.replace(b"\xff", b"\xff\0")


def number(value):
    """(bits, value in them) of a coefficient, negative ones as T.81 F.1.2.1 says."""
    size = abs(value).bit_length()
    return size, value if value >= 0 else value + (1 << size) - 1


def segment(marker, data):
    return bytes([0xFF, marker]) + struct.pack(">H", len(data) + 2) + data


def blocks_of(side, most):
    """Blocks along the side of a component, `side` / `most` samples long."""
    return -(-(-(-side // most)) // 8)


def table(kind, symbols):
    return bytes([kind]) + bytes([0] * 7 + [len(symbols)] + [0] * 8) + bytes(symbols)


def encode(width, height, sampling, scans, seed=1):
    """A baseline JPEG. `sampling` is (h, v) of each component; `scans` has the components of each scan."""
    state = [seed]

    def random(limit):
        state[0] = (1103515245 * state[0] + 12345) % 2**31
        return (state[0] >> 16) % limit

    most_h, most_v = (max(s[i] for s in sampling) for i in (0, 1))
    across, down = -(-width // (8 * most_h)), -(-height // (8 * most_v))
    blocks = {}
    for component, (h, v) in enumerate(sampling):
        for y in range(down * v):
            for x in range(across * h):
                block = [0] * 64
                block[0] = random(160) - 80
                for _ in range(random(4)):
                    block[1 + random(15)] = random(31) - 15
                blocks[component, y, x] = block

    frame = struct.pack(">BHHB", 8, height, width, len(sampling))
    frame += b"".join(bytes([i + 1, h << 4 | v, 0]) for i, (h, v) in enumerate(sampling))
    data = b"\xff\xd8" + segment(0xDB, bytes([0] + [8] * 64)) + segment(0xC0, frame)
    data += segment(0xC4, table(0x00, DC)) + segment(0xC4, table(0x10, AC))
    for scan in scans:
        bits, before = Bits(), {component: 0 for component in scan}
        if len(scan) == 1:
            h, v = sampling[scan[0]]
            columns, rows = blocks_of(width * h, most_h), blocks_of(height * v, most_v)
            order = [(scan[0], y, x) for y in range(rows) for x in range(columns)]
        else:
            order = [(c, y * sampling[c][1] + dy, x * sampling[c][0] + dx) for y in range(down) for x in range(across)
                     for c in scan for dy in range(sampling[c][1]) for dx in range(sampling[c][0])]
        for place in order:
            block = blocks[place]
            size, value = number(block[0] - before[place[0]])
            before[place[0]] = block[0]
            bits.put(DC.index(size), 8)
            bits.put(value, size)
            run = 0
            for coefficient in block[1:]:
                if coefficient == 0:
                    run += 1
                    continue
                assert run < 16, "a run that has no code"
                size, value = number(coefficient)
                bits.put(AC.index(run << 4 | size), 8)
                bits.put(value, size)
                run = 0
            if run:
                bits.put(0, 8)
        head = bytes([len(scan)]) + b"".join(bytes([c + 1, 0]) for c in scan) + b"\0\x3f\0"
        data += segment(0xDA, head) + bits.bytes()
    return data + b"\xff\xd9"
