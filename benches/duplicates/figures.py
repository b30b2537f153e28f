"""Measures how well `mnet embed` and perceptual hashes find altered copies of photos.

    python copies.py PHOTOS set 200
    mnet embed set -r -j 1 -o embeddings.jsonl
    python figures.py set embeddings.jsonl

Needs numpy, Pillow, ImageHash and pdqhash. For every method and threshold it prints the recall, which is the share of the copies of each
kind that match their original, and the number of false pairs, which are pairs of different originals that the method calls the same, out
of all pairs of originals. Precision is the share of right pairs among all pairs of an original and a copy that match, over all kinds.
"""

import json
import sys
from pathlib import Path

import imagehash
import numpy
import pdqhash
from PIL import Image

COSINES = [0.80, 0.85, 0.90, 0.92, 0.94, 0.95, 0.96, 0.97, 0.98, 0.99]


def embeddings(files, saved):
    rows = {}
    for line in open(saved):
        record = json.loads(line)
        if "embedding" in record:
            rows[Path(record["path"]).parts[-2:]] = record["embedding"]
    matrix = numpy.array([rows[file.parts[-2:]] for file in files], dtype=numpy.float64)
    return matrix / numpy.linalg.norm(matrix, axis=1, keepdims=True)


def bits(hash_of):
    return lambda files: numpy.array([hash_of(Image.open(file).convert("RGB")).flatten() for file in files], dtype=numpy.int32)


def distances(a, b):
    """The number of bits that differ."""
    return (a[:, None, :] != b[None, :, :]).sum(axis=2)


HASHES = {
    "pHash": (bits(lambda image: imagehash.phash(image).hash), [2, 4, 6, 8, 10, 12]),
    "dHash": (bits(lambda image: imagehash.dhash(image).hash), [2, 4, 6, 8, 10, 12]),
    "PDQ": (bits(lambda image: pdqhash.compute(numpy.array(image))[0]), [16, 24, 31, 40, 50, 60]),
}


def report(name, kinds, same, thresholds):
    """`same(kind, threshold)` is a matrix: whether original `[i]` matches copy `[j]`."""
    print(f"\n{name}\nthreshold  false pairs  precision  " + "  ".join(kinds[1:]))
    for threshold in thresholds:
        originals = same("original", threshold)
        false_pairs = int(numpy.triu(originals, 1).sum())
        found = {kind: same(kind, threshold) for kind in kinds[1:]}
        right = sum(int(numpy.trace(pairs)) for pairs in found.values())
        every = sum(int(pairs.sum()) for pairs in found.values())
        precision = right / every if every else 1.0
        recall = [f"{numpy.trace(pairs) / len(pairs):{len(kind)}.3f}" for kind, pairs in found.items()]
        print(f"{threshold:9}  {false_pairs:11}  {precision:9.4f}  " + "  ".join(recall))


def main(folder, saved):
    kinds = sorted(path.name for path in Path(folder).iterdir())
    kinds.insert(0, kinds.pop(kinds.index("original")))
    files = {kind: sorted((Path(folder) / kind).iterdir()) for kind in kinds}
    print(f"{len(files['original'])} photos")
    vectors = {kind: embeddings(files[kind], saved) for kind in kinds}
    cosines = {kind: vectors["original"] @ vectors[kind].T for kind in kinds}
    report("embeddings, cosine similarity", kinds, lambda kind, least: cosines[kind] >= least, COSINES)
    for name, (hash_of, thresholds) in HASHES.items():
        hashes = {kind: hash_of(files[kind]) for kind in kinds}
        apart = {kind: distances(hashes["original"], hashes[kind]) for kind in kinds}
        report(f"{name}, bits that differ", kinds, lambda kind, most: apart[kind] <= most, thresholds)


if __name__ == "__main__":
    main(*sys.argv[1:])
