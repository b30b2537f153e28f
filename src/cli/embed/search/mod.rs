//! `mnet embed --near` and `--duplicates`: search among pictures, instead of printing their embeddings.

mod distinct;
mod duplicates;
pub(super) mod flags;
mod itself;
mod near;
mod notes;
mod pictures;
pub(super) mod request;
mod sheet;

use std::collections::BTreeSet;
use std::io::{self, BufWriter, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use anyhow::Result;
use indicatif::ProgressBar;

use super::ignored::beside_saved;
use super::output_flags::{OutputFlags, SearchForm};
use crate::cli::bar_terminal;
use crate::cli::command_line::CommandLine;
use crate::cli::console::{Console, Failure};
use crate::cli::exit::Exit;
use crate::cli::hint::quoted_word;
use crate::cli::progress::style;
use crate::cli::quantities::counted;
use crate::cli::record_run::begin_run;
use crate::cli::session::Session;
use crate::cli::signals::Stop;
use crate::neighbours::{Group, Neighbour, groups, nearest};
use crate::predict::{Classifier, Features};
use crate::record::ModelInfo;
use crate::sink::SavedEmbeddings;
use duplicates::Alike;
use flags::Search;
use itself::Itself;
use pictures::Pictures;
use request::Request;

pub(super) fn run(args: &Request, search: &Search, output: &OutputFlags, session: &Session) -> Result<Exit> {
    let console = session.console();
    let form = output.search_form()?;
    if let SearchForm::Sheet(file) = form {
        sheet::check(file)?;
    }
    args.running.start_threads(console)?;
    let file = args.search.embeddings();
    let saved = file.map(|file| Ok::<_, anyhow::Error>((file, pictures::open(file)?))).transpose()?;
    let needs_model = saved.is_none() || matches!(search, Search::Near(..));
    let classifier = needs_model.then(|| session.classifier(args.model, args.preprocess)).transpose()?;
    let features = match &saved {
        Some((_, saved)) => Features { layer: saved.embedding.layer, normalised: saved.embedding.normalised },
        None => output.features(),
    };
    if saved.is_some() && output.features() != Features::default() {
        console.note("--layer and --normalise change nothing here: the embeddings are saved");
    }
    let has_query = classifier.is_some();
    if let Some(note) = saved.as_ref().and_then(|_| beside_saved(&CommandLine::of_process(), has_query)) {
        console.note(note);
    }
    if let (Some((file, saved)), Some(classifier)) = (&saved, &classifier) {
        check_model(file, saved, &classifier.embedding_info(features))?;
    }
    let stop = begin_run(session)?;
    let outcome = answer(args, search, saved, classifier.as_ref(), features, &stop, form, session)?;
    match (outcome, stop.signal()) {
        (Some(has_failed), _) => Ok(Exit::of_inputs(has_failed, args.ending.exit_zero)),
        (None, Some(signal)) => {
            let keep = ". mnet embed --resume embeddings.npy keeps what is done, for --embeddings";
            console.note(format_args!(
                "interrupted: nothing was searched{}",
                if file.is_some() { "" } else { keep }
            ));
            Ok(Exit::Interrupted(signal))
        }
        // `--fail-fast` also stops a run.
        (None, None) => Ok(Exit::SomeFailed),
    }
}

/// Reads saved embeddings to their end, as a search does, but does not keep them.
pub(super) fn check(file: &Path) -> Result<()> {
    pictures::check(file, pictures::open(file)?)
}

/// Searches, and prints what was found. Returns whether any picture failed, or `None` if the run was stopped.
#[expect(clippy::too_many_arguments, reason = "all of them are known only here")]
fn answer(
    args: &Request,
    search: &Search,
    saved: Option<(&Path, SavedEmbeddings)>,
    classifier: Option<&Classifier>,
    features: Features,
    stop: &Stop,
    form: SearchForm,
    session: &Session,
) -> Result<Option<bool>> {
    let console = session.console();
    let (is_saved, mut queries) = (saved.is_some(), Vec::new());
    if let (Search::Near(photos, _), Some(classifier)) = (search, classifier) {
        let vectors = pictures::vectors_of(photos, args, classifier, features, stop, session)?;
        let Some(vectors) = vectors else { return Ok(None) };
        queries = vectors;
    }
    let pictures = match (saved, classifier) {
        (Some((file, saved)), _) => Pictures::read(file, saved, stop)?,
        (None, Some(classifier)) => Pictures::embed(args, classifier, features, stop, session)?,
        (None, None) => None,
    };
    let Some(pictures) = pictures else { return Ok(None) };
    notes::pictures(&pictures, console);
    let options = args.input.decode().options();
    let mut output = BufWriter::new(io::stdout().lock());
    match search {
        Search::Near(photos, top) => {
            let Some(found) = most_alike(&pictures, photos, &queries, *top, stop)? else { return Ok(None) };
            if let SearchForm::Sheet(file) = form {
                let sections = near::sections(photos, &pictures.paths, &found);
                sheet::write(file, "The most alike", sections, args.input, &pictures)?;
            } else {
                near::write(&mut output, photos, &pictures.paths, &found, form == SearchForm::JsonLines)?;
            }
            output.flush()?;
            let rows: BTreeSet<_> = found.iter().flatten().map(|neighbour| neighbour.row).collect();
            let missing = rows.iter().filter(|row| is_saved && !pictures.exists(**row)).count();
            notes::missing(missing, rows.len(), "the photo itself may be among them", console);
        }
        Search::Duplicates(threshold) => {
            let Some(groups) = alike(&pictures, *threshold, stop, console)? else { return Ok(None) };
            // This reads each file, which takes a while if there are many.
            let is_wanted = |_: &&Group| !stop.is_asked();
            let groups = groups.iter().take_while(is_wanted);
            let groups: Vec<_> = groups.map(|group| Alike::new(group, &pictures, &options)).collect();
            if stop.is_asked() {
                return Ok(None);
            }
            let members: usize = groups.iter().map(|group| group.pictures.len()).sum();
            let summary = format!(
                "{members} of {} in {}",
                counted(pictures.paths.len(), "picture"),
                counted(groups.len(), "group")
            );
            if let SearchForm::Sheet(file) = form {
                sheet::write(
                    file,
                    &format!("Near-duplicates: {summary}"),
                    duplicates::sections(&groups),
                    args.input,
                    &pictures,
                )?;
            } else {
                duplicates::write(&mut output, &groups, form == SearchForm::JsonLines)?;
            }
            output.flush()?;
            let missing = if is_saved { groups.iter().map(Alike::missing).sum() } else { 0 };
            notes::missing(
                missing,
                members,
                "they come last in their groups, in the order of the file",
                console,
            );
            console.note(summary);
        }
    }
    output.flush()?;
    Ok(Some(pictures.has_failed))
}

fn most_alike(
    pictures: &Pictures,
    photos: &[PathBuf],
    queries: &[Vec<f32>],
    top: usize,
    stop: &Stop,
) -> Result<Option<Vec<Vec<Neighbour>>>> {
    let queries: Vec<&[f32]> = queries.iter().map(Vec::as_slice).collect();
    let themselves: Vec<_> = photos.iter().map(|photo| Itself::of(photo, &pictures.paths)).collect();
    let is_itself = |query: usize, row: usize| {
        let path = pictures.paths[row].as_path();
        !pictures.is_streamed(path) && themselves[query].is(row, path)
    };
    Ok(nearest::nearest(&pictures.vectors, &queries, top, is_itself, |_| until(stop))?)
}

fn alike(pictures: &Pictures, threshold: f64, stop: &Stop, console: &Console) -> Result<Option<Vec<Group>>> {
    let pairs = groups::pairs_of(pictures.paths.len());
    let bar = console.shows_progress().then(|| {
        let bar = ProgressBar::with_draw_target(Some(pairs), bar_terminal::target());
        bar.with_style(style("comparing {wide_bar} {percent} %, {eta} left", console.is_ascii()))
    });
    let found = groups::groups(&pictures.vectors, threshold, |compared| {
        if let Some(bar) = &bar {
            bar.inc(compared);
        }
        until(stop)
    });
    if let Some(bar) = bar {
        bar.finish_and_clear();
    }
    Ok(found?)
}

fn until(stop: &Stop) -> ControlFlow<()> {
    if stop.is_asked() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
}

/// Refuses to compare photos with saved embeddings of another model.
fn check_model(file: &Path, saved: &SavedEmbeddings, model: &ModelInfo) -> Result<()> {
    let (there, here) = (&saved.model, model);
    if there == here {
        return Ok(());
    }
    let message =
        format!("{}: its embeddings are by {there}, and the photo's would be by {here}", file.display());
    let hint = if there.name != here.name {
        format!("--model {}", quoted_word(&there.name))
    } else if there.resolution != here.resolution {
        format!("--res {}", there.resolution)
    } else {
        // The name is the same, so its weights have changed.
        format!("mnet embed -r photos/ --model {} -o embeddings.npy", quoted_word(&there.name))
    };
    Err(Failure::error(message, Some(hint)))
}
