#!/usr/bin/env python3
"""One mnet that answers one path after the other, for as long as this program runs."""
import json
import os
import subprocess
import sys


class Mnet:
    def __init__(self, *flags):
        ready, told = os.pipe()
        command = ["mnet", "classify", "--json", "--exit-zero", "--files-from", "-", "-0"]
        command += ["--ready-fd", str(told), *flags]
        self.mnet = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, pass_fds=[told])
        os.close(told)
        if os.read(ready, 1) != b"\n":
            raise RuntimeError("mnet did not start: its message is on stderr")

    def ask(self, path):
        self.mnet.stdin.write(os.fsencode(path) + b"\0")
        self.mnet.stdin.flush()
        return json.loads(self.mnet.stdout.readline())

    def close(self):
        self.mnet.stdin.close()
        return self.mnet.wait()


if __name__ == "__main__":
    stage = Mnet()
    for path in sys.argv[1:]:
        answer = stage.ask(path)
        print(path, answer["top"][0]["label"] if "top" in answer else answer["error"]["message"], sep="\t")
    sys.exit(stage.close())
