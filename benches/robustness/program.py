"""Runs of mnet: limits, what came out and when, how it ended."""

import base64
import json
import os
import resource
import signal
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass, field

# A run that takes longer hangs.
PATIENCE = 900
NOBODY = 65534


@dataclass
class Run:
    """What a run left."""

    code: int  # exit status; minus the signal, if one ended it
    seconds: float
    peak_mib: float
    records: list = field(default_factory=list)
    arrivals: list = field(default_factory=list)  # seconds after the start, one a record
    torn: list = field(default_factory=list)  # lines that are not JSON
    stderr: str = ""
    hung: bool = False

    @property
    def died(self):
        """Ended by a signal, an abort or a panic. 0, 1 and 2 are the statuses that mnet promises."""
        return self.code not in (0, 1, 2)

    def paths(self):
        return [path_of(record) for record in self.records]

    def slowest(self):
        """(seconds, record) of the longest wait for a record. On one thread that is the time it took."""
        starts = [0.0, *self.arrivals]
        waits = [after - before for before, after in zip(starts, self.arrivals)]
        return max(zip(waits, self.records), key=lambda pair: pair[0], default=(0.0, None))


@dataclass
class Program:
    binary: os.PathLike
    flags: list

    def command(self, *args):
        return [str(self.binary), "classify", *self.flags, "-k", "1", *map(os.fspath, args)]

    def start(self, *args, memory=None, size=None, user=None, **more):
        """A child with at most so many bytes of addresses, and of a file."""

        def limit():
            if memory is not None:
                resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
            if size is not None:
                resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

        if user is not None:
            more.update(user=user, group=user, extra_groups=[])
        environment = {**os.environ, "HF_HUB_OFFLINE": "1", "NO_COLOR": "1"}
        return subprocess.Popen(self.command(*args), preexec_fn=limit, env=environment, **more)

    def classify(self, paths, *args, **more):
        """Labels the files of a list; the records go through a pipe."""
        with tempfile.TemporaryFile() as listed, tempfile.TemporaryFile() as stderr:
            listed.write(b"".join(os.fsencode(path) + b"\0" for path in paths))
            listed.seek(0)
            start = time.perf_counter()
            child = self.start(
                "--files-from", "-", "-0", "--json", "--quiet", *args, stdin=listed, stdout=subprocess.PIPE, stderr=stderr, **more
            )
            watchdog = threading.Timer(PATIENCE, os.kill, (child.pid, signal.SIGKILL))
            watchdog.start()
            run = Run(0, 0.0, 0.0)
            for line in child.stdout:
                read_record(line, run, time.perf_counter() - start)
            run.code, run.peak_mib = ended(child)
            run.seconds = time.perf_counter() - start
            run.hung = not watchdog.is_alive()
            watchdog.cancel()
            stderr.seek(0)
            run.stderr = stderr.read().decode(errors="replace")
        return run


def read_record(line, run, arrival):
    try:
        if not line.endswith(b"\n"):
            raise ValueError("no newline")
        run.records.append(json.loads(line))
        run.arrivals.append(arrival)
    except ValueError:
        run.torn.append(line)


def ended(child):
    """How a child ended, and its peak memory, MiB."""
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    return child.returncode, usage.ru_maxrss / 1024


def unprivileged():
    """The user for runs that meet files which nobody may read: root reads everything."""
    return NOBODY if os.getuid() == 0 else None


def path_of(record):
    """The path as bytes. One that is not Unicode is there in base64 too."""
    encoded = record.get("path_bytes")
    return os.fsencode(record["path"]) if encoded is None else base64.b64decode(encoded)


def untimed(record):
    """A record without its times and the model's name: what must be the same in every run."""
    return json.dumps({key: value for key, value in record.items() if key not in ("ms", "model")}, sort_keys=True)


def outcome(record):
    """`answer`, or the kind of the error."""
    return record["error"]["kind"] if "error" in record else "answer"
