#!/usr/bin/env python3
"""What bf16 changes: the same pictures answered in f32 and in bf16 by `mnet classify`.

    precision.py PICTURES MODEL...      folders of pictures, searched; models as `--model` takes them

Per model: pictures, how many have the same best class in both, and the largest and the mean change of that class's score. Python's
own library only. The binary is target/release/mnet, or --mnet PATH.
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
    """Scores of all classes by index, of every picture that has an answer."""
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
