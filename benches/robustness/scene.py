"""A folder of pictures, the answers of a run that nothing disturbed, and what must hold after one that was."""

import io
import json
import statistics
import subprocess
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from PIL import Image
from program import Program, ended, outcome, path_of, untimed

PICTURES = 1_000
SIDE = (320, 240)
# What a signal may take to end a run.
PROMPT = 2.0


@dataclass
class Scene:
    program: Program
    folder: Path
    random: Random
    paths: list
    clean: dict = field(default_factory=dict)  # path: record without times
    seconds: float = 0.0  # of a run that nothing disturbs
    problems: list = field(default_factory=list)
    ends: Counter = field(default_factory=Counter)
    done: list = field(default_factory=list)  # answers at the end of each disturbed run

    def moment(self):
        """Sleeps until some moment of a run, from its start to a little before its end."""
        time.sleep(self.random.uniform(0.005, 0.95 * self.seconds))

    def blame(self, problem):
        self.problems.append(problem)

    def place(self):
        """An empty folder that everybody may write to."""
        place = self.folder / f"try-{self.random.getrandbits(64):016x}"
        place.mkdir()
        place.chmod(0o777)
        return place

    def start(self, *args, listed=True, program=None, **more):
        inputs = ["--files-from", self.folder / "list", "-0"] if listed else []
        more = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, **more}
        return (program or self.program).start(*inputs, *args, **more)

    def finish(self, child):
        """Waits, notes how it ended, gives exit status and stderr."""
        begin = time.perf_counter()
        stderr = child.stderr.read().decode(errors="replace")
        code, _ = ended(child)
        if time.perf_counter() - begin > 60 + 10 * self.seconds:
            self.blame(f"took {time.perf_counter() - begin:.0f} s to end")
        if "panicked" in stderr:
            self.blame(f"panicked: {stderr[-300:]}")
        self.ends[code] += 1
        return code, stderr

    def checked(self, text, torn=0):
        """The records of these lines. Each is whole, for one path, and equal to that of the clean run; the last may be torn."""
        records, lines = {}, text.split(b"\n")
        tail = lines.pop()
        if tail and not torn:
            self.blame(f"a torn line: {tail[-100:]!r}")
        for line in lines:
            try:
                record = json.loads(line)
            except ValueError:
                self.blame(f"not JSON: {line[-100:]!r}")
                continue
            path = path_of(record)
            if path in records:
                self.blame(f"{path} is there twice")
            records[path] = record
            if untimed(record) != self.clean.get(path):
                self.blame(f"{line[:200]!r}, but {self.clean.get(path)} in the clean run")
        return records

    def note(self, records):
        self.done.append(len(records))

    def resumed(self, output):
        """Runs --resume until it ends by itself; then every path must be there once."""
        child = self.start("--resume", output)
        stderr = child.stderr.read().decode(errors="replace")
        code, _ = ended(child)
        if code not in (0, 1):
            self.blame(f"--resume ended with {code}: {stderr[-300:]}")
        lost = set(self.clean) - set(self.checked(output.read_bytes()))
        if lost:
            self.blame(f"{len(lost)} of {len(self.clean)} answers are lost after --resume, such as {sorted(lost)[0]}")

    def row(self, name, tries):
        ends = ", ".join(f"{code}: {count}" for code, count in sorted(self.ends.items()))
        done = f"{min(self.done)} to {max(self.done)}, median {statistics.median(self.done):.0f}" if self.done else "-"
        print(f"{name:34} tries {tries:3}   exit {ends:24} answers then {done:28} problems {len(self.problems)}", flush=True)


def scene(options, folder):
    """Turned copies of the photos of this repository, and some that are no pictures."""
    random = Random(options.seed)
    folder = folder / "scene"
    (folder / "photos").mkdir(parents=True)
    paths = write_pictures(options.root, folder / "photos")
    (folder / "list").write_bytes(b"".join(bytes(path) + b"\0" for path in paths))
    made = Scene(options.program, folder, random, paths)
    runs = [options.program.classify(paths) for _ in range(3)]  # the first fills the page cache
    run, made.seconds = runs[0], min(run.seconds for run in runs)
    made.clean = {path_of(record): untimed(record) for record in run.records}
    kinds = Counter(map(outcome, run.records))
    print(f"{PICTURES} files: {dict(kinds)}, {run.seconds:.2f} s undisturbed")
    return made


def write_pictures(root, folder):
    photos = [Image.open(path).resize(SIDE) for path in sorted((root / "assets/photos").glob("*.jpg"))]
    paths = []
    for index in range(PICTURES):
        paths.append(folder / f"{index:04}.jpg")
        buffer = io.BytesIO()
        photos[index % len(photos)].rotate(index).save(buffer, "JPEG")
        # One in 25 is cut.
        paths[-1].write_bytes(buffer.getvalue()[: 4000 if index % 25 == 7 else None])
    return paths


def needing(what, attempt):
    """An attempt that is skipped where this is missing: `root` or `--model`."""
    attempt.needs = what
    return attempt
