"""A signal at a random moment, into each kind of output; then --resume until the file is whole."""

import functools
import os
import signal
import time

from scene import PROMPT


def interrupted(number, flag, scene):
    output = scene.place() / "labels.jsonl"
    child = scene.start(flag, output)
    scene.moment()
    os.kill(child.pid, number)
    begin = time.perf_counter()
    code, stderr = scene.finish(child)
    if time.perf_counter() - begin > PROMPT:
        scene.blame(f"took {time.perf_counter() - begin:.1f} s to end")
    # By the signal itself, or by the status that a shell makes of it.
    if code not in (-number, 128 + number, 0, 1):
        scene.blame(f"ended with {code}: {stderr[-300:]}")
    # Once it has named the model, it listens.
    is_late = code not in (0, 1) and number != signal.SIGKILL and stderr.startswith("model ")
    if is_late and not ways_on(stderr):
        scene.blame(f"does not say how to go on: {stderr[-300:]!r}")
    text = output.read_bytes() if output.exists() else b""
    # Nobody can tidy up after SIGKILL.
    scene.note(scene.checked(text, torn=number == signal.SIGKILL))
    scene.resumed(output)


def ways_on(stderr):
    """Whether it says how to go on."""
    return "--resume" in stderr or "the same command" in stderr


def killed_again_and_again(scene):
    """SIGKILL until little is left to do."""
    output = scene.place() / "labels.jsonl"
    for _ in range(5):
        child = scene.start("--resume", output)
        time.sleep(scene.random.uniform(0.02, 0.3 * scene.seconds))
        os.kill(child.pid, signal.SIGKILL)
        scene.finish(child)
    scene.note(scene.checked(output.read_bytes() if output.exists() else b"", torn=True))
    scene.resumed(output)


SIGNALS = [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP, signal.SIGINT]
FAULTS = [
    *(
        (f"{number.name} during {flag}", functools.partial(interrupted, number, flag))
        for number in SIGNALS
        for flag in ("--resume", "--output")
    ),
    ("SIGKILL five times", killed_again_and_again),
]
