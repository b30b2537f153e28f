#!/usr/bin/env python3
"""mnet beside ONNX Runtime and OpenVINO on this machine, in one run and in turn.

    peers.py export                        write the networks as ONNX, with random weights (torch, timm, transformers)
    peers.py latency [--threads 1,2] [--precision f32,bf16] [--network NAME]   pixels to logits, batch 1
    peers.py process PHOTO MODEL_DIR       a whole process for one photo: `mnet classify` beside Python, ONNX Runtime and Pillow
    peers.py folder DIR MODEL_DIR [--draft] [--precision f32,bf16]   pictures per second over the JPEG files of a folder

Speed does not depend on the values of weights. Engines take turns in rounds of about a second, so that a clock that drifts or a
neighbour that wakes up hits all of them; what is printed is the minimum and the median over all rounds, and the ratio of
ours to the faster of the peers at the same precision (ONNX Runtime has no bf16 on a CPU). Run it on a quiet machine. The binary is target/release/mnet, or --mnet PATH.

Packages: requirements.txt beside this file; only `export` needs the large ones.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# Name of the ONNX file, resolution, how mnet calls the network.
NETWORKS = [
    ("v1_1.0", 224, ["--model", "v1", "--alpha", "1.0"]),
    ("v1_0.75", 160, ["--model", "v1", "--alpha", "0.75"]),
    ("v1_0.25", 128, ["--model", "v1", "--alpha", "0.25"]),
    ("v2_1.0", 224, ["--model", "v2", "--alpha", "1.0"]),
    ("lite0", 224, ["--model", "lite0"]),
    ("v3-small", 224, ["--model", "mobilenetv3_small_100"]),
    ("v3-large", 224, ["--model", "mobilenetv3_large_100"]),
    ("v4-conv-small", 224, ["--model", "mobilenetv4_conv_small"]),
    ("v4-conv-medium", 224, ["--model", "mobilenetv4_conv_medium"]),
]
TIMM = {
    "v2_1.0": "mobilenetv2_100",
    "lite0": "efficientnet_lite0",
    "v3-small": "mobilenetv3_small_100",
    "v3-large": "mobilenetv3_large_100",
    "v4-conv-small": "mobilenetv4_conv_small",
    "v4-conv-medium": "mobilenetv4_conv_medium",
}
ROUNDS = 5
SECONDS = 1.0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mnet", default=ROOT / "target/release/mnet", help="the binary")
    parser.add_argument("--onnx", type=Path, default=ROOT / "target/onnx", help="folder of the ONNX files")
    commands = parser.add_subparsers(required=True)
    commands.add_parser("export").set_defaults(run=export)
    command = commands.add_parser("latency")
    command.add_argument("--threads", default="1,2")
    command.add_argument("--precision", default="f32", help="f32, bf16 or both; bf16 needs a processor that multiplies it")
    command.add_argument("--network", action="append", help="only these, such as v3-small")
    command.set_defaults(run=latency)
    command = commands.add_parser("process")
    command.add_argument("photo")
    command.add_argument("model")
    command.add_argument("--runs", type=int, default=20)
    command.set_defaults(run=process)
    command = commands.add_parser("folder")
    command.add_argument("folder")
    command.add_argument("model")
    command.add_argument("--network", default="v1_1.0_224", help="the ONNX file that MODEL_DIR is of")
    command.add_argument("--draft", action="store_true", help="JPEGs at a fraction of their size, on both sides")
    command.add_argument("--precision", default="f32", help="of mnet: f32, bf16 or both")
    command.set_defaults(run=folder)
    command = commands.add_parser("one")  # what `process` runs
    command.add_argument("photo")
    command.set_defaults(run=one)
    options = parser.parse_args()
    options.run(options)


def export(options):
    import timm
    import torch
    from transformers import MobileNetV1Config, MobileNetV1ForImageClassification

    class Logits(torch.nn.Module):
        def __init__(self, inner):
            super().__init__()
            self.inner = inner

        def forward(self, pixels):
            return self.inner(pixels).logits

    def network(name, resolution):
        if name.startswith("v1_"):
            config = MobileNetV1Config(
                depth_multiplier=float(name[3:]), image_size=resolution, num_labels=1001, tf_padding=False
            )
            return Logits(MobileNetV1ForImageClassification(config))
        return timm.create_model(TIMM[name], pretrained=False, exportable=True)

    torch.manual_seed(0)
    options.onnx.mkdir(parents=True, exist_ok=True)
    for name, resolution, _ in NETWORKS:
        pixels = torch.randn(1, 3, resolution, resolution)
        path = options.onnx / f"{name}_{resolution}.onnx"
        names = {"input_names": ["x"], "output_names": ["y"]}
        torch.onnx.export(network(name, resolution).eval(), (pixels,), path, dynamo=False, opset_version=17, **names)
        print(path)


def latency(options):
    print(f"{'network':14} {'res':>4} {'threads':>7} {'':4}   min / median, ms")
    for precision in options.precision.split(","):
        for threads in map(int, options.threads.split(",")):
            for name, resolution, flags in NETWORKS:
                if name not in (options.network or [name]):
                    continue
                engines = peers(options.onnx / f"{name}_{resolution}.onnx", resolution, threads, precision)
                seen = {engine: [] for engine in ["mnet", *engines]}
                for _ in range(ROUNDS):
                    seen["mnet"].append(ours(options.mnet, flags, resolution, threads, precision))
                    for engine, call in engines.items():
                        seen[engine].append(timed(call))
                report(f"{name:14} {resolution:4} {threads:7} {precision:4}", seen)


def peers(path, resolution, threads, precision):
    """One call per engine: a run on the same random pixels."""
    import numpy as np
    import onnxruntime
    import openvino

    pixels = np.random.default_rng(0).standard_normal((1, 3, resolution, resolution), np.float32)
    settings = {
        "PERFORMANCE_HINT": "LATENCY",
        "INFERENCE_NUM_THREADS": threads,
        "INFERENCE_PRECISION_HINT": precision,
    }
    model = openvino.Core().compile_model(path, "CPU", settings)
    ran = model.get_property("INFERENCE_PRECISION_HINT").get_type_name()
    if ran != precision:
        sys.exit(f"OpenVINO runs in {ran} on this processor, not in {precision}")
    request = model.create_infer_request()
    engines = {"OpenVINO": lambda: request.infer({0: pixels})}
    if precision == "f32":
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
        session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        engines = {"ONNX Runtime": lambda: session.run(None, {"x": pixels}), **engines}
    return engines


def timed(call):
    """Minimum and median of a round, ms."""
    for _ in range(10):
        call()
    times = []
    begin = time.perf_counter()
    while time.perf_counter() - begin < SECONDS:
        start = time.perf_counter()
        call()
        times.append((time.perf_counter() - start) * 1e3)
    return min(times), statistics.median(times)


def ours(mnet, flags, resolution, threads, precision):
    """Minimum and median of a round, ms: `mnet bench`, in a process of its own."""
    command = [mnet, "bench", *flags, "--res", str(resolution), "--threads", str(threads)]
    command += ["--precision", precision]
    command += ["--random-weights", "--json", "--quiet", "--min-time", str(SECONDS)]
    line = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    if line["precision"] != precision:
        sys.exit(f"mnet runs in {line['precision']} on this processor, not in {precision}")
    return line["ms"]["min"], line["ms"]["p50"]


def report(title, seen):
    figures = {
        engine: (min(least for least, _ in rounds), statistics.median(median for _, median in rounds))
        for engine, rounds in seen.items()
    }
    row = "  ".join(f"{engine} {least:.3f} / {median:.3f}" for engine, (least, median) in figures.items())
    mine = figures.pop("mnet")
    ratios = [mine[which] / min(figure[which] for figure in figures.values()) for which in (0, 1)]
    print(f"{title}   {row}   ratio {ratios[0]:.2f} / {ratios[1]:.2f}", flush=True)


def process(options):
    commands = {
        "mnet": [options.mnet, "classify", options.photo, "--model", options.model, "--quiet"],
        "Python": [sys.executable, __file__, "--onnx", options.onnx, "one", options.photo],
    }
    seen = {name: [] for name in commands}
    for run in range(options.runs + 1):
        for name, command in commands.items():
            figures = measured(command)
            if run > 0:  # the first fills the page cache
                seen[name].append(figures)
    medians = {name: [statistics.median(column) for column in zip(*runs)] for name, runs in seen.items()}
    for name, (wall, peak) in medians.items():
        print(f"{name:8} {wall * 1e3:7.1f} ms  {peak / 1024:6.1f} MiB peak  (medians of {options.runs})")
    ratios = [mine / theirs for mine, theirs in zip(medians["mnet"], medians["Python"])]
    print(f"ratio    {ratios[0]:7.3f} wall  {ratios[1]:6.3f} peak memory")


def measured(command):
    """Seconds from start to exit, and the child's own peak memory, KiB."""
    start = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    elapsed = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        sys.exit(f"{command[0]} ended with {child.returncode}")
    return elapsed, usage.ru_maxrss


def folder(options):
    """On all cores that this process may use; ONNX Runtime in f32, as it has no bf16 on a CPU."""
    files = sorted(str(path) for path in Path(options.folder).iterdir() if path.suffix in (".jpg", ".jpeg"))
    command = [options.mnet, "classify", "--recursive", options.folder, "--model", options.model, "--json", "--quiet"]
    command += ["--draft"] * options.draft
    ways = {f"mnet {name}": lambda name=name: run_in(name, command) for name in options.precision.split(",")}
    label = labeller(options)
    ways["Python"] = lambda: label(files)
    seconds = {name: [] for name in ways}
    for run in range(4):
        for name, way in ways.items():
            start = time.perf_counter()
            way()
            if run > 0:  # the first fills the page cache
                seconds[name].append(time.perf_counter() - start)
    rates = {name: len(files) / min(taken) for name, taken in seconds.items()}
    theirs = rates["Python"]
    row = ", ".join(f"{name} {rate:.1f} ({rate / theirs:.2f})" for name, rate in rates.items())
    print(f"{len(files)} files: {row} images/s, of Python's  (best of 3 in turn; mnet with its start-up)")


def run_in(precision, command):
    run = subprocess.run([*command, "--precision", precision], stdout=subprocess.PIPE, check=True)
    ran = json.loads(run.stdout.partition(b"\n")[0])["precision"]
    if ran != precision:
        sys.exit(f"mnet runs in {ran} on this processor, not in {precision}")


def labeller(options):
    """Labels files with ONNX Runtime and Pillow, one picture per thread."""
    from concurrent.futures import ThreadPoolExecutor

    import numpy as np
    import onnxruntime
    from PIL import Image

    side = int(options.network.rsplit("_", 1)[1])
    edge = int(side / 0.875)
    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads = 1
    path = options.onnx / f"{options.network}.onnx"
    session = onnxruntime.InferenceSession(path, settings, providers=["CPUExecutionProvider"])

    def label(path):
        image = Image.open(path)
        if options.draft:
            image.draft("RGB", (edge, edge))
        image = image.convert("RGB")
        scale = edge / min(image.size)
        image = image.resize([round(side * scale) for side in image.size], Image.BILINEAR)
        left, top = (image.size[0] - side) // 2, (image.size[1] - side) // 2
        pixels = np.asarray(image.crop((left, top, left + side, top + side)), np.float32) / 127.5 - 1
        logits = session.run(None, {"x": np.ascontiguousarray(pixels.transpose(2, 0, 1)[None])})[0][0]
        return logits.argsort()[-5:]

    def all_of(files):
        with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
            list(pool.map(label, files))

    return all_of


def one(options):
    """MobileNetV1 1.0-224 on one photo, as a script would do it."""
    import numpy as np
    import onnxruntime
    from PIL import Image

    session = onnxruntime.InferenceSession(options.onnx / "v1_1.0_224.onnx", providers=["CPUExecutionProvider"])
    image = Image.open(options.photo).convert("RGB")
    scale = 256 / min(image.size)
    image = image.resize([int(side * scale) for side in image.size], Image.BILINEAR)
    left, top = (image.size[0] - 224) // 2, (image.size[1] - 224) // 2
    pixels = np.asarray(image.crop((left, top, left + 224, top + 224)), np.float32) / 127.5 - 1
    logits = session.run(None, {"x": np.ascontiguousarray(pixels.transpose(2, 0, 1)[None])})[0][0]
    print(logits.argsort()[-5:][::-1])


if __name__ == "__main__":
    main()
