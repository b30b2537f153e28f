#!/usr/bin/env python3
"""Stands in for mnet where a test needs one that dies: it runs $REAL_MNET, and passes on what that prints.

While the folder $MNET_FAULTS has a file `mnet`, the next process that has answered 20 pictures takes the file away and dies. If it has a file
`caller`, that process kills its parent; with `executor` that of Spark, which is two generations older.
"""

import os
import signal
import subprocess
import sys
from pathlib import Path


def parent(process):
    return int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])


faults = Path(os.environ["MNET_FAULTS"])
with subprocess.Popen([os.environ["REAL_MNET"], *sys.argv[1:]], stdout=subprocess.PIPE) as mnet:
    for number, line in enumerate(mnet.stdout, start=1):
        sys.stdout.buffer.write(line)
        sys.stdout.buffer.flush()
        for victim in ("mnet", "caller", "executor"):
            if number >= 20 and (faults / victim).exists():
                try:
                    (faults / victim).unlink()
                except FileNotFoundError:
                    continue  # another process has taken it
                caller = os.getppid()
                os.kill({"mnet": mnet.pid, "caller": caller}.get(victim) or parent(parent(caller)), signal.SIGKILL)
sys.exit(mnet.returncode)
