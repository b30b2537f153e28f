"""Good, damaged, huge and strange files in one run with little memory."""

import os
from collections import Counter
from random import Random

import mutate
import seeds
import strange
from program import outcome, path_of, unprivileged, untimed

MEMORY = 1_000_000 * 1024  # `ulimit -v 1000000`
WIDE = 30
# Names that terminals, lists and JSON may stumble over.
NAMES = [b"new\nline.jpg", b"\x1b]0;title\x07.jpg", b"not-\xff-unicode.jpg", b'quote".jpg', b"-dash.jpg", "\u202eflipped.jpg".encode()]


def arguments(command):
    command.add_argument("--count", type=int, default=2_000)
    command.add_argument("--threads", default="1,2,8")


def run(options, folder):
    contents, photo = files(options), photos(options)[0]
    user, problems, first = unprivileged(), [], {}
    print(f"{options.count} files, ulimit -v {MEMORY // 1024}" + ", as nobody" * (user is not None))
    for threads in options.threads.split(","):
        # Pipes can be read once, so every run has a folder of its own; the paths are the same.
        place = folder / threads
        place.mkdir(mode=0o755)
        paths = [put(place, name, data) for name, data in contents] + strange.no_files(place, photo)
        Random(options.seed).shuffle(paths)
        paths = [path.relative_to(place) for path in paths + wide_ones(place)]
        how = {"memory": MEMORY, "user": user, "cwd": place}
        run = options.program.classify(paths, "-j", threads, **how)
        report(threads, run)
        # The default budget is half of what is left, and the program itself takes what a single photo takes.
        most = MEMORY / 2**21 + options.program.classify(["0000-photo"], "-j", threads, **how).peak_mib
        problems += [f"-j {threads}: {problem}" for problem in faults_of(run, paths, most)]
        records = {path_of(record): comparable(record) for record in run.records}
        first = first or records
        # More threads leave less memory for a picture.
        same = lambda path: records.get(path) in (first[path], "too-large") or first[path] == "too-large"
        problems += [f"-j {threads}: {records.get(p)}, but before {first[p]}" for p in first if not same(p)]
    return problems


def wide_ones(folder):
    """Pictures in a row of 86 MiB of pixels each: any of them fits, but not eight at a time."""
    picture = strange.png(6000, 5000, 8, 2, 3 * 6000)
    return [put(folder, f"wide-{index:02}.png", picture) for index in range(WIDE)]


def comparable(record):
    """A record as it must be on any number of threads. The memory that is left, which a refusal names, depends on them."""
    return outcome(record) if outcome(record) == "too-large" else untimed(record)


def report(threads, run):
    kinds = ", ".join(f"{kind} {count}" for kind, count in Counter(map(outcome, run.records)).most_common())
    print(f"-j {threads}: exit {run.code}, {len(run.records)} lines, peak {run.peak_mib:.0f} MiB, {run.seconds:.1f} s")
    print(f"    {kinds}; longest wait for a line {run.slowest()[0]:.1f} s", flush=True)


def faults_of(run, paths, most):
    expected, seen = [os.fsencode(path) for path in paths], run.paths()
    if run.code != 1:
        yield f"ended with {run.code}: {run.stderr[-300:]}"
    if seen != expected:
        lost, extra = set(expected) - set(seen), Counter(seen) - Counter(expected)
        yield f"{len(lost)} lines are missing ({sorted(lost)[:3]}), {len(extra)} too many, or in another order"
    if run.peak_mib > most:
        yield f"took {run.peak_mib:.0f} MiB, more than {most:.0f}"
    yield from (f"a bug: {record}" for record in run.records if outcome(record) == "internal")
    yield from (f"not a line of JSON: {line[:200]!r}" for line in run.torn)


def photos(options):
    return [path.read_bytes() for path in sorted((options.root / "assets/photos").glob("*.jpg"))]


def files(options):
    """(name, bytes) of regular files."""
    random, large = Random(options.seed), photos(options)
    small = [data for _, data in seeds.all_of(options.root)]
    singles = [*strange.bombs(), *strange.OTHERS, *((name, large[0]) for name in NAMES)]
    makers = [
        ("photo", lambda: random.choice(large)),
        ("cut", lambda: mutate.cut_end(random.choice(large), random, b"")),
        ("small", lambda: random.choice(small)),
        ("damaged", lambda: mutate.mutated(random.choice(small), random, random.choice(small))),
        ("noise", lambda: random.randbytes(random.randrange(2000))),
    ]
    for index in range(options.count - len(singles) - strange.NO_FILES - WIDE):
        name, make = makers[index % len(makers)]
        singles.append((f"{index:04}-{name}", make()))
    return singles


def put(folder, name, data):
    path = folder / os.fsdecode(name)
    path.write_bytes(data)
    return path
