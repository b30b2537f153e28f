"""What the tests of the engines share: a folder of small pictures, what mnet says about them by itself, and an mnet that dies on request.

$MNET is the mnet to test, and $MNET_FLAGS has flags for it, such as `--model FOLDER`.
"""

import json
import os
import random
import shlex
import shutil
import struct
import subprocess
import tempfile
import time
from pathlib import Path

FLAGS = shlex.split(os.environ.get("MNET_FLAGS", ""))
COUNT = 200


class Pictures:
    """Pictures of a few kilobytes, so that a batch of them does not fit into a pipe. The last three cannot be labelled."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp())
        self.mnet = shutil.which(os.environ.get("MNET", "mnet"))
        if self.mnet is None:
            raise FileNotFoundError("no mnet: set MNET to its path")
        (self.folder / "pictures").mkdir()
        self.paths = [str(self.folder / f"pictures/{index:03} ü.ppm") for index in range(COUNT)]
        for index, path in enumerate(self.paths[:-3]):
            Path(path).write_bytes(picture(index))
        Path(self.paths[-3]).write_bytes(b"")
        Path(self.paths[-2]).write_bytes(b"no picture")  # and the last one is missing
        self.faults = self.folder / "faults"
        self.faults.mkdir()
        # What the engines start inherits these.
        os.environ["MNET"] = str(Path(__file__).resolve().with_name("faulty_mnet.py"))
        os.environ["REAL_MNET"] = os.path.abspath(self.mnet)
        os.environ["MNET_FAULTS"] = str(self.faults)

    def bytes(self):
        """Paths and what the files hold."""
        return [(path, Path(path).read_bytes()) for path in self.paths[:-1]]

    def answers(self):
        """What mnet says by itself: pairs of a path and its answer, in order."""
        command = [self.mnet, "classify", "--json", "--exit-zero", "--quiet", "--files-from", "-", *FLAGS]
        paths = "\n".join(self.paths)
        printed = subprocess.run(command, input=paths, stdout=subprocess.PIPE, check=True, encoding="utf-8").stdout
        return [(answer["path"], comparable(answer)) for answer in map(json.loads, printed.splitlines())]

    def kill_once(self, victim):
        """Lets `mnet`, its `caller` or Spark's `executor` die after some answers."""
        (self.faults / victim).touch()

    def has_killed(self):
        return not any(self.faults.iterdir())

    def processes_left(self):
        """Which mnets still run, once those that have lost their caller have had time to notice."""
        deadline = time.monotonic() + 60
        while left := [process for process in Path("/proc").glob("[0-9]*") if self._runs_mnet(process)]:
            if time.monotonic() > deadline:
                break
            time.sleep(0.1)
        return left

    def _runs_mnet(self, process):
        try:
            is_ours = str(self.faults).encode() in (process / "environ").read_bytes()
            return is_ours and b"\0classify\0" in (process / "cmdline").read_bytes()
        except OSError:  # it has ended
            return False

    def remove(self):
        shutil.rmtree(self.folder)


def picture(seed):
    """A picture file (PPM) of noise."""
    numbers = random.Random(seed)
    width, height = numbers.randrange(40, 90), numbers.randrange(40, 90)
    return b"P6 %d %d 255\n" % (width, height) + numbers.randbytes(3 * width * height)


def comparable(answer):
    """What an answer says, whether it is a line of JSON or a row of an engine, where scores are of 32 bits."""
    top = [(row["index"], row.get("wnid"), row["label"], single(row["score"])) for row in answer.get("top") or []]
    error = answer.get("error") and (answer["error"]["kind"], answer["error"]["message"])
    return answer.get("width"), answer.get("height"), top, error


def single(number):
    return struct.unpack("f", struct.pack("f", number))[0]
