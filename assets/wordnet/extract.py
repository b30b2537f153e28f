#!/usr/bin/env python3
"""Writes hypernyms.txt: the part of WordNet 3.0's nouns that stands above the classes of ImageNet-1k.

    python3 extract.py /usr/share/wordnet/data.noun           # writes the file
    python3 extract.py --check /usr/share/wordnet/data.noun   # fails if the file is another

A line is a synset: its WordNet id (`n` and the offset in data.noun), a tab, the ids of its hypernyms with commas between
them, a tab, its names with `, ` between them. Lines are in the order of the ids. A class has no names here: they are in
../labels/imagenet-1k.txt, and this script fails if WordNet calls it otherwise.
"""

import argparse
import sys
from pathlib import Path

HERE = Path(__file__).parent
LABELS = HERE.parent / "labels" / "imagenet-1k.txt"
OUT = HERE / "hypernyms.txt"


def synsets(path):
    """Names and hypernyms of each noun, as wndb(5WN) describes them."""
    found = {}
    for line in path.read_text("latin-1").splitlines():
        if line.startswith(" "):
            continue  # The licence.
        fields = line.split(" | ")[0].split()
        words = int(fields[3], 16)
        names = [word.replace("_", " ") for word in fields[4 : 4 + 2 * words : 2]]
        pointers = fields[5 + 2 * words :]
        # `@`: is a kind of; `@i`: is an instance of.
        hypernyms = [f"n{offset}" for kind, offset in zip(pointers[0::4], pointers[1::4]) if kind in ("@", "@i")]
        found[f"n{fields[0]}"] = (names, hypernyms)
    return found


def extract(nouns):
    """The lines of the file."""
    classes = dict(line.split("\t") for line in LABELS.read_text("utf-8").splitlines())
    for wnid, name in classes.items():
        assert ", ".join(nouns[wnid][0]) == name, wnid
    seen, left = set(), list(classes)
    while left:
        wnid = left.pop()
        if wnid not in seen:
            seen.add(wnid)
            left += nouns[wnid][1]
    for wnid in sorted(seen):
        names, hypernyms = nouns[wnid]
        yield f"{wnid}\t{','.join(hypernyms)}" + ("" if wnid in classes else "\t" + ", ".join(names))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--check", action="store_true", help="compare, and write nothing")
    parser.add_argument("nouns", type=Path, metavar="data.noun")
    args = parser.parse_args()
    text = "\n".join(extract(synsets(args.nouns))) + "\n"
    if args.check:
        sys.exit(OUT.read_text("utf-8") != text and f"{OUT} is not what {args.nouns} gives")
    OUT.write_text(text, "utf-8")


main()
