//! What other programs call commands, flags and values that mnet has. A new name is a word in a row.

/// Words for a command.
pub(super) struct ForeignCommand {
    /// The command they follow.
    pub(super) of: &'static str,
    pub(super) names: &'static [&'static str],
    pub(super) instead: &'static [&'static str],
}

/// Names of a flag.
pub(super) struct ForeignFlag {
    pub(super) names: &'static [&'static str],
    pub(super) instead: Instead,
}

/// What stands in place of a flag.
pub(super) enum Instead {
    /// Another flag, with the same value.
    Flag(&'static str),
    /// Words that say the same. A number after the flag is not kept.
    Words(&'static [&'static str]),
    /// Nothing: its value is a path.
    Path,
}

use Instead::{Flag, Path, Words};

const fn command(
    of: &'static str,
    names: &'static [&'static str],
    instead: &'static [&'static str],
) -> ForeignCommand {
    ForeignCommand { of, names, instead }
}

const fn row(names: &'static [&'static str], instead: Instead) -> ForeignFlag {
    ForeignFlag { names, instead }
}

#[rustfmt::skip]
pub(super) const COMMANDS: &[ForeignCommand] = &[
    command("mnet", &["predict", "label", "infer", "inference", "run", "detect", "recognize", "recognise", "tag", "classification"], &["classify"]),
    command("mnet", &["benchmark", "perf", "speed", "time", "profile"], &["bench"]),
    command("mnet", &["recommend", "select", "pick", "suggest", "search", "best"], &["choose"]),
    command("mnet", &["evaluate", "val", "validate", "test", "accuracy", "score"], &["eval"]),
    command("mnet", &["embedding", "embeddings", "encode", "features", "extract", "vectors", "vectorize"], &["embed"]),
    command("mnet", &["list", "ls"], &["models", "list"]),
    command("mnet", &["download", "pull", "fetch", "get"], &["models", "pull"]),
    command("mnet", &["show", "info"], &["models", "show"]),
    command("mnet", &["layers", "summary", "graph", "describe"], &["inspect"]),
    command("mnet", &["verify", "check"], &["models", "verify"]),
    command("mnet", &["completion", "completions"], &["generate", "complete-bash"]),
    command("mnet", &["man"], &["generate", "man", "."]),
    command("mnet", &["version"], &["--version"]),
    command("mnet models", &["ls", "search", "all"], &["list"]),
    command("mnet models", &["download", "fetch", "get", "add", "install"], &["pull"]),
    command("mnet models", &["info", "inspect", "describe", "view"], &["show"]),
    command("mnet models", &["remove", "delete", "del", "uninstall", "prune"], &["rm"]),
    command("mnet models", &["check"], &["verify"]),
    command("mnet models", &["cache", "path", "folder", "where"], &["dir"]),
];

#[rustfmt::skip]
pub(super) const FLAGS: &[ForeignFlag] = &[
    row(&["--threshold", "--thresh", "--conf", "--confidence", "--min-confidence", "--conf-thres", "--score", "--score-threshold", "--min-prob",
          "--min-probability", "--prob", "--probability", "--cutoff"], Flag("--min-score")),
    row(&["--topk", "--k", "--num-results", "--max-results", "--results", "--limit", "--count", "-n"], Flag("-k")),
    row(&["--top1", "--top-1", "-1"], Words(&["-k", "1"])),
    row(&["--top5", "--top-5", "-5"], Words(&["-k", "5"])),
    row(&["--all"], Words(&["-k", "1000"])),

    row(&["--gpu", "--gpus", "--cuda", "--use-gpu", "--use-cuda"], Words(&["--device", "cuda"])),
    row(&["--cpu", "--no-gpu", "--no-cuda"], Words(&["--device", "cpu"])),
    row(&["--mps"], Words(&["--device", "metal"])),
    row(&["-d", "--gpu-id", "--accelerator"], Flag("--device")),

    row(&["--csv"], Words(&["--format", "csv"])),
    row(&["--markdown", "--md", "--export-markdown"], Words(&["--format", "markdown"])),
    row(&["--parquet"], Words(&["--format", "parquet"])),
    row(&["--npy", "--numpy"], Words(&["--format", "npy"])),
    row(&["--normalized", "--normalised", "--normalize-embeddings", "--l2", "--l2-normalize", "--unit"], Words(&["--normalise"])),
    row(&["--pooling", "--pooled"], Words(&["--layer", "pooled"])),
    row(&["--jsonl", "--ndjson", "--json-lines"], Words(&["--json"])),
    row(&["--text", "--plain"], Words(&["--format", "text"])),
    row(&["-f", "--output-format", "--out-format", "--fmt", "--type"], Flag("--format")),
    row(&["--out", "--outfile", "--out-file", "--output-file", "--save", "--save-to", "--write"], Flag("--output")),
    row(&["--append", "--continue"], Flag("--resume")),
    row(&["--probs", "--probabilities", "--raw", "--scores"], Words(&["--logits"])),

    row(&["--size", "--resolution", "--img-size", "--image-size", "--imgsz", "--img", "--input-size", "--input-res", "--input-resolution",
          "--crop-size", "-s"], Flag("--res")),
    row(&["--width-mult", "--width-multiplier", "--multiplier", "--depth-multiplier", "--alfa", "-a"], Flag("--alpha")),
    row(&["--weights", "--weight", "--checkpoint", "--ckpt", "--net", "--network", "--arch", "--architecture", "--backbone", "--pretrained", "--model-name",
          "--model-path", "--model-file", "--model-id", "-w", "-c"], Flag("--model")),
    // Where the model is an argument.
    row(&["--model", "-m"], Path),
    row(&["--class-names", "--classnames", "--class-file", "--labels-file", "--label-file", "--names", "--labelmap", "-l"], Flag("--labels")),
    row(&["--interp", "--resample", "--resampling"], Flag("--interpolation")),
    row(&["--stdev", "--deviation"], Flag("--std")),

    row(&["--class", "--filter", "--include-class", "--include-classes", "--include-label", "--include-labels"], Flag("--only")),
    row(&["--except", "--without", "--exclude-class", "--exclude-classes", "--exclude-label", "--exclude-labels"], Flag("--not")),

    row(&["--image", "--images", "--img-path", "--image-path", "--input", "--inputs", "--file", "--files", "--source", "--src", "--photo", "--picture", "--path", "-i"], Path),
    row(&["--dir", "--directory", "--folder", "--input-dir", "--image-dir", "-R", "--recurse", "--subfolders"], Words(&["-r"])),
    row(&["--list", "--file-list", "--files-list", "--from-file", "--files0-from", "-T"], Flag("--files-from")),
    row(&["--stdin"], Words(&["-"])),
    row(&["--pattern", "--include", "--name"], Flag("--glob")),
    row(&["--ignore", "--skip"], Flag("--exclude")),
    row(&["--depth", "--maxdepth", "--max-levels"], Flag("--max-depth")),
    row(&["--follow-links", "--follow-symlinks", "-L"], Words(&["--follow"])),

    row(&["--jobs", "--num-threads", "--n-threads", "--nthreads", "--workers", "--num-workers", "--cores", "--parallel", "--concurrency", "-t"], Flag("--threads")),
    row(&["--bs"], Flag("--batch")),
    row(&["--mem", "--max-memory", "--memory-limit", "--ram"], Flag("--memory")),
    row(&["--no-op", "--noop", "--simulate", "--just-print"], Words(&["--dry-run"])),
    row(&["--stop-on-error", "--exit-on-error", "-x"], Words(&["--fail-fast"])),
    row(&["--silent", "--quite"], Words(&["--quiet"])),
    row(&["--no-color", "--no-colour", "--nocolor", "--monochrome"], Words(&["--color", "never"])),
    row(&["--colour"], Flag("--color")),
    row(&["--no-bar", "--no-progress-bar", "--disable-progress"], Words(&["--no-progress"])),
    row(&["--cache", "--cache-folder", "--hub-cache"], Flag("--cache-dir")),
    row(&["--local", "--no-network", "--no-download", "--local-files-only"], Words(&["--offline"])),
    row(&["--hub", "--hf-endpoint", "--mirror"], Flag("--endpoint")),
    row(&["--runs", "--iterations", "--iters", "--repeat", "--duration"], Flag("--min-time")),
    row(&["--warmup", "-W"], Flag("--warm-up")),
    row(&["--max-latency", "--latency", "--max-time", "--ms", "--budget"], Flag("--max-ms")),
    row(&["--min-accuracy", "--min-acc", "--min-top-1", "--accuracy"], Flag("--min-top1")),
    row(&["--max-macs", "--macs", "--max-multadds", "--mult-adds"], Flag("--max-mult-adds")),
    row(&["--max-bytes", "--max-file-size"], Flag("--max-size")),
    row(&["--layers", "--per-layer"], Words(&["--profile"])),
    row(&["--profile", "--timing", "--times"], Words(&["--time"])),
    row(&["--random", "--random-init", "--no-weights"], Words(&["--random-weights"])),
];

/// The flag, values of other programs, and the value here.
pub(super) const VALUES: &[(&str, &[&str], &str)] = &[
    ("--format", &["json", "ndjson", "jsonlines", "json-lines"], "jsonl"),
    ("--format", &["tsv", "excel", "xlsx"], "csv"),
    ("--format", &["txt", "plain", "table", "human"], "text"),
    ("--format", &["pq", "arrow", "feather"], "parquet"),
    ("--format", &["numpy", "np"], "npy"),
    ("--layer", &["pool", "avgpool", "pooling"], "pooled"),
    ("--layer", &["pre_logits", "prelogits", "head", "penultimate"], "pre-logits"),
    ("--device", &["gpu", "nvidia", "gpu:0", "0"], "cuda"),
    ("--device", &["mps", "apple"], "metal"),
    ("--interpolation", &["linear", "bilinear-antialias"], "bilinear"),
    ("--interpolation", &["cubic"], "bicubic"),
    ("--interpolation", &["antialias", "lanczos3"], "lanczos"),
    ("--label", &["id", "wordnet", "synset"], "wnid"),
    ("--label", &["number", "idx", "class"], "index"),
    ("--color", &["on", "yes", "true", "1"], "always"),
    ("--color", &["off", "no", "none", "false", "0"], "never"),
    ("--top", &["all", "inf"], "1000"),
];
