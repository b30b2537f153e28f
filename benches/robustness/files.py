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
    print("| file | before | after | Pillow |\n|---|---|---|---|")
    problems = []
    for path in sorted(options.folder.iterdir()):
        old = cell(before, path) if before else ""
        new = cell(options.program, path)
        theirs = pillow(options.program, path, folder / "pillow.png")
        print(f"| `{path.name}` | {old} | {new} | {'equal' if theirs == new else theirs} |", flush=True)
        if new.startswith(("**died", "internal")):
            problems.append(f"{path}: {new}")
    return problems


def cell(program, path):
    """What mnet says of one file: its size and best class, or why there is none."""
    run = program.classify([path], memory=MEMORY)
    if run.died or not run.records:
        return f"**died**: {how(run.code)}"
    record = run.records[0]
    if "error" in record:
        return f"{outcome(record)}: {words(record['error']['message'])}"
    best = record["top"][0]
    return f"{record['width']} x {record['height']}, {best['label'].split(',')[0]} {best['score']:.4f}"


def how(code):
    return signal.Signals(-code).name if code < 0 else f"exit {code}"


def pillow(program, path, png):
    """mnet's answer to the pixels that Pillow reads, turned upright; or their size alone, or what Pillow raises."""
    try:
        with Image.open(path) as image:
            image = ImageOps.exif_transpose(image).convert("RGB")
    except Exception as error:  # of any kind: it is Pillow's answer
        return f"{type(error).__name__}: {words(str(error).replace(str(path), path.name))}"
    answer = f"{image.width} x {image.height}"
    if image.width * image.height <= LABELLED and max(image.size) < 2**24:
        # The pixels alone: what the file says beside them is done.
        Image.frombytes("RGB", image.size, image.tobytes()).save(png)
        answer = cell(program, png)
    return answer


def words(text):
    """One short cell of a table."""
    text = " ".join(text.replace("|", "\\|").split())
    return text if len(text) <= 90 else text[:89] + "…"
