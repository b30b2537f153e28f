#!/usr/bin/env python3
"""Tests mnet_ray.py with two actors: `MNET=target/release/mnet python3 examples/ray/test.py`.

Needs the packages in requirements.txt.
"""

import os
import sys
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "stage"))
# Workers of Ray import the modules by this.
os.environ["PYTHONPATH"] = os.pathsep.join([str(HERE), str(HERE.parent / "stage")])
# They would wait behind everything else that a busy machine does.
os.environ["RAY_worker_niceness"] = "0"

import mnet_ray
import ray
from pictures import FLAGS, Pictures, comparable


class RayTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.pictures = Pictures()
        cls.addClassCleanup(cls.pictures.remove)
        cls.expected = cls.pictures.answers()
        mnet_ray.BATCH = 16
        # Two for the actors, and one for what reads.
        ray.init(address="local", num_cpus=3, include_dashboard=False, log_to_driver=False)
        ray.data.DataContext.get_current().enable_progress_bars = False

    @classmethod
    def tearDownClass(cls):
        ray.shutdown()
        left = cls.pictures.processes_left()
        assert left == [], left

    def paths(self):
        return ray.data.from_items([{"path": path} for path in self.pictures.paths], override_num_blocks=4)

    def bytes(self):
        items = [{"path": path, "bytes": picture} for path, picture in self.pictures.bytes()]
        return ray.data.from_items(items, override_num_blocks=4)

    def assert_answers(self, labelled, expected):
        """Each picture has one answer, that of plain mnet."""
        rows = labelled.take_all()
        self.assertEqual(set(rows[0]), {"path", "width", "height", "top", "error"})
        self.assertEqual(sorted((row["path"], comparable(row)) for row in rows), sorted(expected))

    def test_paths_have_the_answers_of_plain_mnet(self):
        self.assert_answers(mnet_ray.classify(self.paths(), "path", FLAGS, actors=2), self.expected)

    def test_an_mnet_that_dies_loses_nothing_and_doubles_nothing(self):
        self.pictures.kill_once("mnet")
        self.assert_answers(mnet_ray.classify(self.bytes(), "bytes", FLAGS, actors=2), self.expected[:-1])
        self.assertTrue(self.pictures.has_killed())

    def test_an_actor_that_dies_loses_nothing_and_doubles_nothing(self):
        self.pictures.kill_once("caller")
        self.assert_answers(mnet_ray.classify(self.paths(), "path", FLAGS, actors=2), self.expected)
        self.assertTrue(self.pictures.has_killed())

    def test_what_cannot_run_says_why(self):
        with self.assertRaisesRegex(Exception, "/no/such/model"):
            mnet_ray.classify(self.paths(), "path", ["--model", "/no/such/model"], actors=1).take_all()
        with self.assertRaisesRegex(ValueError, "--shard"):
            mnet_ray.classify(self.paths(), "path", ["--shard", "0/2"], actors=1)


if __name__ == "__main__":
    unittest.main()
