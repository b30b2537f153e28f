#!/usr/bin/env python3
"""Measures what bf16 changes: `mnet classify` answers the same pictures in f32 and in bf16.

    precision.py PICTURES MODEL...      a folder of pictures, which is searched; models as for `--model`

For each model it prints the number of pictures, how many have the same best class in both, and the largest and mean change of the score
of that class. It needs only Python's standard library. The binary is target/release/mnet, or --mnet PATH.
"""

import argparse
import json
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mnet", default=ROOT / "target/release/mnet", help="the binary")
    parser.add_argument("pictures")
    parser.add_argument("models", nargs="+")
    options = parser.parse_args()
    print("model | pictures | same best class | largest change of its score | mean change")
    for model in options.models:
        full, half = (answers(options, model, precision) for precision in ("f32", "bf16"))
        assert full.keys() == half.keys(), "both answer the same pictures"
        changes = [abs(classes[best(classes)] - half[path][best(classes)]) for path, classes in full.items()]
        same = sum(best(full[path]) == best(half[path]) for path in full)
        print(f"{model} | {len(full)} | {same} | {max(changes):.4f} | {sum(changes) / len(changes):.5f}", flush=True)


def answers(options, model, precision):
    """The scores of all classes by index, for every picture that has an answer."""
    command = [options.mnet, "classify", "-r", options.pictures, "--model", model, "--precision", precision]
    command += ["--json", "--quiet", "-k", "100000"]
    output = subprocess.run(command, stdout=subprocess.PIPE, check=False, text=True).stdout
    records = [json.loads(line) for line in output.splitlines()]
    answered = [record for record in records if "top" in record]
    assert all(record["precision"] == precision for record in answered), f"{precision} did not run"
    return {record["path"]: {row["index"]: row["score"] for row in record["top"]} for record in answered}


def best(classes):
    return max(classes, key=classes.get)


if __name__ == "__main__":
    main()
