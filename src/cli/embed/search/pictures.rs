//! Pictures with their vectors, either embedded now or read from a file of an earlier run.

use std::collections::HashSet;
use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Result;

use super::distinct::Distinct;
use super::request::Request;
use crate::cli::console::Failure;
use crate::cli::outputs::kind::EMBEDDINGS;
use crate::cli::outputs::report::Report;
use crate::cli::session::Session;
use crate::cli::signals::Stop;
use crate::cli::threads;
use crate::inputs::{Input, ReadAhead, file_and_name, picture};
use crate::neighbours::{Collector, Vectors};
use crate::predict::{AnswerOptions, Classifier, Features};
use crate::record::ModelInfo;
use crate::sink::{SavedEmbeddings, read_embeddings};

/// Pictures, and the vector of each.
pub(super) struct Pictures {
    pub(super) paths: Vec<PathBuf>,
    pub(super) vectors: Vectors,
    /// Whether other pictures failed and have no vector.
    pub(super) has_failed: bool,
    /// How many repeated paths were left out.
    pub(super) repeated: usize,
    /// Members of a tar on stdin, which cannot be read again. A file may have the same name.
    streamed: HashSet<PathBuf>,
    /// Rows with the path of an earlier row: members of one name.
    pub(super) later_of_name: HashSet<usize>,
}

/// The command that makes a file for a search.
const EMBED: &str = "mnet embed photos/ -r -o embeddings.npy";

/// Opens the embeddings in `file`.
pub(super) fn open(file: &Path) -> Result<SavedEmbeddings> {
    if file.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("parquet")) {
        let message = format!("{}: a search reads JSON Lines and npy, not Parquet", file.display());
        return Err(Failure::error(message, Some(EMBED.to_owned())));
    }
    read_embeddings(file).map_err(|error| unreadable(file, &error))
}

/// Refuses an open `file` if a row of it cannot be read.
pub(super) fn check(file: &Path, saved: SavedEmbeddings) -> Result<()> {
    saved.into_iter().try_for_each(|row| row.map(drop).map_err(|error| unreadable(file, &error)))
}

impl Pictures {
    /// Reads the pictures of an open `file`. `None` if the run was stopped.
    pub(super) fn read(file: &Path, saved: SavedEmbeddings, stop: &Stop) -> Result<Option<Self>> {
        let mut collector = Collector::new(saved.embedding.dimension, temporary_folder());
        let (mut paths, mut met) = (Vec::new(), Distinct::default());
        for row in saved {
            if stop.is_asked() {
                return Ok(None);
            }
            let (path, vector) = row.map_err(|error| unreadable(file, &error))?;
            // Members of one name are different pictures.
            if file_and_name(&path).is_some() || met.is_new(&path) {
                collector.push(&vector)?;
                paths.push(path);
            }
        }
        let vectors = collector.finish()?;
        let (streamed, later_of_name) = (HashSet::new(), later_of_name(&paths));
        let repeated = met.repeated;
        Ok(Some(Self { paths, vectors, has_failed: false, repeated, streamed, later_of_name }))
    }

    /// Embeds the pictures of the inputs. `None` if the run was stopped.
    pub(super) fn embed(
        args: &Request,
        classifier: &Classifier,
        features: Features,
        stop: &Stop,
        session: &Session,
    ) -> Result<Option<Self>> {
        let console = session.console();
        let inputs = ReadAhead::new(args.input.inputs()?, Arc::clone(stop.flag()))
            .map_err(|error| threads::not_started(1, &error))?;
        let streamed = Mutex::new(HashSet::new());
        let lock = || streamed.lock().unwrap_or_else(PoisonError::into_inner);
        let inputs = inputs.inspect(|input| {
            if matches!(input, Input::Member(_)) && file_and_name(input.path()).is_none() {
                lock().insert(input.path().to_owned());
            }
        });
        let mut report = Report::new(console, &EMBEDDINGS.formats[0]);
        report.show_progress(args.input.count(), || args.input.for_counting(), 0);
        let (pipeline, plan) = args.running.pipeline(
            classifier,
            args.input.decode(),
            wanted(features),
            args.input.count(),
            console,
        );
        let mut collector =
            Collector::new(dimension(&classifier.embedding_info(features)), temporary_folder());
        let (mut paths, mut met) = (Vec::new(), Distinct::default());
        let outcome = pipeline.run(inputs, plan, stop.flag(), |record| {
            report.note(&record);
            if args.ending.fail_fast && record.outcome.is_err() {
                stop.ask();
            }
            let features = record.outcome.ok().and_then(|answer| answer.features);
            // Members of one name are different pictures.
            let is_member = |path: &Path| lock().contains(path) || file_and_name(path).is_some();
            if let Some(vector) = features.filter(|_| is_member(&record.path) || met.is_new(&record.path)) {
                collector.push(&vector).inspect_err(|_| stop.ask())?;
                paths.push(record.path);
            }
            Ok::<_, io::Error>(())
        });
        report.finish(stop.is_asked());
        outcome?;
        let has_failed = report.failed() > 0;
        let is_whole = !stop.is_asked();
        let vectors = collector.finish()?;
        let streamed = streamed.into_inner().unwrap_or_else(PoisonError::into_inner);
        let (repeated, later_of_name) = (met.repeated, later_of_name(&paths));
        Ok(is_whole.then_some(Self { paths, vectors, has_failed, repeated, streamed, later_of_name }))
    }

    /// Whether the picture in this row can be read, as a file or from one that holds many.
    pub(super) fn exists(&self, row: usize) -> bool {
        let path = &self.paths[row];
        path.exists() || file_and_name(path).is_some()
    }

    /// Whether the picture came in a stream, so that no file is meant by its path.
    pub(super) fn is_streamed(&self, path: &Path) -> bool {
        self.streamed.contains(path)
    }

    /// The bytes of the picture at `path`, read again. `row` is the row of this picture; `None` for a query.
    ///
    /// # Errors
    /// The reason why it cannot be read.
    pub(super) fn bytes(
        &self,
        row: Option<usize>,
        path: &Path,
        image_column: Option<&str>,
    ) -> Result<Vec<u8>, String> {
        if row.is_some() && self.is_streamed(path) {
            return Err("It came in a tar on stdin, and cannot be read again.".to_owned());
        }
        if row.is_some_and(|row| self.later_of_name.contains(&row)) {
            return Err("Several pictures have this name, and this is not the first of them.".to_owned());
        }
        match picture(path, image_column) {
            Input::Member(member) => Ok(member.bytes.clone()),
            Input::Unreadable { error, .. } => Err(error.message),
            _ => fs::read(path).map_err(|error| error.to_string()),
        }
    }
}

/// The rows whose path also belongs to an earlier row.
fn later_of_name(paths: &[PathBuf]) -> HashSet<usize> {
    let mut earlier = HashSet::new();
    let is_later = |row: &usize| !earlier.insert(paths[*row].as_path());
    (0..paths.len()).filter(is_later).collect()
}

/// The vectors of `photos`, in their order. `None` if the run was stopped.
///
/// # Errors
/// If a photo cannot be embedded.
pub(super) fn vectors_of(
    photos: &[PathBuf],
    args: &Request,
    classifier: &Classifier,
    features: Features,
    stop: &Stop,
    session: &Session,
) -> Result<Option<Vec<Vec<f32>>>> {
    let count = Some(photos.len());
    let console = session.console();
    let (pipeline, plan) =
        args.running.pipeline(classifier, args.input.decode(), wanted(features), count, console);
    let mut vectors = Vec::new();
    let photos = photos.iter().map(|photo| picture(photo, args.input.image_column()));
    pipeline.run(photos, plan, stop.flag(), |record| {
        let path = record.path.display();
        let answer = record
            .outcome
            .map_err(|error| Failure::error(format_args!("--near {path}: {}", error.message), None))?;
        vectors.extend(answer.features);
        anyhow::Ok(())
    })?;
    Ok((!stop.is_asked()).then_some(vectors))
}

/// The number of values in an embedding of this model.
pub(super) fn dimension(model: &ModelInfo) -> usize {
    model.embedding.map_or(0, |embedding| embedding.dimension)
}

fn wanted(features: Features) -> AnswerOptions {
    AnswerOptions { top: 0, features: Some(features), ..AnswerOptions::default() }
}

fn unreadable(file: &Path, error: &crate::sink::ReadError) -> anyhow::Error {
    Failure::error(format_args!("{}: {error}", file.display()), Some(EMBED.to_owned()))
}

/// The folder for large temporary files. `/tmp` is in memory on many systems.
fn temporary_folder() -> PathBuf {
    let large = Path::new("/var/tmp");
    if cfg!(unix) && env::var_os("TMPDIR").is_none() && large.is_dir() {
        return large.into();
    }
    env::temp_dir()
}
