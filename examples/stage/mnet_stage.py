"""mnet as a long-lived stage of another program: it is handed pictures, and returns one answer for each, in order.

    with Stage("paths", ["--top", "1"]) as mnet:
        mnet.ask(["a.jpg", "b.jpg"])
        print(mnet.answers())

Copy this file. It needs Python 3.9 and mnet, which is $MNET or the `mnet` on the path.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import re
import subprocess
import tarfile
import tempfile
import threading
from collections import deque
from queue import SimpleQueue
from typing import Any, Iterator, Optional, Sequence, Union

Answer = dict[str, Any]  # a line of `mnet classify --json`

INPUT = {"paths": ["--files-from", "-", "--null"], "bytes": ["--tar", "-"]}
# mnet answers every picture in such a file, and a row has one answer.
COLLECTIONS = (".tar", ".tar.gz", ".tgz", ".tar.zst", ".tzst", ".zip", ".parquet")
LONGEST_PATH = 4096
# With one of these a picture may have several answers, none, or none that is read here.
UNFIT = {"--shard", "--keep", "--glob", "--exclude", "--recursive", "-r", "--resume", "--dry-run", "--fail-fast"}
UNFIT |= {"--format", "--paths-only", "--print0", "--output", "-o", "--tar", "--files-from", "--help", "-h", "--version", "-V"}
SHORT_WITH_VALUE = "mkojb"


class MnetEnded(RuntimeError):
    """mnet ended before it had answered everything. The work can be given to another one: an answer depends on nothing but its picture."""


def check(flags: Sequence[str]) -> None:
    """Raises `ValueError` if one of these flags of `mnet classify` leaves a picture without its one answer."""
    if unfit := UNFIT & {name for flag in flags for name in names(flag)}:
        raise ValueError(f"{min(unfit)} cannot be used here: every picture has to have one answer")


def names(word: str) -> Iterator[str]:
    """The flags in a word of a command line: one, or several of one letter each, such as `-qr`."""
    if word.startswith("--"):
        yield word.partition("=")[0]
    elif word.startswith("-"):
        for letter in word[1:]:
            yield f"-{letter}"
            if letter in SHORT_WITH_VALUE:  # the rest of the word is the value
                break


class Stage:
    """One running mnet, for one thread of its caller.

    A caller that asks for the next batch before it takes the answers to the last one keeps mnet busy all the time.
    """

    def __init__(self, kind: str, flags: Sequence[str] = (), threads: int = 1) -> None:
        """Starts mnet for pictures of a kind: `paths`, or the `bytes` of picture files. `flags` are flags of `mnet classify`."""
        check(flags)
        self._kind = kind
        self._batches: deque[list[Union[bytes, Answer]]] = deque()  # what is awaited: a name, or an answer that is known already
        self._count = 0
        self._unwritten: SimpleQueue[Optional[bytes]] = SimpleQueue()
        if kind == "paths":
            self._unwritten.put(b"\0")  # no path, so that the first one is never searched for a byte order mark
        self._stderr = tempfile.TemporaryFile()
        program = os.environ.get("MNET", "mnet")
        command = [program, "classify", "--json", "--quiet", "--exit-zero", f"--threads={threads}", *INPUT[kind], *flags]
        try:
            self._mnet = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._stderr)
        except OSError as error:
            self._stderr.close()
            raise MnetEnded(f"cannot start {program}: {error.strerror}; install mnet there, or set MNET to its path") from error
        assert self._mnet.stdin and self._mnet.stdout
        self._stdin, self._stdout = self._mnet.stdin, self._mnet.stdout
        # On a thread of its own, because both pipes may be full.
        threading.Thread(target=self._write, daemon=True).start()

    def ask(self, items: Sequence[Union[str, bytes, None]]) -> None:
        """Hands over a batch: paths, or bytes of picture files. Does not wait."""
        batch: list[Union[bytes, Answer]] = []
        self._batches.append(batch)
        for item in items:
            batch.append(self._hand_over(item))

    def answers(self) -> list[Answer]:
        """Waits for the answers to the oldest batch, one for each item.

        Raises `MnetEnded` if mnet ended. This object is then of no more use.
        """
        answers = [self._read(name) if isinstance(name, bytes) else name for name in self._batches[0]]
        self._batches.popleft()
        return answers

    @property
    def is_idle(self) -> bool:
        """Whether it runs, and every answer has been taken."""
        return not self._batches and self._mnet.poll() is None

    def close(self) -> None:
        """Ends mnet, whether or not it has answered everything."""
        self._mnet.kill()
        self._mnet.wait()
        self._unwritten.put(None)
        self._stdout.close()
        self._stderr.close()

    def __enter__(self) -> Stage:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _hand_over(self, item: Union[str, bytes, None]) -> Union[bytes, Answer]:
        if item is None:
            return failed("is null")
        if isinstance(item, str) != (self._kind == "paths"):
            raise TypeError(f"{self._kind} were expected, and {type(item).__name__} was found")
        if isinstance(item, bytes):
            self._count += 1
            name = str(self._count)
            self._unwritten.put(member(name, item))
            return name.encode()
        path = item.encode(errors="surrogateescape")
        if not path or b"\0" in path or len(path) > LONGEST_PATH:
            return failed("is not a path")
        if re.sub(r"(/\.?)+$", "", item).lower().endswith(COLLECTIONS):  # mnet takes `x.tar/` for x.tar
            return failed("holds many pictures, and one was expected")
        self._unwritten.put(path + b"\0")
        return path

    def _write(self) -> None:
        # An mnet that has ended is noticed where its answers are read.
        with contextlib.suppress(OSError), self._stdin as pipe:
            while (item := self._unwritten.get()) is not None:
                pipe.write(item)
                pipe.flush()

    def _read(self, name: bytes) -> Answer:
        line = self._stdout.readline()
        if not line.endswith(b"\n"):
            status = self._mnet.wait()
            self._stderr.seek(max(0, self._stderr.seek(0, os.SEEK_END) - 2000))
            raise MnetEnded(f"mnet ended with status {status}: {self._stderr.read().decode(errors='replace').strip()}")
        answer = json.loads(line)
        found = base64.b64decode(answer["path_bytes"]) if "path_bytes" in answer else answer["path"].encode()
        if found != name:
            raise MnetEnded(f"mnet answered {found!r} where {name!r} was expected")
        return answer


def failed(message: str) -> Answer:
    """An answer of the form that mnet gives it."""
    return {"error": {"kind": "io", "message": message}}


def member(name: str, picture: bytes) -> bytes:
    """A picture as a member of a tar."""
    info = tarfile.TarInfo(name)
    info.size = len(picture)
    return b"".join([info.tobuf(), picture, bytes(-len(picture) % tarfile.BLOCKSIZE)])


_idle: list[tuple[object, Stage]] = []


@contextlib.contextmanager
def borrowed(kind: str, flags: Sequence[str] = (), threads: int = 1) -> Iterator[Stage]:
    """The stage that an earlier user in this process has returned, or a new one.

    It is returned only once all its answers have been taken, so no answer can reach another user.
    """
    key = (kind, tuple(flags), threads, os.environ.get("MNET"))
    stage = None
    while _idle and stage is None:
        found, candidate = _idle.pop()
        if found == key and candidate.is_idle:
            stage = candidate
        else:
            candidate.close()
    stage = stage or Stage(kind, flags, threads)
    try:
        yield stage
    finally:
        if stage.is_idle:
            _idle.append((key, stage))
        else:
            stage.close()
