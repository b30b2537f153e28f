//! Values that work, for flags and arguments that lack one.

use clap::Arg;

use super::grammar::{names, value_name};

/// A flag of one command, a flag of any, or else the name of the value of a flag or an argument, and a value that works.
const EXAMPLES: &[(&str, &str)] = &[
    ("mnet explain --output", "map.png"),
    ("mnet embed --output", "embeddings.jsonl"),
    ("mnet embed --resume", "embeddings.jsonl"),
    ("--files-from", "-"),
    ("--labels", "labels.txt"),
    ("--groups", "groups.json"),
    ("--confusion", "confusion.csv"),
    ("--max-params", "5M"),
    ("--max-mult-adds", "300M"),
    ("--plot", "trade.svg"),
    ("FILE", "labels.jsonl"),
    ("PATH", "photo.jpg"),
    ("PHOTO", "photo.jpg"),
    ("DATA", "photos"),
    ("PATH,LABEL", "path,label"),
    ("PATTERN", "*.jpg"),
    ("DIR", "cache"),
    ("FOLDER", "."),
    ("URL", "https://huggingface.co"),
    ("MODEL", "v2"),
    ("NAME", "v2"),
    ("ALPHA", "0.75"),
    ("BYTES", "16MB"),
    ("LABEL", "tabby"),
    ("K", "5"),
    ("MS", "5"),
    ("N", "4"),
    ("N[,N,N]", "0.5"),
    ("P", "0.5"),
    ("PERCENT", "75"),
    ("PX", "224"),
    ("PX|WxH|none", "232"),
    ("SECONDS", "10"),
    ("SHARE", "0.875"),
    ("SIZE", "2G"),
    ("FILTER", "bicubic"),
    ("DEVICE", "auto"),
];

/// A value that works for `arg` of `command`, such as `mnet embed`.
pub(super) fn example(arg: &Arg, command: &str) -> Option<String> {
    let names = names(arg);
    let value_name = value_name(arg);
    let of_command: Vec<_> = names.iter().map(|name| format!("{command} {name}")).collect();
    let mut keys = of_command.iter().chain(&names).chain([&value_name]);
    let named = keys.find_map(|key| EXAMPLES.iter().find(|(name, _)| *name == key));
    let possible = || arg.get_possible_values().first().map(|value| value.get_name().to_owned());
    // A number of threads, of pixels, of runs: what is usual.
    let usual = arg.get_default_values().first().filter(|_| value_name == "N");
    let usual = usual.map(|value| value.to_string_lossy().into_owned());
    usual.or_else(|| named.map(|(_, value)| (*value).to_owned())).or_else(possible)
}
