//! Writes the results for each photo: numbers to stdout, drawings to files.

use std::collections::HashSet;
use std::ffi::OsString;
use std::fs;
use std::io::{self, IsTerminal, Write};
use std::path::{Component, Path, PathBuf};

use anyhow::Result;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::args::Args;
use super::destination::{Destination, with_output};
use super::json;
use super::sheet;
use super::subject::Subject;
use super::view::{Drawing, Explained};
use crate::cli::console::Failure;
use crate::cli::hint::Hint;
use crate::cli::hint::plot::{file_hint, plot_hint};
use crate::cli::outputs::kept::KeptColumns;
use crate::cli::outputs::report::Report;
use crate::cli::quantities::counted;
use crate::inputs::Unpaired;
use crate::plot::{self, PlotError};
use crate::record::{ItemError, Record};
use crate::sheet::SheetFile;
use crate::sink::Kept;
use crate::waiting::for_reader;

/// Writes the results for each photo when it is done, and reports on it.
pub(super) struct Writer<'a> {
    destination: &'a Destination,
    args: &'a Args,
    subjects: &'a [Subject],
    report: Report<'a>,
    sheet: Option<SheetFile>,
    /// The names of the columns that are kept.
    keep: Vec<String>,
    /// Which of them the photos have.
    kept: KeptColumns,
    /// The names of the drawings that this run has put into the folder.
    written: HashSet<PathBuf>,
}

/// The number of photos that were done, and of those that failed.
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
        unpaired: Unpaired,
        report: Report<'a>,
    ) -> Result<Self> {
        let sheet = match destination {
            Destination::Sheet(path) => {
                let sheet = sheet::begin(path, subjects);
                Some(sheet.map_err(|error| Failure::error(&error, file_hint(&error, "--output")))?)
            }
            _ => None,
        };
        let keep = args.input.kept();
        let kept = KeptColumns::new(if args.json { keep.clone() } else { vec![] }, unpaired);
        Ok(Self { destination, args, subjects, report, sheet, keep, kept, written: HashSet::new() })
    }

    /// Writes the results for one photo.
    pub(super) fn write(
        &mut self,
        path: PathBuf,
        kept: Vec<Value>,
        outcome: Result<Explained, ItemError>,
    ) -> Result<()> {
        if self.args.json {
            let outcome = outcome.as_ref().map(|explained| (self.subjects, explained));
            let mut stdout = io::stdout().lock();
            let on_terminal = stdout.is_terminal();
            let kept = Kept::new(&self.keep, &kept);
            for_reader(|| json::write(&mut stdout, on_terminal, &path, kept, outcome))?;
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
        let record = Record { path, kept, outcome };
        self.kept.add(&record);
        self.report.note(&record);
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
                    let file = self.free_name(folder, path);
                    let parent = file.parent().unwrap_or(folder);
                    fs::create_dir_all(parent).map_err(|error| {
                        let message = format!("{}: cannot be made: {error}", parent.display());
                        // Members of x.tar go to a folder of that name, which may be the file itself.
                        let hint = error.hint().unwrap_or_else(|| with_output("maps/"));
                        Failure::error(message, Some(hint))
                    })?;
                    plot::save(png, &file).map_err(fail)?;
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

    /// The file for the drawing: `FOLDER/a/photo.jpg.png` for `a/photo.jpg`, so that another run replaces the drawing of this photo
    /// only. With `-2` if this run has already used that name.
    fn free_name(&mut self, folder: &Path, photo: &Path) -> PathBuf {
        let photo: PathBuf = photo.components().filter_map(file_name).collect();
        let mut count = 1;
        loop {
            let mut name = photo.clone().into_os_string();
            if count > 1 {
                name.push(format!("-{count}"));
            }
            name.push(".png");
            if self.written.insert(name.clone().into()) {
                return folder.join(name);
            }
            count += 1;
        }
    }

    /// What to say of columns that no photo has.
    pub(super) fn note_of_kept(&self) -> Option<String> {
        self.kept.note()
    }

    /// Completes the report and the sheet, even if the run was stopped.
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

/// The longest name of a drawing or of a folder, in bytes. File systems take 255, and a drawing has a longer name until it is whole.
const LONGEST_NAME: usize = 200;

/// A part of a photo's path as a name in the output folder; `None` for `..` and the like. The name of a member may be too long for a file. Then it
/// is cut, and a hash keeps it apart from others.
fn file_name(part: Component<'_>) -> Option<OsString> {
    let Component::Normal(name) = part else { return None };
    if name.len() <= LONGEST_NAME {
        return Some(name.to_owned());
    }
    let hash = Sha256::digest(name.as_encoded_bytes());
    let text = name.to_string_lossy();
    let end = text.floor_char_boundary(LONGEST_NAME);
    Some(format!("{}-{:02x}{:02x}{:02x}{:02x}", &text[..end], hash[0], hash[1], hash[2], hash[3]).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_are_cut_and_kept_apart() {
        let name = |part: &str| file_name(Path::new(part).components().next().unwrap());
        assert_eq!(name("photo.jpg"), Some("photo.jpg".into()));
        assert_eq!(name(".."), None);
        let [one, other] = ["a", "b"].map(|end| name(&format!("{}{end}", "\u{e4}".repeat(150))).unwrap());
        assert!(one != other && one.len() < 220 && one.to_str().unwrap().starts_with('\u{e4}'));
    }
}
