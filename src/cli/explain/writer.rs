//! What becomes of each photo: numbers on stdout, drawings in files.

use std::collections::HashMap;
use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use anyhow::Result;

use super::Args;
use super::destination::Destination;
use super::json;
use super::sheet;
use super::subject::Subject;
use super::view::{Drawing, Explained};
use crate::cli::console::Failure;
use crate::cli::hint::plot::{file_hint, plot_hint};
use crate::cli::outputs::report::Report;
use crate::cli::quantities::counted;
use crate::plot::{self, PlotError};
use crate::record::{ItemError, Record};
use crate::sheet::SheetFile;
use crate::waiting::for_reader;

/// Writes photos as they come, and reports on them.
pub(super) struct Writer<'a> {
    destination: &'a Destination,
    args: &'a Args,
    subjects: &'a [Subject],
    report: Report<'a>,
    sheet: Option<SheetFile>,
    /// How many photos of each name a folder has.
    names: HashMap<OsString, usize>,
}

/// What was done.
#[derive(Clone, Copy, Debug)]
pub(super) struct Counts {
    pub(super) photos: usize,
    pub(super) failed: usize,
}

impl Counts {
    /// `3 photos are done`.
    pub(super) fn done(self) -> String {
        let verb = if self.photos == 1 { "is" } else { "are" };
        format!("{} {verb} done", counted(self.photos, "photo"))
    }
}

impl<'a> Writer<'a> {
    pub(super) fn new(
        destination: &'a Destination,
        args: &'a Args,
        subjects: &'a [Subject],
        report: Report<'a>,
    ) -> Result<Self> {
        let sheet = match destination {
            Destination::Sheet(path) => {
                let sheet = sheet::begin(path, subjects);
                Some(sheet.map_err(|error| Failure::error(&error, file_hint(&error, "--output")))?)
            }
            _ => None,
        };
        Ok(Self { destination, args, subjects, report, sheet, names: HashMap::new() })
    }

    /// Writes one photo.
    pub(super) fn write(&mut self, path: PathBuf, outcome: Result<Explained, ItemError>) -> Result<()> {
        if self.args.json {
            let outcome = outcome.as_ref().map(|explained| (self.subjects, explained));
            let mut stdout = io::stdout().lock();
            let on_terminal = stdout.is_terminal();
            for_reader(|| json::write(&mut stdout, on_terminal, &path, outcome))?;
        }
        let outcome = match outcome {
            Ok(explained) => {
                self.draw(&path, &explained)?;
                Ok(explained.answer)
            }
            Err(error) => {
                if let Some(sheet) = &mut self.sheet {
                    let added = sheet::add_failure(sheet, &path, &error);
                    added.map_err(|error| Failure::error(&error, file_hint(&error, "--output")))?;
                }
                Err(error)
            }
        };
        self.report.note(&Record { path, outcome });
        Ok(())
    }

    fn draw(&mut self, path: &Path, explained: &Explained) -> Result<()> {
        let fail = |error: PlotError| Failure::error(&error, plot_hint(&error, "--output"));
        match &explained.drawing {
            Drawing::None => {}
            Drawing::Figure(figure) => {
                let Destination::Figure(file) = self.destination else { return Ok(()) };
                plot::write(figure, file, self.args.theme.unwrap_or_default().into()).map_err(fail)?;
            }
            Drawing::Png(Err(_)) => return Err(fail(PlotError::NotBuiltIn)),
            Drawing::Png(Ok(png)) => match self.destination {
                Destination::Folder(folder) => {
                    plot::save(png, &self.free_name(folder, path)).map_err(fail)?;
                }
                _ => for_reader(|| io::stdout().lock().write_all(png))?,
            },
            Drawing::Pictures(pictures) => {
                if let Some(sheet) = &mut self.sheet {
                    let added = sheet::add(sheet, path, self.subjects, &explained.views, pictures);
                    added.map_err(|error| Failure::error(&error, file_hint(&error, "--output")))?;
                }
            }
        }
        Ok(())
    }

    /// `FOLDER/photo.jpg.png`, or `photo.jpg-2.png` for the second photo of that name.
    fn free_name(&mut self, folder: &Path, photo: &Path) -> PathBuf {
        let mut name = photo.file_name().unwrap_or_default().to_owned();
        let count = self.names.entry(name.clone()).or_insert(0);
        *count += 1;
        if *count > 1 {
            name.push(format!("-{count}"));
        }
        name.push(".png");
        folder.join(name)
    }

    /// Completes the sheet, also that of a run that was stopped, and the report.
    pub(super) fn finish(mut self, outcome: Result<()>, is_stopped: bool) -> Result<Counts> {
        let counts = Counts { photos: self.report.done(), failed: self.report.failed() };
        self.report.finish(is_stopped);
        outcome?;
        if let Some(sheet) = self.sheet.filter(|_| counts.photos > 0) {
            sheet.commit().map_err(|error| Failure::error(&error, file_hint(&error, "--output")))?;
        }
        Ok(counts)
    }
}
