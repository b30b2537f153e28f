#!/usr/bin/env python3
"""One mnet that answers pictures in memory, which are written to it as members of a tar."""
import json
import subprocess
import sys
import tarfile


def member(name, picture):
    info = tarfile.TarInfo(name)
    info.size = len(picture)
    return info.tobuf() + picture + bytes(-len(picture) % 512)


command = ["mnet", "classify", "--json", "--exit-zero", "--tar", "-"]
with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as mnet:
    for number, path in enumerate(sys.argv[1:]):
        with open(path, "rb") as file:
            mnet.stdin.write(member(str(number), file.read()))
        mnet.stdin.flush()
        answer = json.loads(mnet.stdout.readline())
        print(path, answer["top"][0]["label"] if "top" in answer else answer["error"]["message"], sep="\t")
    mnet.stdin.write(bytes(1024))  # the end of a tar
sys.exit(mnet.returncode)
