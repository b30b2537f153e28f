"""Outputs that are full, that nobody reads on, or that two runs write."""

import contextlib
import functools
import subprocess

from scene import needing

PARTIAL = (10_000, 180_000)  # bytes; the whole output has more


def full(flag, limit, scene):
    """The disk is full at a random size. What was written must be whole, and --resume must make it complete when there is room."""
    place = scene.place()
    with limit(scene, place) as (more, enlarge):
        output = place / "labels.jsonl"
        code, stderr = scene.finish(scene.start(flag, output, "--json", **more))
        if code in (0, 1) or code < 0:
            scene.blame(f"ended with {code}: {stderr[-300:]}")
        written = [path for path in place.iterdir() if path.suffix != ".lock"]
        if len(written) != 1 or written[0].name not in stderr:
            scene.blame(f"left {[path.name for path in written]} and said {stderr[-300:]!r}")
            return
        # The line that did not fit may be there in part.
        scene.note(scene.checked(written[0].read_bytes(), torn=True))
        enlarge()
        # What the message says to do with a file that has not got its name yet.
        written[0].rename(output)
        scene.resumed(output)


@contextlib.contextmanager
def file_size_limit(scene, place):
    yield {"size": scene.random.randrange(*PARTIAL)}, lambda: None


@contextlib.contextmanager
def small_disk(scene, place):
    def mount(*options):
        subprocess.run(["mount", "-t", "tmpfs", "-o", ",".join(options), "none", place], check=True)

    mount(f"size={scene.random.randrange(*PARTIAL) // 4096 * 4}k")
    try:
        yield {}, lambda: mount("remount", "size=16m")
    finally:
        subprocess.run(["umount", place], check=True)


def closed_pipe(scene):
    child = scene.start("--json", stdout=subprocess.PIPE)
    lines = b"".join(child.stdout.readline() for _ in range(scene.random.randrange(1, 900)))
    child.stdout.close()
    code, stderr = scene.finish(child)
    if code != 0 or "error" in stderr:
        scene.blame(f"ended with {code}: {stderr[-300:]}")
    scene.note(scene.checked(lines))


# What a run says whose output belongs to another one.
TURNED_AWAY = ["another mnet is writing", "it was written by another program during the run"]


def two_writers(flag, scene):
    """Two runs with one output: one of them is turned away, unless the second came too late. A new --output belongs to
    the one that ends first."""
    output = scene.place() / "labels.jsonl"
    children = [scene.start(flag, output)]
    scene.moment()
    children.append(scene.start(flag, output))
    turned_away = 0
    for child in children:
        code, stderr = scene.finish(child)
        turned_away += code == 2 and any(words in stderr for words in TURNED_AWAY)
        if code not in (0, 1) and turned_away != 1:
            scene.blame(f"ended with {code}: {stderr[-300:]}")
    scene.note(scene.checked(output.read_bytes()))
    scene.resumed(output)


FAULTS = [
    ("ulimit -f during --resume", functools.partial(full, "--resume", file_size_limit)),
    ("ulimit -f during --output", functools.partial(full, "--output", file_size_limit)),
    ("full disk during --resume", needing("root", functools.partial(full, "--resume", small_disk))),
    ("full disk during --output", needing("root", functools.partial(full, "--output", small_disk))),
    ("reader closes the pipe", closed_pipe),
    ("two writers, --resume", functools.partial(two_writers, "--resume")),
    ("two writers, --output", functools.partial(two_writers, "--output")),
]
