#!/usr/bin/env python3
"""Checks that what describes the packages agrees with the tree. Builds nothing, so it says little: `packaging/release` is the proof."""

import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
# Made by `packaging/release`.
MADE = ("target/", "mnet.data/")


def faults():
    """What is wrong, a sentence each."""
    cargo = tomllib.loads((ROOT / "Cargo.toml").read_text())["package"]
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text())
    release = (ROOT / "packaging/release").read_text()
    project, deb, binstall = wheel["project"], cargo["metadata"]["deb"], cargo["metadata"]["binstall"]

    if project["license"] != cargo["license"]:
        yield f"pyproject.toml has the licence {project['license']}, Cargo.toml {cargo['license']}"
    files = [project["readme"], *project["license-files"], deb["license-file"][0], *(asset[0] for asset in deb["assets"])]
    for file in files:
        if not file.startswith(MADE) and not (ROOT / file).is_file():
            yield f"{file} is packed and does not exist"
    for asset, *_ in deb["assets"]:
        if asset.startswith("mnet.data/data/share/") and asset.removeprefix("mnet.data/data/share/").rstrip("*/") not in release:
            yield f"{asset} is packed, but packaging/release does not make it"
    # The address that `cargo binstall` fetches must end in the archive's name.
    parts = {"{ name }": cargo["name"], "{ version }": "$version", "{ target }": "$target"}
    folder = binstall["bin-dir"].split("/")[0]
    for placeholder, value in parts.items():
        folder = folder.replace(placeholder, value)
    if f'name="{folder}"' not in release or not binstall["pkg-url"].endswith(binstall["bin-dir"].split("/")[0] + ".tar.gz"):
        yield f"cargo binstall would look for {folder}.tar.gz, which packaging/release does not make"
    yield from licence_faults(release, deb["assets"])


def licence_faults(release, assets):
    """Whether the licences of all linked crates come with every package: archive and wheel take what lies in $share."""
    file = "share/doc/mnet/THIRD-PARTY-LICENSES"
    if f">${file}" not in release or not any(asset[0] == f"mnet.data/data/{file}" for asset in assets):
        yield f"{file} is not in every package"
    # Of all platforms, so that it does not depend on this one. Cargo may have to download the crates of the others first.
    metadata = subprocess.run(["cargo", "metadata", "--locked", "--format-version", "1"], cwd=ROOT, capture_output=True)
    made = subprocess.run([ROOT / "packaging/third-party"], input=metadata.stdout, capture_output=True)
    failed = next((run for run in (metadata, made) if run.returncode != 0), None)
    if failed:
        yield f"packaging/third-party: {failed.stderr.decode().strip()}"
    text = made.stdout.decode()
    for words in ["\n  candle-core, ", "\n  ring, ", "\nPermission is hereby granted", "Mozilla Public License"]:
        if made.returncode == 0 and words not in text:
            yield f"packaging/third-party does not print {words!r}"


if __name__ == "__main__":
    found = list(faults())
    print(*found, f"packages: {len(found)} faults", sep="\n")
    sys.exit(bool(found))
