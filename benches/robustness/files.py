"""A Markdown table of a folder's files: the answer of an older binary, of this one, and what Pillow reads."""

import dataclasses
import signal
import warnings
from pathlib import Path

from PIL import Image, ImageOps
from program import outcome

MEMORY = 4 << 30
# Above this, Pillow's pixels are not labelled, only their size is given.
LABELLED = 100_000_000


def arguments(command):
    command.add_argument("folder", type=Path)
    command.add_argument("--before", type=Path, help="an older binary")


def run(options, folder):
    warnings.simplefilter("ignore")
    before = options.before and dataclasses.replace(options.program, binary=options.before.resolve())
    print("| file | before | after | with Pillow's pixels, or Pillow's error | |\n|---|---|---|---|---|")
    problems = []
    for path in sorted(options.folder.iterdir()):
        old = cell(before, path)[0] if before else ""
        new, top = cell(options.program, path)
        theirs, expected = pillow(options.program, path, folder / "pillow.png")
        print(f"| `{path.name}` | {old} | {new} | {theirs} | {verdict(top, expected)} |", flush=True)
        if new.startswith(("**died", "internal")):
            problems.append(f"{path}: {new}")
    return problems


def cell(program, path):
    """What mnet says of one file, and its best class with the score, or None."""
    run = program.classify([path], memory=MEMORY)
    if run.died or not run.records:
        return f"**died**: {how(run.code)}", None
    record = run.records[0]
    if "error" in record:
        return f"{outcome(record)}: {words(record['error']['message'])}", None
    best = record["top"][0]
    return f"{record['width']} x {record['height']}, {best['label']} {best['score']:.4f}", best


def how(code):
    return signal.Signals(-code).name if code < 0 else f"exit {code}"


def pillow(program, path, png):
    """Pillow's word for a file, and mnet's answer to the pixels that it reads, turned upright."""
    try:
        with Image.open(path) as image:
            image = ImageOps.exif_transpose(image).convert("RGB")
    except Exception as error:  # whatever Pillow raises is its answer
        return f"{type(error).__name__}: {words(str(error).replace(str(path), path.name))}", None
    size = f"{image.width} x {image.height}"
    if image.width * image.height > LABELLED:
        return size, None
    # The pixels alone: what the file says beside them is done.
    Image.frombytes("RGB", image.size, image.tobytes()).save(png)
    answer, best = cell(program, png)
    return (answer if best else size), best


def verdict(ours, theirs):
    if ours is None or theirs is None:
        return ""
    return "equal" if ours == theirs else "differs"


def words(text):
    """One short cell of a table."""
    text = " ".join(text.replace("|", "\\|").split())
    return text if len(text) <= 110 else text[:107] + "…"
