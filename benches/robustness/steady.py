"""One process for many minutes: memory, handles and threads must stay what they are after the first minutes."""

import os
import statistics
import subprocess
import tempfile
import threading
import time
from collections import Counter
from random import Random

import mutate
import seeds
from PIL import Image
from program import Run, ended, outcome, read_record, status

EVERY = 2.0  # seconds from sample to sample
# What memory may grow by from the first quarter to the last: allocators keep pages.
GROWTH = 1.05
PICTURES = 500


def arguments(command):
    command.add_argument("--minutes", type=float, default=20)


def run(options, folder):
    paths = write_pictures(options, folder)
    with tempfile.TemporaryFile() as stderr:
        child = options.program.start(
            "--files-from", "-", "-0", "--json", "--quiet", stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr
        )
        kinds, torn, sent = Counter(), [], [0]
        until = time.monotonic() + 60 * options.minutes
        feeder = threading.Thread(target=feed, args=(child.stdin, paths, until, sent))
        reader = threading.Thread(target=read, args=(child.stdout, kinds, torn))
        feeder.start()
        reader.start()
        samples = []
        while feeder.is_alive():
            time.sleep(EVERY)
            samples.append((time.monotonic(), *sampled(child.pid)))
        reader.join()
        code, _ = ended(child)
    peak = max(sample[1] for sample in samples)
    print(f"{sent[0]} files in {options.minutes:g} min, exit {code}, {sum(kinds.values())} lines, at most {peak:.0f} MiB")
    print("    " + ", ".join(f"{kind} {count}" for kind, count in kinds.most_common()))
    return [*wrong_lines(code, kinds, torn, sent[0]), *grown(samples)]


def write_pictures(options, folder):
    """A third good, a third damaged, large ones among them, and some that are missing."""
    random, small = Random(options.seed), [data for _, data in seeds.all_of(options.root)]
    photos = [path.read_bytes() for path in sorted((options.root / "assets/photos").glob("*.jpg"))]
    large = seeds.encode(Image.open(options.root / "assets/photos/hot_dog.jpg").resize((3000, 2250)), "PNG", compress_level=1)
    makers = [
        lambda: random.choice(photos),
        lambda: random.choice(small),
        lambda: mutate.mutated(random.choice(small), random, random.choice(small)),
    ]
    paths = [folder / f"{index:03}" for index in range(PICTURES)]
    for index, path in enumerate(paths):
        if index % 50 != 49:
            path.write_bytes(large if index % 100 == 0 else makers[index % 3]())
    return paths


def feed(stdin, paths, until, sent):
    block = b"".join(bytes(path) + b"\0" for path in paths)
    with stdin:
        while time.monotonic() < until:
            stdin.write(block)
            sent[0] += len(paths)


def read(stdout, kinds, torn):
    for line in stdout:
        run = Run()
        read_record(line, run, 0.0)
        kinds.update(map(outcome, run.records))
        torn += run.torn


def sampled(pid):
    """Resident memory in MiB, open handles, threads."""
    now = status(pid)
    return int(now["VmRSS"].split()[0]) / 1024, len(os.listdir(f"/proc/{pid}/fd")), int(now["Threads"])


def wrong_lines(code, kinds, torn, sent):
    if code != 1:
        yield f"ended with {code}"
    if sum(kinds.values()) != sent:
        yield f"{sum(kinds.values())} lines for {sent} files"
    if kinds["internal"] or torn:
        yield f"{kinds['internal']} bugs, {len(torn)} lines that are not JSON"


def grown(samples):
    """Medians of the first and the last quarter, and the slope after the first tenth."""
    quarter, later = len(samples) // 4, samples[len(samples) // 10 :]
    times, *columns = zip(*later)
    for index, (name, values) in enumerate(zip(("resident MiB", "handles", "threads"), columns), 1):
        first, last = (statistics.median(row[index] for row in part) for part in (samples[:quarter], samples[-quarter:]))
        slope = statistics.linear_regression(times, values).slope * 3600
        extent = f"{min(values):.1f} to {max(values):.1f}"
        print(f"{name:13} first quarter {first:.1f}, last quarter {last:.1f}, {slope:+.2f} an hour, {extent}")
        if last > first * GROWTH:
            yield f"{name} grew from {first:.1f} to {last:.1f}"
