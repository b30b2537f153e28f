"""Altered small pictures of every format, thousands to a process."""

import shutil
from collections import Counter
from dataclasses import dataclass, field
from random import Random

import mutate
import seeds
from program import outcome

MEMORY = 2 << 30
# What one picture may take, seconds (docs/robustness.md).
SLOW = 5.0


def arguments(command):
    command.add_argument("--count", type=int, default=100_000)
    command.add_argument("--each", type=int, default=3_000, help="files to a process")
    command.add_argument("-j", "--threads", default="1", help="times are exact on one thread alone")


@dataclass
class Tally:
    files: int = 0
    processes: int = 0
    died: int = 0
    missing: int = 0
    doubled: int = 0
    kinds: Counter = field(default_factory=Counter)
    slowest: float = 0.0
    slowest_file: str = ""
    peak_mib: float = 0.0
    seconds: float = 0.0


def run(options, folder):
    random, pictures = Random(options.seed), seeds.all_of(options.root)
    print(f"{len(pictures)} seeds, {options.count} mutations, {options.each} to a process, {MEMORY >> 20} MiB of addresses")
    tally, problems, written = Tally(), [], 0
    while tally.files < options.count:
        paths = []
        for _ in range(min(options.each, options.count - tally.files)):
            name, data = random.choice(pictures)
            paths.append(folder / f"{written:06}-{name}")
            paths[-1].write_bytes(mutate.mutated(data, random, random.choice(pictures)[1]))
            written += 1
        tally.files += len(paths)
        problems += labelled(options, paths, tally)
        for path in paths:
            path.unlink()
    report(tally)
    return problems


def labelled(options, paths, tally):
    """Runs until every file had its turn: after a death the rest goes to a new process."""
    problems, left = [], paths
    while left:
        run = options.program.classify(left, "-j", options.threads, memory=MEMORY)
        tally.processes += 1
        tally.seconds += run.seconds
        tally.peak_mib = max(tally.peak_mib, run.peak_mib)
        tally.kinds.update(map(outcome, run.records))
        problems += look_at(options, run, tally)
        names = run.paths()
        tally.doubled += len(names) - len(set(names))
        if not run.died:
            lost = {bytes(path) for path in left}.symmetric_difference(names)
            tally.missing += len(lost)
            return problems + [blamed(options, name.decode(), "has no line") for name in sorted(lost)]
        tally.died += 1
        suspect = left[min(len(names), len(left) - 1)]
        problems.append(blamed(options, suspect, f"ended the run with {run.code}: {run.stderr[-300:]}"))
        left = left[len(names) + 1 :]
    return problems


def look_at(options, run, tally):
    """Slow files, and errors that mnet itself calls a bug."""
    problems = [f"not a line of JSON: {line[:200]!r}" for line in run.torn]
    seconds, record = run.slowest()
    if seconds > tally.slowest:
        tally.slowest, tally.slowest_file = seconds, record["path"].rsplit("/", 1)[-1]
    if seconds > SLOW:
        problems.append(blamed(options, record["path"], f"took {seconds:.1f} s"))
    for record in run.records:
        if outcome(record) == "internal":
            problems.append(blamed(options, record["path"], record["error"]["message"]))
    return problems


def blamed(options, path, what):
    if options.keep is not None:
        options.keep.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, options.keep)
    return f"{path}: {what}"


def report(tally):
    print(f"files {tally.files}, processes {tally.processes}, of these died {tally.died}")
    print(f"lines missing {tally.missing}, doubled {tally.doubled}")
    print("outcomes: " + ", ".join(f"{kind} {count}" for kind, count in tally.kinds.most_common()))
    print(f"slowest file {tally.slowest * 1e3:.0f} ms ({tally.slowest_file})")
    print(f"peak memory {tally.peak_mib:.0f} MiB, {tally.seconds:.0f} s in mnet")
