"""Spark: labels a DataFrame of pictures with mnet, one mnet for each task slot.

    import mnet_spark
    labelled = mnet_spark.classify(pictures, "path")
    labelled.select("path", labelled.top[0].label, "error").show()

As a program: `mnet_spark.py paths LIST OUT` labels the pictures that a text file lists, `mnet_spark.py bytes FOLDER OUT` those in a folder,
read by Spark. Both write Parquet. Words after these go to `mnet classify`.
"""

from __future__ import annotations

import argparse
from collections import deque
from itertools import chain
from typing import Iterator, Sequence

import mnet_stage
import pyarrow as pa
from pyspark import TaskContext
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.functions import count
from pyspark.sql.types import BinaryType, StringType, StructType

# What is added to a row. `error` is null for a picture that has been labelled, and the other three are null for one that has not.
ANSWER = """
    width int, height int, top array<struct<index: int, wnid: string, label: string, score: float>>,
    error struct<kind: string, message: string>
"""
ARROW = {
    "width": pa.int32(),
    "height": pa.int32(),
    "top": pa.list_(pa.struct({"index": pa.int32(), "wnid": pa.string(), "label": pa.string(), "score": pa.float32()}.items())),
    "error": pa.struct({"kind": pa.string(), "message": pa.string()}.items()),
}
Batches = Iterator[pa.RecordBatch]


def classify(pictures: DataFrame, column: str, flags: Sequence[str] = ()) -> DataFrame:
    """Adds an answer to every row: the columns of `ANSWER`.

    A `column` of strings has paths, which every worker can read. A binary one has picture files, and is left out of the result. `flags` go
    to `mnet classify`.
    """
    mnet_stage.check(flags)
    fields = pictures.schema.fields
    index = pictures.schema.names.index(column)
    kind = {StringType: "paths", BinaryType: "bytes"}.get(type(fields[index].dataType))
    if kind is None:
        raise TypeError(f"column {column} is {fields[index].dataType.simpleString()}; paths are string, pictures are binary")
    kept = [number for number in range(len(fields)) if kind == "paths" or number != index]
    if taken := ARROW.keys() & {fields[number].name.lower() for number in kept}:
        raise ValueError(f"mnet adds a column {min(taken)}; rename yours")

    def answered(batches: Batches) -> Batches:
        """Runs one task. Any error is raised, and Spark runs the task again."""
        first = next(batches, None)
        if first is None:  # many partitions may be empty
            return
        waiting: deque[pa.RecordBatch] = deque()
        task = TaskContext.get()
        with mnet_stage.borrowed(kind, flags, threads=task.cpus() if task else 1) as mnet:
            for batch in chain([first], batches):
                mnet.ask(batch.column(index).to_pylist())
                waiting.append(batch.select(kept))
                if len(waiting) > 1:
                    yield with_answers(waiting.popleft(), mnet.answers())
            while waiting:
                yield with_answers(waiting.popleft(), mnet.answers())

    return pictures.mapInArrow(answered, StructType([fields[number] for number in kept] + StructType.fromDDL(ANSWER).fields))


def with_answers(batch: pa.RecordBatch, answers: list[mnet_stage.Answer]) -> pa.RecordBatch:
    columns = [pa.array([answer.get(name) for answer in answers], kind) for name, kind in ARROW.items()]
    return pa.RecordBatch.from_arrays([*batch.columns, *columns], names=[*batch.schema.names, *ARROW])


def main() -> None:
    parser = argparse.ArgumentParser(description="Labels pictures with mnet on Spark, and writes Parquet.")
    parser.add_argument("--partitions", type=int, help="parts of the work; by default four for each task slot")
    parser.add_argument("kind", choices=["paths", "bytes"], help="pictures that a text file lists, or those in a folder, read by Spark")
    parser.add_argument("pictures", help="the list, or the folder")
    parser.add_argument("out", help="the folder to write; must not exist")
    parser.add_argument("flags", nargs=argparse.REMAINDER, help="flags of mnet classify")
    options = parser.parse_args()
    session = SparkSession.builder.appName("mnet").getOrCreate()
    # A task has two batches in memory, and Spark's own 10,000 rows are too many where a row is a picture.
    session.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", 64)
    if options.kind == "paths":
        column, pictures = "path", session.read.text(options.pictures).withColumnRenamed("value", "path")
    else:
        files = session.read.format("binaryFile").option("recursiveFileLookup", True).load(options.pictures)
        column, pictures = "content", files.select("path", "content")
    parts = options.partitions or 4 * session.sparkContext.defaultParallelism
    classify(pictures.repartition(parts), column, options.flags).write.parquet(options.out)
    session.read.parquet(options.out).agg(count("*").alias("pictures"), count("error").alias("errors")).show()
    session.stop()


if __name__ == "__main__":
    main()
