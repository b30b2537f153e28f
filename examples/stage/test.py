#!/usr/bin/env python3
"""Tests mnet_stage.py: `MNET=target/release/mnet python3 examples/stage/test.py`. Needs Python alone."""

import os
import unittest
from unittest import mock

import mnet_stage
from mnet_stage import MnetEnded, Stage, borrowed
from pictures import COUNT, FLAGS, Pictures, comparable


class StageTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.pictures = Pictures()
        cls.addClassCleanup(cls.pictures.remove)
        cls.expected = [answer for _, answer in cls.pictures.answers()]

    def test_every_path_has_the_answer_of_plain_mnet(self):
        with Stage("paths", FLAGS) as mnet:
            mnet.ask(self.pictures.paths)
            self.assertEqual([comparable(answer) for answer in mnet.answers()], self.expected)

    def test_bytes_have_the_same_answers_as_their_files(self):
        held = [picture for _, picture in self.pictures.bytes()]
        with Stage("bytes", FLAGS) as mnet:
            # All batches but the last are handed over before the first answer is taken: far more than the pipes hold.
            for batch in held[:150], held[150:]:
                mnet.ask(batch)
            answers = mnet.answers() + mnet.answers()
            self.assertTrue(mnet.is_idle)
        self.assertEqual([comparable(answer) for answer in answers], self.expected[:-1])

    def test_what_mnet_cannot_answer_once_is_an_error_of_its_own(self):
        paths = ["\ufeff", os.fsdecode(b"\xff.jpg"), None, "", "a\0b", "x" * 5000, "SHARD.TAR", "b.parquet", "c.zip", "d.tar/", "e.zip//.", self.pictures.paths[0]]
        paths += ["-", "/dev/stdin", str(self.pictures.folder), self.pictures.paths[0] + "/"]
        with Stage("paths", FLAGS) as mnet:
            mnet.ask(paths)
            answers = mnet.answers()
            self.assertEqual(len(answers), len(paths))
            self.assertEqual([index for index, answer in enumerate(answers) if "error" not in answer], [11])
        with Stage("bytes", FLAGS) as mnet:
            mnet.ask([None, b"", None])
            self.assertEqual([answer["error"]["message"] for answer in mnet.answers()][::2], ["is null"] * 2)
            with self.assertRaisesRegex(TypeError, "bytes were expected, and str was found"):
                mnet.ask([b"", "a.jpg"])
            self.assertFalse(mnet.is_idle)

    def test_an_mnet_that_dies_is_an_error_and_no_answer(self):
        self.pictures.kill_once("mnet")
        with Stage("paths", FLAGS) as mnet:
            mnet.ask(self.pictures.paths)
            with self.assertRaises(MnetEnded):
                mnet.answers()
            self.assertFalse(mnet.is_idle)
        self.assertTrue(self.pictures.has_killed())

    def test_an_answer_to_something_else_is_an_error(self):
        with Stage("paths", [*FLAGS, self.pictures.paths[0]]) as mnet:
            mnet.ask(self.pictures.paths[1:3])
            with self.assertRaisesRegex(MnetEnded, "was expected"):
                mnet.answers()
            self.assertFalse(mnet.is_idle)

    def test_an_mnet_that_cannot_run_says_why(self):
        with Stage("bytes", ["--model", "/no/such/folder"]) as mnet:
            mnet.ask([b"x" * 100_000] * COUNT)
            with self.assertRaisesRegex(MnetEnded, "/no/such/folder"):
                mnet.answers()
        with mock.patch.dict(os.environ, MNET="/no/such/mnet"), self.assertRaisesRegex(MnetEnded, "set MNET"):
            Stage("paths")
        unfit = {"-r": "-r", "--keep=cls": "--keep", "--output": "--output", "-ox.jsonl": "-o", "-qr": "-r", "--tar": "--tar"}
        for flag, name in unfit.items():
            with self.assertRaisesRegex(ValueError, f"^{name} cannot be used"):
                Stage("paths", [flag, "x"])
        mnet_stage.check(["-m", "v1", "-mroot/model", "-qk3"])

    def test_only_a_stage_without_open_questions_is_lent_again(self):
        with borrowed("paths", FLAGS) as first:
            first.ask(self.pictures.paths[:3])
            first.answers()
        with borrowed("paths", FLAGS) as second:
            self.assertIs(second, first)
            second.ask(self.pictures.paths[:3])
        with borrowed("paths", FLAGS) as third:
            self.assertIsNot(third, second)
            third.ask(self.pictures.paths[:1])
            self.assertEqual([comparable(answer) for answer in third.answers()], self.expected[:1])
        with borrowed("bytes", FLAGS) as other, self.assertRaises(KeyError):
            self.assertIsNot(other, third)
            self.assertFalse(third.is_idle)
            other.ask([b""])
            raise KeyError
        with borrowed("bytes", FLAGS) as killed:
            self.assertIsNot(killed, other)
        killed._mnet.kill()
        killed._mnet.wait()
        with borrowed("bytes", FLAGS) as last:
            self.assertIsNot(last, killed)
        last.close()
        self.assertEqual(self.pictures.processes_left(), [])


if __name__ == "__main__":
    unittest.main()
