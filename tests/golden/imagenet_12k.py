#!/usr/bin/env python3
"""Writes assets/labels/imagenet-12k.txt: the classes of ImageNet-12k and of MIIL's ImageNet-21k, from timm's own lists.

A line is a WordNet id, a tab and WordNet's lemmas, in the order of ImageNet-12k. MIIL's set is a part of it in the same
order: a line that is not in it ends in a tab and `12k`.
"""

from pathlib import Path

import timm

INFO = Path(timm.__file__).parent / "data" / "_info"
OUT = Path(__file__).parents[2] / "assets" / "labels" / "imagenet-12k.txt"

lemmas = dict(line.split("\t") for line in (INFO / "imagenet_synset_to_lemma.txt").read_text("utf-8").splitlines())
timms = (INFO / "imagenet12k_synsets.txt").read_text().split()
miils = (INFO / "imagenet21k_miil_synsets.txt").read_text().split()
of_both = set(miils)
assert miils == [wnid for wnid in timms if wnid in of_both]
lines = [f"{wnid}\t{lemmas[wnid]}" + ("" if wnid in of_both else "\t12k") for wnid in timms]
OUT.write_text("\n".join(lines) + "\n", "utf-8")
print(f"timm {timm.__version__}: {len(timms)} and {len(miils)} classes, {OUT.stat().st_size} bytes")
