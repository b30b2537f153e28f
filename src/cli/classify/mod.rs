//! `mnet classify`: labels pictures.

mod all_classes;
mod asked_groups;
mod class_words;
mod ignored;
mod output_flags;
mod selection_flags;

pub(super) use class_words::without_at;

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::ending_flags::EndingFlags;
use super::exit::Exit;
use super::group_flags::GroupFlags;
use super::input_flags::InputFlags;
use super::model_flags::ModelFlags;
use super::outputs::{kept, resume};
use super::precision_flag::PrecisionFlag;
use super::preprocess_flags::PreprocessFlags;
use super::ready_flags::ReadyFlags;
use super::record_run::{RecordRun, begin_run};
use super::running_flags::RunningFlags;
use super::session::Session;
use super::temperature_flags::TemperatureFlags;
use crate::record::RunInfo;
use all_classes::all_classes;
use output_flags::OutputFlags;
use selection_flags::SelectionFlags;

/// Label images
///
/// Each picture is resized, cropped and normalised as the checkpoint says, or as the flags under Preprocessing say, and its most
/// probable classes are printed as soon as they are known, in the order of the inputs. A picture that cannot be read gets an error
/// of its own; the others are still labelled.
///
/// Without --model and --alpha the model in the binary is used: no network, no cache.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES, override_usage = "mnet classify [OPTIONS] PATH...")]
pub(super) struct Args {
    #[command(flatten)]
    input: InputFlags,

    #[command(flatten)]
    model: ModelFlags,

    #[command(flatten)]
    precision: PrecisionFlag,

    #[command(flatten)]
    temperature: TemperatureFlags,

    #[command(flatten)]
    preprocess: PreprocessFlags,

    #[command(flatten)]
    selection: SelectionFlags,

    #[command(flatten)]
    groups: GroupFlags,

    #[command(flatten)]
    output: OutputFlags,

    #[command(flatten)]
    running: RunningFlags,
    #[command(flatten)]
    ready: ReadyFlags,
    #[command(flatten)]
    ending: EndingFlags,
}

const EXAMPLES: &str = "\
Examples:
  Label a photo with the built-in model, without the network:
      mnet classify photo.jpg
  The same with MobileNetV2 0.75 at 160 px, from the hub:
      mnet classify photo.jpg --alpha 0.75 --res 160
  Label a folder, and continue after a crash or with new photos:
      mnet classify photos/ -r --resume labels.jsonl
  Write a table for pandas, polars or DuckDB:
      mnet classify photos/ -r -o labels.parquet
  Take the photos from another program:
      find . -name '*.jpg' -print0 | mnet classify --files-from - -0 --json
      curl -s https://example.org/photo.jpg | mnet classify -
  Print only the best label of each photo:
      mnet classify *.jpg --json | jq -r '.top[0].label'
  Copy the photos of cats into a folder that exists:
      mnet classify photos/ -r --only 'Egyptian cat' tabby \\
        --min-score 0.3 --print0 | xargs -0r cp -t cats/
  The photos of dogs of any breed, and what is in each photo in a word:
      mnet classify photos/ -r --only @dog --min-score 0.5 --paths-only
      mnet classify photos/ -r --level coarse -k 1
  Run weights of your own, or of torchvision's IMAGENET1K_V2:
      mnet classify photo.jpg --model mine.pth --labels names.txt
      mnet classify photo.jpg --model mobilenet_v2.pth --resize 232

Output:
  On a terminal every picture is a block with bars and times. Elsewhere it is one line: the path, then label and score of each \
class, separated by tabs.

  In JSON a score is a probability over all classes, and `index` is the 0-based class of ImageNet-1k; TensorFlow's background \
class is left out. CSV has a row per class. Scores of a multi-label checkpoint are independent of each other: --min-score is the \
threshold, and at most -k pass.

Signals:
  Ctrl-C, SIGTERM and SIGHUP finish the pictures that were started and write them. Another one, a second later or more, ends at \
once.

Exit status:
  0  Every picture is labelled
  1  Some pictures failed; the others are labelled (0 with --exit-zero)
  2  Nothing was done: wrong usage, no such model or device
  130  Ended by Ctrl-C; other signals: 128 and their number";

pub(super) fn run(args: &Args, session: &Session) -> Result<Exit> {
    let console = session.console();
    let to = args.output.destination();
    // Before this process opens files of its own, which take the numbers of descriptors that are not open.
    let ready = args.ready.open(&to, &files_read(args))?;
    let inputs = args.input.inputs()?;
    for note in ignored::notes(&args.output, args.ending.dry_run) {
        console.note(note);
    }
    let run = RecordRun { input: &args.input, running: &args.running, ending: &args.ending, to: &to, ready };
    if args.ending.dry_run {
        return run.dry(inputs, &args.model, args.output.path_terminator(), console);
    }
    args.running.start_threads(console)?;
    to.check(&files_read(args))?;
    let keep = args.input.kept();
    kept::check(&keep, &to, console)?;
    let temperature = |checkpoint: &_| args.temperature.of(checkpoint, console);
    let classifier =
        session.classifier_at(&args.model, &args.preprocess, args.precision.asked(), temperature)?;
    let wanted = args.selection.wanted(&classifier, &args.groups, args.output.logits(), console)?;
    let info = RunInfo { model: classifier.info(), question: wanted.classes.question(), keep };
    if let Some(note) = ignored::wnid(&args.output, &classifier, wanted.classes.listed_groups()) {
        console.note(note);
    }
    let answer = |path: &Path| all_classes(args.input.decode(), &classifier, path);
    // Before there is a file to leave behind.
    let stop = begin_run(session)?;
    let is_salvaging = args.input.decode().options().salvage;
    let state = resume::open(&to, &info, is_salvaging, &answer, console)?;
    run.answer(inputs, &classifier, wanted, state, &stop, console)
}

/// The files that a run reads, apart from those it finds in directories; each with what it is.
fn files_read(args: &Args) -> Vec<(&'static str, PathBuf)> {
    let mut files = args.input.files();
    files.extend(args.model.labels().map(|labels| ("holds the labels", labels.to_owned())));
    files.extend(args.groups.file().map(|file| ("holds the groups", file.to_owned())));
    files.extend(args.temperature.file().map(|file| ("holds the temperature", file.to_owned())));
    files
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::Args;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        args: Args,
    }

    /// Inputs of a command line, as they are taken, and as the bar counts them.
    fn counts(words: &str) -> (usize, usize) {
        let input = Line::try_parse_from(["mnet"].into_iter().chain(words.split(' '))).unwrap().args.input;
        let counted = input.count().or_else(|| Some(input.for_counting()?.count()));
        (input.inputs().unwrap().count(), counted.unwrap())
    }

    #[test]
    fn the_bar_counts_only_the_share() {
        for inputs in
            ["a b c d e f b a -", "-r tests/golden/pixels", "--files-from assets/labels/imagenet-1k.txt"]
        {
            let (whole, counted) = counts(inputs);
            assert!(whole > 2 && counted == whole, "{inputs}: {counted} of {whole}");
            let shares = (0..3).map(|index| counts(&format!("{inputs} --shard {index}/3")));
            let shares: Vec<_> = shares.collect();
            assert!(shares.iter().all(|(taken, counted)| taken == counted && *taken < whole), "{shares:?}");
            assert_eq!(shares.iter().map(|(taken, _)| taken).sum::<usize>(), whole, "{inputs}");
        }
    }
}
