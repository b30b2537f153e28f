//! `mnet complete`: what the word at the cursor may become. The completion scripts of bash, zsh and fish ask it.
//!
//! Own scripts and own reading of the line, because those of `clap_complete` pass words with their quotes and answer without:
//! a label with a space or an apostrophe would not come out as one word. Its engine finds the candidates.

pub(super) mod line;
mod values;

use std::io::{self, Write};

use anyhow::Result;
use clap::Command;
use clap_complete::engine::{self, CompletionCandidate};

use super::exit::Exit;
use line::Line;

/// The script for bash.
pub(super) const BASH: &str = include_str!("mnet.bash");
/// The script for zsh.
pub(super) const ZSH: &str = include_str!("_mnet");
/// The script for fish.
pub(super) const FISH: &str = include_str!("mnet.fish");

/// Print what the last word of a command line may become
#[derive(Debug, clap::Args)]
#[command(hide = true)]
pub(super) struct Args {
    /// The line up to the cursor, as it was typed
    line: String,
    /// The part of the last word that the shell replaces; all of it by default
    #[arg(allow_hyphen_values = true)]
    replaced: Option<String>,
}

pub(super) fn run(args: &Args, command: Command) -> Result<Exit> {
    let mut output = Vec::new();
    for (value, about) in candidates(args, command) {
        writeln!(output, "{value}\t{about}")?;
    }
    io::stdout().write_all(&output)?;
    Ok(Exit::Success)
}

/// Values, each with what it is. An empty value stands for the files or folders of the shell's own completion.
fn candidates(args: &Args, command: Command) -> Vec<(String, String)> {
    let line = Line::read(&args.line);
    let (word, index) = (line.last().to_owned(), line.words.len() - 1);
    let mut command = values::offered(command, &line);
    let words = line.words.iter().map(Into::into).collect();
    // If the engine fails, nothing is offered.
    let mut found = engine::complete(&mut command, words, index, None).unwrap_or_default();
    if word.is_empty() && found.iter().any(|candidate| !is_flag(candidate)) {
        found.retain(|candidate| !is_flag(candidate));
    }
    // For a flag with `=`, files are those of its value, not those of an argument of the command.
    found.retain(|candidate| {
        !is_paths(candidate) || !word.starts_with('-') || !candidate.get_value().is_empty()
    });
    let kept = args.replaced.as_deref().and_then(|part| word.strip_suffix(part)).unwrap_or_default();
    found.iter().filter_map(|candidate| row(candidate, kept)).collect()
}

fn is_flag(candidate: &CompletionCandidate) -> bool {
    candidate.get_value().to_string_lossy().starts_with('-')
}

fn is_paths(candidate: &CompletionCandidate) -> bool {
    candidate.get_tag().is_some_and(|tag| tag.to_string() == values::PATHS)
}

/// Value and description, without the part of the word that the shell keeps.
fn row(candidate: &CompletionCandidate, kept: &str) -> Option<(String, String)> {
    let about = candidate.get_help().map(ToString::to_string).unwrap_or_default();
    let about = about.lines().next().unwrap_or_default().to_owned();
    if is_paths(candidate) {
        return Some((String::new(), about));
    }
    let value = candidate.get_value().to_str()?;
    Some((value.strip_prefix(kept).unwrap_or(value).to_owned(), about))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::cli::Cli;

    fn complete(line: &str, replaced: Option<&str>) -> Vec<String> {
        let args = Args { line: line.to_owned(), replaced: replaced.map(str::to_owned) };
        candidates(&args, Cli::command()).into_iter().map(|(value, _)| value).collect()
    }

    /// What there is for the last word of a line.
    fn all(line: &str) -> Vec<String> {
        complete(line, None)
    }

    #[test]
    fn names_are_offered_where_they_belong() {
        for (line, expected) in [
            ("mnet cl", "classify"),
            ("mnet classify --mod", "--model"),
            ("mnet classify --model v3-s", "v3-small"),
            ("mnet classify -m mobilenet-v2-0.7", "mobilenet-v2-0.75-160"),
            ("mnet bench --model v1,v3-s", "v1,v3-small"),
            ("mnet bench --model v1-d", "v1-dense"),
            ("mnet inspect v1-s", "v1-shallow"),
            ("mnet choose --family v2,v3-s", "v2,v3-small"),
            ("mnet choose --min", "--min-top1"),
            ("mnet models show lite", "lite0"),
            ("mnet classify -m timm/mobilenetv4_conv_s", "timm/mobilenetv4_conv_small.e2400_r224_in1k"),
            ("mnet models pull google/mobilenet_v1_0.7", "google/mobilenet_v1_0.75_192"),
            ("mnet models list --family mobilenet-v", "mobilenet-v4"),
            ("mnet classify --device c", "cpu"),
            ("mnet classify --format js", "jsonl"),
            ("mnet classify --format=js", "--format=jsonl"),
            ("mnet classify --interpolation bic", "bicubic"),
            ("mnet classify --alpha 0.7", "0.75"),
            ("mnet classify x.jpg --only tiger", "tiger cat"),
            ("mnet classify x.jpg --only tabby 'Egyptian cat' hen", "hen"),
            ("mnet classify x.jpg --not 'carp", "carpenter's kit, tool kit"),
            ("mnet classify x.jpg --not=carp", "--not=carpenter's kit, tool kit"),
            ("mnet classify x.jpg --only tool\\ ", "tool kit"),
            ("mnet classify x.jpg --only @d", "@dog"),
            ("mnet classify x.jpg --only tabby @wild", "@wild-cat"),
            ("mnet classify x.jpg --not=@vehi", "--not=@vehicle"),
            ("mnet labels @fo", "@food"),
            ("mnet labels gold", "goldfish, Carassius auratus"),
            ("mnet labels --model v3-s", "v3-small"),
            ("mnet generate complete-z", "complete-zsh"),
            ("mnet help mod", "models"),
        ] {
            assert!(all(line).contains(&expected.to_owned()), "{line}: {:?}", all(line));
        }
    }

    #[test]
    fn groups_of_a_file_come_first() {
        let file = std::env::temp_dir().join(format!("mnet-complete-{}.json", std::process::id()));
        std::fs::write(&file, r#"{"pets": ["a class of its own"], "dog": [1], "big cats": []}"#).unwrap();
        let file = file.display().to_string();
        for line in [
            "classify x.jpg --groups FILE --only",
            "explain x.jpg --groups FILE --class",
            "labels --groups FILE",
        ] {
            let words = all(&format!("mnet {} @", line.replace("FILE", &file)));
            assert_eq!(words[..3], ["@pets", "@dog", "@big-cats"], "{line}");
            assert_eq!(words.iter().filter(|word| *word == "@dog").count(), 1, "{line}");
            assert!(words.contains(&"@wild-cat".to_owned()), "{line}");
        }
        assert_eq!(all(&format!("mnet classify --groups={file} --only @pe"))[0], "@pets");
        std::fs::remove_file(&file).unwrap();
        let gone = all("mnet classify --groups gone.json --only @do");
        assert!(gone.contains(&"@dog".to_owned()), "{gone:?}");
    }

    #[test]
    fn networks_without_weights_are_offered_where_they_run() {
        for line in ["mnet classify --model v1", "mnet models show v1", "mnet models list --family v1"] {
            assert!(!all(line).contains(&"v1-dense".to_owned()), "{line}: {:?}", all(line));
        }
    }

    #[test]
    fn files_are_left_to_the_shell() {
        for line in
            ["mnet classify ", "mnet classify --labels na", "mnet classify --output=", "mnet classify -m ./m"]
        {
            assert!(all(line).contains(&String::new()), "{line}: {:?}", all(line));
        }
        for line in ["mnet ", "mnet classify --alpha ", "mnet classify --device ", "mnet classify --not=carp"]
        {
            assert!(!all(line).contains(&String::new()), "{line}: {:?}", all(line));
        }
    }

    #[test]
    fn flags_appear_once_a_dash_is_typed() {
        assert!(all("mnet ").iter().all(|word| !word.starts_with('-')));
        assert!(all("mnet -").contains(&"--offline".to_owned()));
        assert!(!all("mnet ").contains(&"complete".to_owned()), "it is for scripts");
    }

    #[test]
    fn a_shell_that_splits_words_gets_the_rest_of_them() {
        assert_eq!(complete("mnet classify --only=Egyp", Some("Egyp")), ["Egyptian cat"]);
        assert_eq!(complete("mnet classify --format=js", Some("js")), ["jsonl"]);
        // bash also splits words at `@`.
        assert_eq!(complete("mnet classify a.jpg --only @wild-c", Some("wild-c")), ["wild-cat"]);
    }
}
