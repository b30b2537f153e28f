#!/usr/bin/env python3
"""Pictures per second of mnet by itself, and as a stage of Spark and of Ray Data, on the same pictures and the same cores.

    engines.py FOLDER [--model M] [--count 2000] [--rounds 3] [--workers 1,2] [--cores N]

Everything of an engine is pinned to `--cores` cores, by default as many as it has workers (task slots, actors); mnet by itself has the same
cores and a thread for each worker. Each engine is timed over a quarter of the pictures and over all of them, in turn. The difference of the
medians gives the pictures per second in steady state, without start-up; `start-up` is what is left at zero pictures: of mnet a process, of
Spark a job in a session that is warm, of Ray its actors. For Spark it also prints what one more task costs. Run it on a quiet machine.

Needs Java and the packages in examples/spark/requirements.txt and examples/ray/requirements.txt. The binary is target/release/mnet, or MNET.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = [str(ROOT / "examples" / name) for name in ("stage", "spark", "ray")]
KINDS = ["paths", "bytes"]
PARTS = 8  # files of a table, so that all workers have some


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="JPEG files, taken again from the first one if there are too few")
    parser.add_argument("--model", help="as of mnet classify; by default the built-in one")
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--workers", default="1,2")
    parser.add_argument("--cores", type=int)
    parser.add_argument("--engine", choices=ENGINES, action="append", help="only these")
    parser.add_argument("--one", nargs=4, metavar=("ENGINE", "KIND", "WORKERS", "DATA"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    options.flags = ["--model", options.model] if options.model else []
    os.environ.setdefault("MNET", str(ROOT / "target/release/mnet"))
    os.environ["PYSPARK_PYTHON"] = sys.executable
    os.environ["PYTHONPATH"] = os.pathsep.join(MODULES)
    if options.one:
        return one(options, *options.one)
    data = Path(tempfile.mkdtemp())
    try:
        prepare(data, options)
        compare(data, options)
    finally:
        shutil.rmtree(data)


def compare(data, options):
    print(f"{'engine':7} {'pictures':9} {'workers':>7} {'images/s':>9} {'of mnet':>8} {'start-up':>9}")
    for workers in options.workers.split(","):
        for kind in KINDS:
            alone = None
            for engine in ENGINES:
                if engine not in (options.engine or ENGINES):
                    continue
                seen = child(engine, kind, workers, data)
                small, large = (statistics.median(seen[size]) for size in ("small", "large"))
                rate = (options.count - options.count // 4) / (large - small)
                alone = alone or rate
                start_up = large - options.count / rate
                print(f"{engine:7} {kind:9} {workers:>7} {rate:9.1f} {rate / alone:8.3f} {start_up:8.2f}s", flush=True)
                if "task" in seen:
                    print(f"{engine:7} {kind:9} {workers:>7}   one more task: {1000 * seen['task']:.1f} ms", flush=True)


def child(engine, kind, workers, data):
    """Times one engine in a process of its own, since neither Spark nor Ray can change its size."""
    command = [sys.executable, __file__, *sys.argv[1:], "--one", engine, kind, workers, str(data)]
    run = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8")
    if run.returncode:
        sys.exit(f"{engine} failed:\n{run.stderr[-4000:]}")
    return json.loads(run.stdout.splitlines()[-1])


def one(options, engine, kind, workers, data):
    workers = int(workers)
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: options.cores or workers])
    label, task = ENGINES[engine](options, kind, workers, Path(data))
    label("small")  # warm
    seen = {"small": [], "large": []}
    for _ in range(options.rounds):
        for size, times in seen.items():
            times.append(seconds(label, size))
    if task:
        many, single = ([seconds(task, count) for _ in range(options.rounds)] for count in (64, 1))
        seen["task"] = (statistics.median(many) - statistics.median(single)) / 63
    print()
    print(json.dumps(seen))


def seconds(call, *arguments):
    start = time.perf_counter()
    call(*arguments)
    return time.perf_counter() - start


def mnet(options, kind, workers, data):
    def label(size):
        pictures = {"paths": ["--files-from", data / size / "list.txt"], "bytes": [data / size / "shard.tar"]}[kind]
        command = [os.environ["MNET"], "classify", "--json", "--quiet", f"--threads={workers}", *options.flags, *pictures]
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True)

    return label, None


def spark(options, kind, workers, data):
    import mnet_spark
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master(f"local[{workers}]").config("spark.ui.enabled", False)
    session = builder.config("spark.sql.execution.arrow.maxRecordsPerBatch", 64).getOrCreate()
    column = {"paths": "path", "bytes": "content"}[kind]

    def label(size, parts=None):
        pictures = session.read.parquet(str(data / size / "table")).select(column)
        if parts:
            pictures = pictures.limit(64).repartition(parts)
        mnet_spark.classify(pictures, column, options.flags).write.format("noop").mode("overwrite").save()

    return label, (lambda parts: label("small", parts)) if workers == 1 else None


def ray(options, kind, workers, data):
    import mnet_ray
    import ray

    os.environ["RAY_worker_niceness"] = "0"  # as the program of the example does
    ray.init(address="local", num_cpus=workers + 1, include_dashboard=False, log_to_driver=False)
    ray.data.DataContext.get_current().enable_progress_bars = False
    column = {"paths": "path", "bytes": "content"}[kind]

    def label(size):
        pictures = ray.data.read_parquet(str(data / size / "table"), columns=[column])
        answers = mnet_ray.classify(pictures, column, options.flags, actors=workers).materialize()
        assert answers.count() == int((data / size / "count").read_text())

    return label, None


ENGINES = {"mnet": mnet, "spark": spark, "ray": ray}


def prepare(data, options):
    """The same pictures as a list, a tar and a table, for both sizes."""
    import pyarrow as pa
    import pyarrow.parquet

    files = sorted(file.resolve() for file in options.folder.rglob("*") if file.suffix.lower() in (".jpg", ".jpeg"))
    if not files:
        sys.exit(f"{options.folder} has no JPEG files")
    for size, count in ("small", options.count // 4), ("large", options.count):
        pictures = [files[index % len(files)] for index in range(count)]
        (data / size / "table").mkdir(parents=True)
        (data / size / "count").write_text(str(count))
        (data / size / "list.txt").write_text("\n".join(map(str, pictures)))
        with tarfile.open(data / size / "shard.tar", "w") as tar:
            for index, picture in enumerate(pictures):
                tar.add(picture, f"{index}.jpg")
        for part in range(PARTS):
            mine = pictures[part::PARTS]
            table = pa.table({"path": [str(picture) for picture in mine], "content": [picture.read_bytes() for picture in mine]})
            pyarrow.parquet.write_table(table, data / size / f"table/{part}.parquet", row_group_size=64, compression="none")


if __name__ == "__main__":
    main()
