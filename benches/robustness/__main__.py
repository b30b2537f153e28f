"""What mnet does with bad files, bad moments and little memory, measured.

    robustness mutations [--count 100000]  altered small pictures of every format: processes that died, lines missing, slowest file
    robustness mixed [--count 2000]        good, damaged, huge and strange files under a limit of 1 GB, on 1, 2 and 8 threads
    robustness faults [--repeats 5]        signals, full disks, closed pipes, vanishing files and two writers in runs of 1,000 files
    robustness steady [--minutes 20]       memory, handles and threads of one process that never ends
    robustness largest                     the largest pictures that are allowed: processor time and memory
    robustness files FOLDER [--before PATH]  a table: each file before and after, and in Pillow

Run it as `python3 benches/robustness COMMAND`, on Linux; it needs Pillow. The binary is target/release/mnet, or --mnet PATH. The model
is V1 0.25-128 of $MNET_SHARED, and without it the built-in one at 96 px; neither matters for what is counted. The seed is fixed, so
two runs see the same files. Exit status 1 if anything was not as promised; --keep FOLDER gets the files to blame.

Some faults need root: a file system that is full, and files that nobody may read (mnet then runs as `nobody`).
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path

import faults
import files
import largest
import mixed
import mutations
import steady
from program import Program

ROOT = Path(__file__).resolve().parent.parent.parent


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mnet", type=Path, default=ROOT / "target/release/mnet", help="the binary")
    parser.add_argument("--model", type=Path, help="a checkpoint for --model")
    parser.add_argument("--keep", type=Path, help="copy the files to blame here")
    parser.add_argument("--seed", type=int, default=1)
    commands = parser.add_subparsers(required=True)
    for module in (mutations, mixed, faults, steady, largest, files):
        command = commands.add_parser(module.__name__, help=module.__doc__.splitlines()[0])
        module.arguments(command)
        command.set_defaults(run=module.run)
    options = parser.parse_args()
    options.root = ROOT
    options.program = Program(options.mnet.resolve(), model_flags(options.model))
    with tempfile.TemporaryDirectory(prefix="robustness-") as folder:
        # Everybody may enter it, `nobody` too.
        os.chmod(folder, 0o755)
        problems = options.run(options, Path(folder))
    for problem in problems:
        print("NOT AS PROMISED:", problem)
    sys.exit(bool(problems))


def model_flags(model):
    shared = os.environ.get("MNET_SHARED")
    if model is None and shared is not None:
        model = Path(shared) / "hub/coral/mobilenet_v1_0.25_128"
    return ["--res", "96"] if model is None else ["--model", str(model.resolve())]


if __name__ == "__main__":
    main()
