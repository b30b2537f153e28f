#!/usr/bin/env python3
"""Checks licences and sources of all dependencies against deny.toml: those two checks of cargo-deny, without building it.

    cargo metadata --locked --all-features --format-version 1 | python3 .ci/licences.py
"""

import json
import re
import sys
import tomllib
from pathlib import Path

RULES = tomllib.loads((Path(__file__).parent.parent / "deny.toml").read_text())
LICENCES = set(RULES["licenses"]["allow"])
REGISTRIES = {f"registry+{url}" for url in RULES["sources"]["allow-registry"]}


def is_allowed(expression):
    """Whether an SPDX expression can be met with allowed licences alone."""
    expression = expression.replace("/", " OR ")
    # Licences become True or False, the rest is Python's own grammar.
    licence = r"[\w.+-]+(?: WITH [\w.-]+)?"
    words = {"OR": "or", "AND": "and"}
    python = re.sub(licence, lambda m: words.get(m[0]) or str(m[0] in LICENCES), re.sub(r"\s+", " ", expression))
    return bool(re.fullmatch(r"(True|False|and|or|[() ])+", python)) and eval(python)


def main():
    packages = [package for package in json.load(sys.stdin)["packages"] if package["source"]]
    assert len(packages) > 100, "is this the output of cargo metadata?"
    faults = [
        f"{package['name']} {package['version']}: {fault}"
        for package in packages
        for fault, is_met in [
            (f"licence {package['license']}", is_allowed(package["license"] or "none")),
            (f"source {package['source']}", package["source"] in REGISTRIES),
        ]
        if not is_met
    ]
    print(*faults, f"{len(packages)} crates, {len(faults)} faults", sep="\n")
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
