#!/usr/bin/env python3
"""Labels the pictures that stdin names, a path a line: `find photos -name '*.jpg' | python3 labels.py`"""
import json
import subprocess
import sys

command = ["mnet", "classify", "--json", "--files-from", "-"]
with subprocess.Popen(command, stdin=sys.stdin, stdout=subprocess.PIPE, encoding="utf-8") as mnet:
    for line in mnet.stdout:  # each as soon as it is known
        picture = json.loads(line)
        label = picture["top"][0]["label"] if "top" in picture else picture["error"]["message"]
        print(picture["path"], label, sep="\t", flush=True)
sys.exit(mnet.returncode)
