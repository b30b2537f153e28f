#!/usr/bin/env python3
"""Pictures per second and memory of mnet over files, tar, Parquet and zip, beside Python's loaders on the same pictures.

    loaders.py DIR --model MODEL_DIR --onnx FILE [--only NAME…] [--rounds 2] [--threads 2] [--timm NAME]

DIR is what pictures.py made. All take turns; what is printed is the best round of each. Peers:

    webdataset   the shards by `webdataset`, then Pillow and ONNX Runtime in a pool of threads
    datasets     the Parquet file by `datasets` (streaming), then the same
    files        a list of files, then the same
    timm         the files by torch's DataLoader with timm's transforms and timm's network (--timm; its own weights do not matter)

Memory is the largest sum of the proportional set size (Linux) of a process and its children. Answers of mnet from all its forms
are compared: they have to be equal. Packages: requirements.txt beside this file.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
INTERVAL = 0.2  # seconds between looks at the memory


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pictures", type=Path)
    parser.add_argument("--mnet", default=ROOT / "target/release/mnet", help="the binary")
    parser.add_argument("--model", help="for mnet: a checkpoint; by default the built-in model")
    parser.add_argument("--onnx", help="the same network for the peers")
    parser.add_argument("--res", type=int, default=224, help="of that network")
    parser.add_argument("--timm", help="the network of the timm script")
    parser.add_argument("--only", nargs="*", help="these contenders")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--peer", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.peer:
        print(PEERS[options.peer](options))
    else:
        compare(options)


def compare(options):
    count = sum(1 for _ in options.pictures.glob("files/*/*.jpg"))
    commands = contenders(options)
    best, answers = {}, {}
    for _ in range(options.rounds):
        for name, command in commands.items():
            if name not in (options.only or commands):
                continue
            with tempfile.TemporaryFile() as output:
                seconds, peak = measured(command, output)
                output.seek(0)
                if name.startswith("mnet"):
                    answers[name] = [answer(json.loads(line)) for line in output]
                    assert len(answers[name]) == count, (name, len(answers[name]))
                else:
                    assert int(output.read()) == count, name
            if name not in best or seconds < best[name][0]:
                best[name] = (seconds, peak)
    for name, (seconds, peak) in best.items():
        print(f"{name:16} {count / seconds:8.1f} images/s  {peak / 1024:7.1f} MiB  {seconds:7.1f} s")
    first, *others = answers.values()
    print("answers of mnet:", "equal" if all(other == first for other in others) else "DIFFERENT")


def contenders(options):
    mnet = [options.mnet, "classify", "--json", "--quiet", "--threads", str(options.threads)]
    mnet += ["--model", options.model] if options.model else []
    pictures = options.pictures
    shards = sorted(str(path) for path in pictures.glob("shards/*.tar"))
    peer = [sys.executable, __file__, str(pictures), "--threads", str(options.threads), "--res", str(options.res)]
    commands = {
        "mnet files": [*mnet, "-r", pictures / "files"],
        "mnet tar": [*mnet, *shards],
        "mnet parquet": [*mnet, pictures / "data.parquet"],
        "mnet zip": [*mnet, pictures / "pictures.zip"],
    }
    if options.onnx:
        for name in ("webdataset", "datasets", "files"):
            commands[name] = [*peer, "--onnx", options.onnx, "--peer", name]
    if options.timm:
        commands["timm"] = [*peer, "--timm", options.timm, "--peer", "timm"]
    return commands


def answer(record):
    return [(top["index"], top["score"]) for top in record["top"]]


def measured(command, output):
    """Seconds from start to exit, and the peak of memory in KiB, children included."""
    start = time.perf_counter()
    child = subprocess.Popen(command, stdout=output)
    peak, done = [0], threading.Event()

    def watch():
        while not done.wait(INTERVAL):
            peak[0] = max(peak[0], sum(map(proportional_set_size, tree(child.pid))))

    watcher = threading.Thread(target=watch)
    watcher.start()
    status = child.wait()
    seconds = time.perf_counter() - start
    done.set()
    watcher.join()
    if status != 0:
        sys.exit(f"{command[0]} ended with {status}")
    return seconds, peak[0]


def tree(pid):
    """A process and all its descendants."""
    yield pid
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return
    for child in children:
        yield from tree(int(child))


def proportional_set_size(pid):
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def labelled(options, pictures):
    """Labels encoded pictures with Pillow and ONNX Runtime, one per thread, a bounded number ahead: how many."""
    import io
    from collections import deque
    from concurrent.futures import ThreadPoolExecutor

    import numpy as np
    import onnxruntime
    from PIL import Image

    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(options.onnx, settings, providers=["CPUExecutionProvider"])
    side, edge = options.res, int(options.res / 0.875)

    def label(data):
        image = Image.open(io.BytesIO(data)).convert("RGB")
        scale = edge / min(image.size)
        image = image.resize([round(length * scale) for length in image.size], Image.BILINEAR)
        left, top = (image.size[0] - side) // 2, (image.size[1] - side) // 2
        pixels = np.asarray(image.crop((left, top, left + side, top + side)), np.float32) / 127.5 - 1
        logits = session.run(None, {"x": np.ascontiguousarray(pixels.transpose(2, 0, 1)[None])})[0][0]
        return logits.argsort()[-5:]

    count, waiting = 0, deque()
    with ThreadPoolExecutor(options.threads) as pool:
        for data in pictures:
            waiting.append(pool.submit(label, data))
            if len(waiting) > 4 * options.threads:
                waiting.popleft().result()
                count += 1
        for future in waiting:
            future.result()
            count += 1
    return count


def by_webdataset(options):
    import webdataset

    shards = sorted(str(path) for path in options.pictures.glob("shards/*.tar"))
    return labelled(options, (sample["jpg"] for sample in webdataset.WebDataset(shards, shardshuffle=False)))


def by_datasets(options):
    from datasets import Image, load_dataset

    file = str(options.pictures / "data.parquet")
    rows = load_dataset("parquet", data_files=file, split="train", streaming=True)
    rows = rows.cast_column("image", Image(decode=False))
    return labelled(options, (row["image"]["bytes"] for row in rows))


def by_files(options):
    return labelled(options, (path.read_bytes() for path in sorted(options.pictures.glob("files/*/*.jpg"))))


def by_timm(options):
    import timm
    import torch
    from timm.data import ImageDataset, create_transform, resolve_data_config

    torch.set_num_threads(options.threads)
    network = timm.create_model(options.timm, pretrained=False).eval()
    pictures = ImageDataset(options.pictures / "files")
    pictures.transform = create_transform(**resolve_data_config({}, model=network))
    loader = torch.utils.data.DataLoader(pictures, batch_size=64, num_workers=options.threads)
    count = 0
    with torch.inference_mode():
        for pixels, _ in loader:
            count += len(network(pixels).topk(5).indices)
    return count


PEERS = {"webdataset": by_webdataset, "datasets": by_datasets, "files": by_files, "timm": by_timm}

if __name__ == "__main__":
    main()
