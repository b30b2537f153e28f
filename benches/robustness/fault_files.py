"""Pictures and weights that change while a run reads them."""

import dataclasses
import functools
import json
import shutil
import subprocess
import threading
import time

from program import outcome, path_of, unprivileged, untimed
from scene import needing

# Weights of 2 MB are read by then, seconds.
LOADED = 0.01


def forbid(path):
    path.chmod(0)


def truncate(path):
    with open(path, "r+b") as file:
        file.truncate(path.stat().st_size // 2)


def delete(path):
    path.unlink()


def pictures(change, scene):
    """A third of the pictures changes during the run: each has one line, with the answer of the whole file or an error."""
    place = scene.place()
    copies = {place / path.name: bytes(path) for path in scene.paths}
    for copy, path in copies.items():
        shutil.copy(path, copy)
    (place / "list").write_bytes(b"".join(bytes(copy) + b"\0" for copy in copies))
    child = scene.start(
        "--json", "--files-from", place / "list", "-0", listed=False, stdout=subprocess.PIPE, user=unprivileged()
    )

    def spoil():
        for copy in scene.random.sample(list(copies), len(copies) // 3):
            change(copy)
            time.sleep(scene.seconds / len(copies))

    spoiler = threading.Thread(target=spoil)
    spoiler.start()
    lines = child.stdout.read().splitlines()
    spoiler.join()
    code, stderr = scene.finish(child)
    if code != 1:
        scene.blame(f"ended with {code}: {stderr[-300:]}")
    records = [json.loads(line) for line in lines]
    if [path_of(record) for record in records] != [bytes(copy) for copy in copies]:
        scene.blame(f"{len(records)} lines for {len(copies)} files, or in another order")
    for record in records:
        original = copies[type(scene.folder)(record["path"])]
        expected = scene.clean[original]
        if outcome(record) == "answer" and untimed({**record, "path": original.decode()}) != expected:
            scene.blame(f"{record} but {expected} of the whole file")
    scene.done.append(sum(outcome(record) == "answer" for record in records))
    shutil.rmtree(place)


def weights(change, scene):
    """Weights that change at a random moment from the start: the right answers, or none and a message."""
    place = scene.place()
    model = place / "model"
    shutil.copytree(scene.program.flags[-1], model, copy_function=shutil.copyfile)
    for path in (model, *model.iterdir()):
        path.chmod(0o755)
    program = dataclasses.replace(scene.program, flags=["--model", str(model)])
    child = scene.start("--json", program=program, stdout=subprocess.PIPE, user=unprivileged())
    time.sleep(scene.random.uniform(0, LOADED))
    change(model / "model.safetensors")
    text = child.stdout.read()
    code, stderr = scene.finish(child)
    records = scene.checked(text)
    scene.note(records)
    if code == 2 and records:
        scene.blame(f"ended with 2 after {len(records)} lines")
    if code == 2 and "model.safetensors" not in stderr:
        scene.blame(f"does not name the file: {stderr[-300:]}")
    if code not in (0, 1, 2) or (code != 2 and len(records) != len(scene.clean)):
        scene.blame(f"ended with {code} and {len(records)} lines: {stderr[-300:]}")
    shutil.rmtree(place)


CHANGES = [forbid, truncate, delete]
FAULTS = [
    *((f"{change.__name__} pictures", functools.partial(pictures, change)) for change in CHANGES),
    *((f"{change.__name__} weights", needing("--model", functools.partial(weights, change))) for change in CHANGES),
]
