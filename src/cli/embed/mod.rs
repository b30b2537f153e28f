//! `mnet embed`: turns pictures into vectors.

mod ignored;
mod output_flags;
mod search;

use std::path::PathBuf;

use anyhow::Result;

use super::ending_flags::EndingFlags;
use super::exit::Exit;
use super::input_flags::InputFlags;
use super::model_flags::ModelFlags;
use super::outputs::{kept, resume};
use super::preprocess_flags::PreprocessFlags;
use super::ready_flags::ReadyFlags;
use super::record_run::{RecordRun, begin_run};
use super::running_flags::RunningFlags;
use super::session::Session;
use crate::predict::AnswerOptions;
use crate::record::RunInfo;
use output_flags::OutputFlags;
use search::flags::SearchFlags;
use search::request::Request;

/// Turn images into vectors
///
/// A vector (embedding, feature vector) holds the values that the network passes to its classifier. Pictures that show similar things
/// have similar vectors: use them for search, to find near-duplicates, or to train a classifier of your own. Pictures are read as by
/// `mnet classify`, and vectors come in the order of the inputs.
///
/// Without --model and --alpha the model in the binary is used: no network, no cache.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES, override_usage = "mnet embed [OPTIONS] PATH...")]
pub(super) struct Args {
    #[command(flatten)]
    input: InputFlags,

    #[command(flatten)]
    model: ModelFlags,

    #[command(flatten)]
    preprocess: PreprocessFlags,

    #[command(flatten)]
    search: SearchFlags,

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
  See what comes out:
      mnet embed photo.jpg
  A folder to JSON Lines, and to continue after a crash or with new photos:
      mnet embed photos/ -r --resume embeddings.jsonl
  A table for pandas, polars or DuckDB:
      mnet embed photos/ -r -o embeddings.parquet
  Vectors of length 1 by another network:
      mnet embed photos/ -r --model v4 --normalise -o embeddings.parquet
  The ten photos most like one, and near-duplicates:
      mnet embed photos/ -r --near photo.jpg
      mnet embed photos/ -r --duplicates 0.9
  The same in a file, so that photos are embedded once:
      mnet embed photos/ -r -o embeddings.npy
      mnet embed --embeddings embeddings.npy --duplicates 0.9

Exit status:
  0  Every picture has an embedding
  1  Some pictures failed; the others have one (0 with --exit-zero)
  2  Nothing was done: wrong usage, no such model or device
  130  Ended by Ctrl-C; other signals: 128 and their number";

pub(super) fn run(args: &Args, session: &Session) -> Result<Exit> {
    let console = session.console();
    let to = args.output.destination();
    // Before this process opens files of its own, which take the numbers of descriptors that are not open.
    let ready = args.ready.open(&to, &files_read(args))?;
    let inputs = args.input.inputs()?;
    if let Some(note) = ignored::labels(&args.model) {
        console.note(note);
    }
    let run = RecordRun { input: &args.input, running: &args.running, ending: &args.ending, to: &to, ready };
    if args.ending.dry_run {
        if let Some(file) = args.search.embeddings() {
            search::check(file)?;
        }
        return run.dry(inputs, &args.model, b"\n", console);
    }
    if let Some(search) = args.search.search() {
        if !args.input.kept().is_empty() {
            console.note("--keep changes nothing here: a search prints which pictures are alike");
        }
        let request = Request {
            input: &args.input,
            model: &args.model,
            preprocess: &args.preprocess,
            search: &args.search,
            running: &args.running,
            ending: &args.ending,
        };
        return search::run(&request, &search, &args.output, session);
    }
    args.output.check_ending()?;
    args.running.start_threads(console)?;
    to.check(&files_read(args))?;
    let keep = args.input.kept();
    kept::check(&keep, &to, console)?;
    let classifier = session.classifier(&args.model, &args.preprocess)?;
    let features = args.output.features();
    let model = classifier.embedding_info(features);
    if let Some(note) = ignored::layer(features, &model) {
        console.note(note);
    }
    // Handle signals before an output file exists that could be left behind.
    let stop = begin_run(session)?;
    let is_salvaging = args.input.decode().options().salvage;
    let info = RunInfo { keep, ..model.into() };
    let state = resume::open(&to, &info, is_salvaging, &|_| None, console)?;
    let wanted = AnswerOptions { top: 0, features: Some(features), ..AnswerOptions::default() };
    run.answer(inputs, &classifier, wanted, state, &stop, console)
}

/// The files that a run reads, each with a description, apart from the files that it finds in directories.
fn files_read(args: &Args) -> Vec<(&'static str, PathBuf)> {
    args.input.files()
}
