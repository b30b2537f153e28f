//! `mnet bench`: what width, resolution, batch and threads cost on this machine, and what they are worth.

mod args;
mod columns;
mod csv;
mod dense;
#[cfg(test)]
mod example;
mod figure;
mod format;
mod front;
mod grid;
mod json;
mod markdown;
pub(super) mod measurement;
pub(super) mod model;
mod noise;
mod profile;
mod report;
mod row_bar;
mod rows;
mod setting;
pub(super) mod subject;
mod text;

use anyhow::Result;

use super::console::Failure;
use super::details;
use super::exit::Exit;
use super::session::Session;
use super::threads;
use crate::words::and_list;
pub(super) use args::Args;
use format::Format;

/// Refuses what a format cannot show.
fn check(args: &Args) -> Result<()> {
    args.plot.check()?;
    if args.compare.is_some() {
        return dense::check(args);
    }
    let is_shown = matches!(args.format(), Format::Text | Format::Json);
    if args.profile && !is_shown {
        let message = "a profile is a table for each row: it is printed as text or JSON";
        return Err(Failure::error(message, Some("mnet bench --profile --json".into())));
    }
    Ok(())
}

pub(super) fn run(args: &Args, session: &Session) -> Result<Exit> {
    check(args)?;
    let console = session.console();
    let device = session.device(args.device)?;
    let available = threads::available(console);
    let all_threads = args.threads(&device, available)?;
    threads::start(all_threads.iter().copied().max().unwrap_or(available))?;
    if args.threads.is_empty() {
        console.detail(details::thread_count(None, available, available));
    }
    let sets = setting::instruction_sets(&args.precision);
    console.note(format_args!("{sets}, {} of {available} threads", and_list(&all_threads)));
    if args.compare.is_some() {
        return dense::run(args, &device, session);
    }
    let models = grid::open(&args.models(), &args.alpha, args.random_weights, session)?;
    rows::require_memory(args, &models)?;
    if args.plot.is_given() {
        rows::require_accuracy(args, &models)?;
    }
    rows::measure(args, &models, &device, &all_threads, session)
}
