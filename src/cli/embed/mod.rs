//! `mnet embed`: pictures to vectors.

use anyhow::Result;

use super::classify::input_flags::InputFlags;
use super::classify::output::Output;
use super::classify::report::Report;
use super::exit::Exit;
use super::model_flags::ModelFlags;
use super::preprocess_flags::PreprocessFlags;
use super::running_flags::RunningFlags;
use super::session::Session;
use crate::predict::{AnswerOptions, Features};
use crate::sink::{Constructor, EMBEDDING_FORMATS, Earlier, LabelStyle, SinkOptions};

/// Turn images into vectors
///
/// The values of the network before its classifier: pictures that show alike things have alike vectors. Pictures are read as by
/// `mnet classify`, and their vectors come in the order of the inputs.
#[derive(Debug, clap::Args)]
#[command(override_usage = "mnet embed [OPTIONS] PATH...")]
pub(super) struct Args {
    #[command(flatten)]
    input: InputFlags,

    #[command(flatten)]
    model: ModelFlags,

    #[command(flatten)]
    preprocess: PreprocessFlags,

    #[command(flatten)]
    running: RunningFlags,
}

pub(super) fn run(args: &Args, session: &Session) -> Result<Exit> {
    let console = session.console();
    let inputs = args.input.inputs()?;
    args.running.start_threads(console)?;
    let classifier = session.classifier(&args.model, &args.preprocess)?;
    let features = Features::default();
    let wanted = AnswerOptions { top: 0, features: Some(features), ..AnswerOptions::default() };
    let stop = session.stop()?;
    stop.begin_run();
    let format = &EMBEDDING_FORMATS[1];
    let Constructor::BuiltIn(new) = format.constructor else { unreachable!("it is in every build") };
    let mut sink = new(&SinkOptions {
        model: classifier.embedding_info(features),
        label: LabelStyle::Name,
        on_terminal: false,
        columns: 0,
        is_ascii: false,
        colour: false,
        appends: false,
        lacks: &[],
        earlier: Earlier::default(),
    });
    let mut output = Output::stdout();
    let mut report = Report::new(console, format);
    let (pipeline, plan) =
        args.running.pipeline(&classifier, args.input.decode(), wanted, args.input.count(), console);
    pipeline.run(inputs, plan, stop.flag(), |record| {
        report.note(&record);
        sink.write(&mut output, &record).inspect_err(|_| stop.ask())
    })?;
    sink.finish(&mut output)?;
    report.finish(stop.is_asked());
    Ok(Exit::of_inputs(report.failed() > 0, false))
}
