#!/usr/bin/env python3
"""Stands in for mnet where a test needs one that dies: it runs $REAL_MNET, and passes on what that prints.

While the folder $MNET_FAULTS has a file `mnet`, the next process that has answered 20 pictures takes the file away and dies. If it has a file
`caller`, that process kills its parent.
"""

import os
import signal
import subprocess
import sys
from pathlib import Path

faults = Path(os.environ["MNET_FAULTS"])
with subprocess.Popen([os.environ["REAL_MNET"], *sys.argv[1:]], stdout=subprocess.PIPE) as mnet:
    for number, line in enumerate(mnet.stdout, start=1):
        sys.stdout.buffer.write(line)
        sys.stdout.buffer.flush()
        for victim, process in ("mnet", mnet.pid), ("caller", os.getppid()):
            if number >= 20 and (faults / victim).exists():
                try:
                    (faults / victim).unlink()
                except FileNotFoundError:
                    continue  # another process has taken it
                os.kill(process, signal.SIGKILL)
sys.exit(mnet.returncode)
