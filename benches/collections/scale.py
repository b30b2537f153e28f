#!/usr/bin/env python3
"""What a machine does per core, for docs/scale.md.

    scale.py DIR --model NAME=MODEL_DIR… [--rounds 3]

DIR is what pictures.py made. For each model, with pictures in files: one process with one thread, one with all threads, and as many
processes with one thread each, of which each takes a share (--shard). Then the time of a process for one picture, and the bytes of a
record in JSON Lines and Parquet. The best of the rounds, in turn.
"""

import argparse
import os
import subprocess
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pictures", type=Path)
    parser.add_argument("--mnet", default=ROOT / "target/release/mnet", help="the binary")
    parser.add_argument("--model", action="append", default=[], metavar="NAME=DIR", help="besides the built-in one")
    parser.add_argument("--only", action="store_true", help="without the built-in one")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    cores = len(os.sched_getaffinity(0))
    files = options.pictures / "files"
    count = sum(1 for _ in files.glob("*/*.jpg"))
    models = [] if options.only else [("built in", [])]
    models += [(name, ["--model", where]) for name, _, where in (m.partition("=") for m in options.model)]
    print(f"{count} pictures, {cores} cores; images/s")
    print(f"{'model':20} {'1 thread':>9} {f'{cores} threads':>9} {f'{cores} shards':>9} {'start, ms':>9} {'JSON':>6} {'Parquet':>7} bytes a record")
    for name, flags in models:
        mnet = [options.mnet, "classify", "--quiet", *flags]
        ways = {
            "one": [[*mnet, "-r", files, "--json", "-j", "1"]],
            "all": [[*mnet, "-r", files, "--json", "-j", str(cores)]],
            "shards": [[*mnet, "-r", files, "--json", "-j", "1", "--shard", f"{i}/{cores}"] for i in range(cores)],
            "start": [[*mnet, next(files.glob("*/*.jpg")), "--json"]],
        }
        best = {way: min(seconds(commands) for _ in range(options.rounds)) for way, commands in ways.items()}
        sizes = [size([*mnet, "-r", files, "-o"], ending) / count for ending in ("jsonl", "parquet")]
        rates = " ".join(f"{count / best[way]:9.1f}" for way in ("one", "all", "shards"))
        print(f"{name:20} {rates} {best['start'] * 1e3:9.1f} {sizes[0]:6.0f} {sizes[1]:7.0f}", flush=True)


def seconds(commands):
    """From the start of all to the end of the last."""
    start = time.perf_counter()
    running = [subprocess.Popen(command, stdout=subprocess.DEVNULL) for command in commands]
    for command, process in zip(commands, running):
        if process.wait() != 0:
            raise SystemExit(f"{command} ended with {process.returncode}")
    return time.perf_counter() - start


def size(command, ending):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"labels.{ending}"
        subprocess.run([*command, path], check=True)
        return path.stat().st_size


if __name__ == "__main__":
    main()
