"""Ray Data: labels a dataset of pictures with mnet, one mnet for each actor.

    import mnet_ray
    labelled = mnet_ray.classify(ray.data.from_items([{"path": "a.jpg"}]), "path", actors=2)
    print(labelled.take(1))

As a program: `mnet_ray.py paths LIST OUT` labels the pictures that a text file lists, `mnet_ray.py bytes FOLDER OUT` those in a folder, read
by Ray. Both write Parquet. Words after these go to `mnet classify`.
"""

from __future__ import annotations

import argparse
import os
import sys
from typing import Sequence

import mnet_stage
import pyarrow as pa
import ray
from ray.data import ActorPoolStrategy, Dataset

# What is added to a row. `error` is null for a picture that has been labelled, and the other three are null for one that has not.
ANSWER = {
    "width": pa.int32(),
    "height": pa.int32(),
    "top": pa.list_(pa.struct({"index": pa.int32(), "wnid": pa.string(), "label": pa.string(), "score": pa.float32()}.items())),
    "error": pa.struct({"kind": pa.string(), "message": pa.string()}.items()),
}
KINDS = {pa.string(): "paths", pa.large_string(): "paths", pa.binary(): "bytes", pa.large_binary(): "bytes"}
BATCH = 64
TRIES = 4


class Labeller:
    """What an actor runs: it owns one mnet."""

    def __init__(self, column: str, flags: Sequence[str], threads: int) -> None:
        self._column, self._flags, self._threads = column, flags, threads

    def __call__(self, batch: pa.Table) -> pa.Table:
        kind = KINDS.get(batch.schema.field(self._column).type)
        if kind is None:
            raise TypeError(f"column {self._column} is {batch.schema.field(self._column).type}; paths are string, pictures are binary")
        answers = self._answers(kind, batch.column(self._column).to_pylist())
        if kind == "bytes":
            batch = batch.drop_columns([self._column])
        if taken := ANSWER.keys() & set(batch.column_names):
            raise ValueError(f"mnet adds a column {min(taken)}; rename yours")
        for name, column_type in ANSWER.items():
            batch = batch.append_column(name, pa.array([answer.get(name) for answer in answers], column_type))
        return batch

    def _answers(self, kind: str, pictures: list, tries: int = TRIES) -> list[mnet_stage.Answer]:
        # Ray runs a batch again whose actor has died, and gives up everything after an error: so another mnet is started here.
        try:
            with mnet_stage.borrowed(kind, self._flags, self._threads) as mnet:
                mnet.ask(pictures)
                return mnet.answers()
        except mnet_stage.MnetEnded:
            if tries == 1:
                raise
        return self._answers(kind, pictures, tries - 1)


def classify(pictures: Dataset, column: str, flags: Sequence[str] = (), *, actors: int, threads: int = 1) -> Dataset:
    """Adds an answer to every row: the columns of `ANSWER`.

    A `column` of strings has paths, which every node can read. A binary one has picture files, and is left out of the result. `flags` go to
    `mnet classify`. Each actor takes `threads` CPUs; reading needs one more than all of them, or Ray waits for ever.
    """
    mnet_stage.check(flags)
    return pictures.map_batches(
        Labeller,
        fn_constructor_args=(column, list(flags), threads),
        batch_format="pyarrow",
        batch_size=BATCH,
        compute=ActorPoolStrategy(size=actors),
        num_cpus=threads,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="Labels pictures with mnet on Ray, and writes Parquet.")
    parser.add_argument("--actors", type=int, default=2, help="how many mnets run (default: 2)")
    parser.add_argument("kind", choices=["paths", "bytes"], help="pictures that a text file lists, or those in a folder, read by Ray")
    parser.add_argument("pictures", help="the list, or the folder")
    parser.add_argument("out", help="the folder to write")
    parser.add_argument("flags", nargs=argparse.REMAINDER, help="flags of mnet classify")
    options = parser.parse_args()
    try:
        ray.init(address="auto")
    except ConnectionError:
        # No cluster: this machine is one. Ray gives its workers the niceness 15, so on busy cores mnet would wait behind all else.
        os.environ.setdefault("RAY_worker_niceness", "0")
        # Actors hold their CPUs, which are only numbers to Ray, and reading and writing need one more.
        ray.init(num_cpus=options.actors + 1)
    cpus = int(ray.cluster_resources().get("CPU", 0))
    if cpus <= options.actors:
        sys.exit(f"this cluster has {cpus} CPUs; with --actors {options.actors} it needs {options.actors + 1}, as reading takes one")
    if options.kind == "paths":
        column, pictures = "path", ray.data.read_text(options.pictures).rename_columns({"text": "path"})
    else:
        column, pictures = "bytes", ray.data.read_binary_files(options.pictures, include_paths=True)
    classify(pictures, column, options.flags, actors=options.actors).write_parquet(options.out)


if __name__ == "__main__":
    main()
