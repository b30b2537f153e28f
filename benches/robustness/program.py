"""Runs of mnet: limits, what came out and when, how it ended."""

import base64
import contextlib
import json
import os
import resource
import signal
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

# A run that takes longer hangs.
PATIENCE = 900
# How long a complete list stays open for the last record, seconds.
LAST_RECORD = 60
NOBODY = 65534


@dataclass
class Run:
    """What a run left."""

    code: int = 0  # exit status; minus the signal, if one ended it
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    peak_mib: float = 0.0  # stays 0 if not every record came
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
        """A child that signals reach, with at most so many bytes of addresses, and of a file."""

        def limit():
            # A shell ignores SIGINT for what runs in the background, and mnet leaves ignored signals alone.
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_DFL)
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
        run, complete = Run(), threading.Event()
        with tempfile.TemporaryFile() as stderr:
            start = time.perf_counter()
            child = self.start(
                *("--files-from", "-", "-0", "--json", "--quiet", *args),
                **{"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": stderr, **more},
            )
            watchdog = threading.Timer(PATIENCE, os.kill, (child.pid, signal.SIGKILL))
            feeder = threading.Thread(target=feed, args=(child.stdin, paths, complete))
            watchdog.start()
            feeder.start()
            for line in child.stdout:
                read_record(line, run, time.perf_counter() - start)
                if len(run.records) + len(run.torn) == len(paths):
                    run.peak_mib = peak_mib(child.pid)
                    complete.set()
            complete.set()
            feeder.join()
            run.code, run.cpu_seconds = ended(child)
            run.seconds, run.hung = time.perf_counter() - start, not watchdog.is_alive()
            watchdog.cancel()
            stderr.seek(0)
            run.stderr = stderr.read().decode(errors="replace")
        return run


def feed(stdin, paths, complete):
    """Gives the list, and keeps it open until every record came: a process that has ended cannot tell its peak memory.

    `ru_maxrss` does not do: a child's begins with the memory of the Python that it was forked from.
    """
    with contextlib.suppress(BrokenPipeError), stdin:
        stdin.write(b"".join(os.fsencode(path) + b"\0" for path in paths))
        stdin.flush()
        complete.wait(LAST_RECORD)


def status(pid):
    return dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())


def peak_mib(pid):
    return int(status(pid)["VmHWM"].split()[0]) / 1024


def read_record(line, run, arrival):
    try:
        if not line.endswith(b"\n"):
            raise ValueError("no newline")
        run.records.append(json.loads(line))
        run.arrivals.append(arrival)
    except ValueError:
        run.torn.append(line)


def ended(child):
    """How a child ended, and its processor time in seconds."""
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    return child.returncode, usage.ru_utime + usage.ru_stime


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
