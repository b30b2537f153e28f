"""Signals, full disks, closed pipes, vanishing files and two writers, at random moments of runs of 1,000 files."""

import dataclasses
import os

import fault_files
import fault_outputs
import fault_signals
from scene import scene

# Each module has a table of (name, one try).
FAULTS = [*fault_signals.FAULTS, *fault_outputs.FAULTS, *fault_files.FAULTS]


def arguments(command):
    command.add_argument("--repeats", type=int, default=5)
    command.add_argument("--only", default="", help="those whose name has this in it")


def run(options, folder):
    base, problems = scene(options, folder), []
    for name, attempt in FAULTS:
        if options.only not in name:
            continue
        if missing := lacks(options, getattr(attempt, "needs", None)):
            print(f"{name:34} skipped: needs {missing}")
            continue
        one = dataclasses.replace(base, problems=[], ends=type(base.ends)(), done=[])
        for _ in range(options.repeats):
            attempt(one)
        one.row(name, options.repeats)
        problems += [f"{name}: {problem}" for problem in one.problems]
    return problems


def lacks(options, need):
    """What an attempt needs, unless it is there."""
    there = {"root": os.getuid() == 0, "--model": "--model" in options.program.flags}
    return None if there.get(need, True) else need
