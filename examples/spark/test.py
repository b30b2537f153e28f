#!/usr/bin/env python3
"""Tests mnet_spark.py on two executors: `MNET=target/release/mnet python3 examples/spark/test.py`.

Needs Java and the packages in requirements.txt.
"""

import os
import sys
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "stage"))

os.environ["PYSPARK_PYTHON"] = sys.executable  # of the workers

import mnet_spark
import mnet_stage
from pictures import FLAGS, Pictures, comparable
from pyspark.sql import SparkSession


class SparkTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.pictures = Pictures()
        cls.addClassCleanup(cls.pictures.remove)
        cls.expected = cls.pictures.answers()
        builder = SparkSession.builder.master("local-cluster[2,1,1024]").config("spark.ui.enabled", False)
        builder = builder.config("spark.ui.showConsoleProgress", False).config("spark.sql.execution.arrow.maxRecordsPerBatch", 16)
        cls.session = builder.config("spark.log.level", "ERROR").getOrCreate()
        for module in mnet_stage, mnet_spark:
            cls.session.sparkContext.addPyFile(module.__file__)

    @classmethod
    def tearDownClass(cls):
        cls.session.stop()
        left = cls.pictures.processes_left()
        assert left == [], left

    def paths(self):
        return self.session.createDataFrame([(path,) for path in self.pictures.paths], ["path"]).repartition(4)

    def bytes(self):
        return self.session.createDataFrame(self.pictures.bytes(), ["path", "content"]).repartition(4)

    def assert_answers(self, labelled, expected):
        """Each picture has one answer, that of plain mnet."""
        rows = [row.asDict(recursive=True) for row in labelled.collect()]
        self.assertEqual(sorted((row["path"], comparable(row)) for row in rows), sorted(expected))

    def test_paths_have_the_answers_of_plain_mnet(self):
        labelled = mnet_spark.classify(self.paths(), "path", FLAGS)
        self.assertEqual(labelled.columns, ["path", "width", "height", "top", "error"])
        self.assert_answers(labelled, self.expected)

    def test_bytes_have_the_answers_of_plain_mnet(self):
        labelled = mnet_spark.classify(self.bytes(), "content", FLAGS)
        self.assertEqual(labelled.columns, ["path", "width", "height", "top", "error"])
        self.assert_answers(labelled, self.expected[:-1])

    def test_an_mnet_that_dies_loses_nothing_and_doubles_nothing(self):
        self.pictures.kill_once("mnet")
        self.assert_answers(mnet_spark.classify(self.paths(), "path", FLAGS), self.expected)
        self.assertTrue(self.pictures.has_killed())

    def test_a_python_worker_that_dies_loses_nothing_and_doubles_nothing(self):
        self.pictures.kill_once("caller")
        self.assert_answers(mnet_spark.classify(self.bytes(), "content", FLAGS), self.expected[:-1])
        self.assertTrue(self.pictures.has_killed())

    def test_an_executor_that_dies_loses_nothing_and_doubles_nothing(self):
        self.pictures.kill_once("executor")
        self.assert_answers(mnet_spark.classify(self.paths(), "path", FLAGS), self.expected)
        self.assertTrue(self.pictures.has_killed())

    def test_a_query_that_stops_early_does_not_spoil_the_next(self):
        self.assertEqual(mnet_spark.classify(self.paths(), "path", FLAGS).limit(3).count(), 3)
        self.assert_answers(mnet_spark.classify(self.paths(), "path", FLAGS), self.expected)

    def test_nulls_and_empty_partitions_are_answered_too(self):
        rows = self.session.createDataFrame([(1, None), (2, "")], "key int, path string").repartition(8)
        messages = {row.key: row.error.message for row in mnet_spark.classify(rows, "path", FLAGS).collect()}
        self.assertEqual(messages, {1: "is null", 2: "is not a path"})

    def test_what_cannot_run_says_why(self):
        with self.assertRaisesRegex(Exception, "/no/such/model"):
            mnet_spark.classify(self.paths(), "path", ["--model", "/no/such/model"]).collect()
        with self.assertRaisesRegex(ValueError, "--shard"):
            mnet_spark.classify(self.paths(), "path", ["--shard", "0/2"])
        numbers = self.session.range(3)
        with self.assertRaisesRegex(TypeError, "column id is bigint"):
            mnet_spark.classify(numbers, "id")
        with self.assertRaisesRegex(ValueError, "column width"):
            mnet_spark.classify(self.paths().selectExpr("path", "1 as Width"), "path")


if __name__ == "__main__":
    unittest.main()
