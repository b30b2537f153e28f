//! Which inputs a CSV file has completed.

use std::io::BufRead;
use std::ops::Range;

use super::header::{
    AskedColumns, Columns, HEADER, WITHOUT_PRECISION, WITHOUT_TEMPERATURE, own_columns, without_mark,
};
use super::picture_row::{PictureRow, RowContent};
use super::rows::{Item, Rows};
use crate::encoding::other_than_utf8;
use crate::record::{Level, RunInfo};
use crate::sink::completed::CompletedInputs;
use crate::sink::earlier::Content;
use crate::sink::kept::check_kept;
use crate::sink::lines::{Line, Lines};
use crate::sink::resume_error::{
    ResumeError, check_listed, check_model, check_own_groups, check_question, titles,
};

/// The inputs that a file has completed. What is not a row of ours is foreign, unless there are only such rows. Rows of
/// earlier versions do not name their model.
///
/// Nothing says how many rows a picture has. Those of the last one stay, and so do those before a blank line; such a picture
/// is asked once more, and the rows that it lacks are added. A picture whose rows are followed by something foreign may have
/// lost some, so all its rows count as foreign too.
///
/// A file of another model is refused. One row that names another model among rows of this one is damage, such as two rows run
/// together, and foreign.
pub(super) fn read_completed(
    file: &mut dyn BufRead,
    run: Option<&RunInfo>,
) -> Result<CompletedInputs, ResumeError> {
    let mut lines = Lines::new(file);
    let mut pictures = Pictures::default();
    let Some(header) = lines.next()? else { return Ok(pictures.completed) };
    let Some(columns) = columns(&header, run)? else { return Ok(pictures.completed) };
    pictures.completed.lacks = &HEADER[columns.known..];
    let titles = columns.asked.as_ref().map(|asked| asked.titles.clone()).unwrap_or_default();
    // Rows say of which level they are.
    let level = run.filter(|_| columns.asked.is_some()).map_or(Level::Class, |run| run.question.level);
    let other_question = check_question(level, &titles, |ours| self::titles(ours) == titles, run).err();
    let has_own_groups = columns.asked.as_ref().is_some_and(|asked| asked.has_own_groups);
    let is_other = run.is_some_and(|run| run.question.own_groups.is_some() != has_own_groups);
    let other_question = other_question.or(is_other.then_some(ResumeError::OtherGroups));
    let other_question = other_question.or(check_kept(&columns.kept, run).err());
    pictures.completed.reject(header.zeros());

    let mut rows = Rows::new(lines, columns);
    let (mut is_ours, mut foreign, mut torn) = (false, Vec::new(), None);
    let (mut names_model, mut other_model) = (false, None);
    while let Some(item) = rows.next()? {
        match item {
            Item::Row(row) => match check(&row, &titles, run) {
                Ok(()) => {
                    if let RowContent::Class(_, index, _) = row.content {
                        check_listed(index, &row.label, run)?;
                    }
                    names_model |= row.model.is_some();
                    pictures.add(row);
                    is_ours = true;
                }
                Err(error) if other_model.is_none() => {
                    pictures.interrupt(row.range);
                    other_model = Some(error);
                }
                Err(error) => return Err(error),
            },
            Item::Blank => pictures.pause(),
            Item::Zeros(range) => pictures.interrupt(range),
            Item::Foreign(range, number) => {
                pictures.interrupt(range);
                if foreign.len() < 2 && foreign.last() != Some(&number) {
                    foreign.push(number);
                }
            }
            Item::Torn(start) => torn = Some(start),
        }
    }
    if let Some(error) = other_model.filter(|_| !names_model).or(other_question) {
        return Err(error);
    }
    pictures.completed.end_at(torn.unwrap_or_else(|| rows.end()));
    match foreign[..] {
        [line, _] if !is_ours => {
            let reason = "it is not a row of one of its answers".to_owned();
            Err(ResumeError::NotAnAnswer { line, reason })
        }
        _ => Ok(pictures.finish()),
    }
}

/// Refuses a row of another run. A failure is of no run.
fn check(row: &PictureRow, titles: &[String], run: Option<&RunInfo>) -> Result<(), ResumeError> {
    let Some(by) = &row.model else { return Ok(()) };
    check_model(by, run.map(|run| &run.model))?;
    check_question(row.level, titles, |ours| self::titles(ours) == titles, run)?;
    check_own_groups(row.own_groups.as_deref(), run)
}

/// The columns that the header names, or `None` if the file ends before the header does.
fn columns(header: &Line, run: Option<&RunInfo>) -> Result<Option<Columns>, ResumeError> {
    let text = without_mark(&header.text);
    let asked = run.and_then(|run| AskedColumns::of(&run.question));
    let kept = run.map(|run| run.keep.clone()).unwrap_or_default();
    let ours = [HEADER.len(), WITHOUT_PRECISION, WITHOUT_TEMPERATURE]
        .map(|known| Columns { known, asked: asked.clone(), kept: kept.clone() }.header());
    let is_begun = ours.iter().any(|header| header.starts_with(text));
    if header.is_ended
        && let Some(columns) = own_columns(text)
    {
        return Ok(Some(columns));
    }
    if !header.is_ended && !header.is_only_zeros() && is_begun {
        return Ok(None);
    }
    let reason = match other_than_utf8(text) {
        Some(encoding) => format!("it is {}, expected UTF-8", encoding.name),
        None if header.is_only_zeros() => "it is nothing but zero bytes".to_owned(),
        None => format!("the header is not {}", HEADER[..WITHOUT_TEMPERATURE].join(",")),
    };
    Err(ResumeError::NotAnAnswer { line: 1, reason })
}

/// What has been read.
#[derive(Default)]
struct Pictures {
    completed: CompletedInputs,
    /// The picture whose rows are being read.
    current: Option<Picture>,
    /// The rows of pictures that may have lost others.
    doubtful: Vec<Range<u64>>,
}

/// A picture with its rows so far.
struct Picture {
    path: Vec<u8>,
    /// Where they lie, apart from those of an earlier run.
    range: Range<u64>,
    classes: Vec<(usize, f32)>,
    /// How many of them an earlier run wrote.
    earlier: usize,
    /// Whether something foreign came after its last row.
    is_interrupted: bool,
}

impl Picture {
    /// A picture whose row with `class` lies in `range`, after those of an earlier run.
    fn new(path: Vec<u8>, range: Range<u64>, mut classes: Vec<(usize, f32)>, class: (usize, f32)) -> Self {
        let earlier = classes.len();
        classes.push(class);
        Self { path, range, classes, earlier, is_interrupted: false }
    }

    fn rows(&self) -> u32 {
        self.classes.len() as u32
    }
}

impl Pictures {
    fn add(&mut self, row: PictureRow) {
        let PictureRow { path, range, content, .. } = row;
        match content {
            RowContent::Class(rank, index, score) => self.add_class(path, range, rank, (index, score)),
            RowContent::NoClass => {
                self.close();
                self.completed.add(&path, 0);
            }
            // It does not say of which kind it is.
            RowContent::Failure(message) => {
                self.close();
                self.completed.add_part(&path, Content::Failure(message));
            }
        }
    }

    fn add_class(&mut self, path: Vec<u8>, range: Range<u64>, rank: u32, class: (usize, f32)) {
        match &mut self.current {
            Some(picture) if picture.path == path && picture.rows().checked_add(1) == Some(rank) => {
                picture.classes.push(class);
                picture.range.end = range.end;
                picture.is_interrupted = false;
            }
            _ if rank == 1 => {
                self.close();
                self.current = Some(Picture::new(path, range, vec![], class));
            }
            // What a later run added to what was the last picture then.
            _ => match self.completed.take_part(&path, rank) {
                Some(part) => {
                    self.close();
                    self.current = Some(Picture::new(path, range, part, class));
                }
                None if self.completed.add_row(&path, rank) => self.close(),
                None => self.interrupt(range),
            },
        }
    }

    fn interrupt(&mut self, range: Range<u64>) {
        self.completed.reject(range);
        if let Some(picture) = &mut self.current {
            picture.is_interrupted = true;
        }
    }

    /// A run ended here, perhaps within the rows of a picture.
    fn pause(&mut self) {
        if let Some(picture) = self.current.take_if(|picture| !picture.is_interrupted) {
            self.completed.add_part(&picture.path, Content::Classes(picture.classes));
        }
    }

    /// Ends the rows of a picture that others follow.
    fn close(&mut self) {
        let Some(mut picture) = self.current.take() else { return };
        if !picture.is_interrupted {
            self.keep(&picture);
            return self.completed.add(&picture.path, picture.rows());
        }
        self.doubtful.push(picture.range);
        if picture.earlier > 0 {
            picture.classes.truncate(picture.earlier);
            self.completed.add_part(&picture.path, Content::Classes(picture.classes));
        }
    }

    /// Keeps an answer to be checked, if its rows do not name the model that gave it.
    fn keep(&mut self, picture: &Picture) {
        if self.completed.lacks.contains(&"model") {
            self.completed.keep(&picture.path, &picture.classes);
        }
    }

    /// Ends the file.
    fn finish(mut self) -> CompletedInputs {
        if let Some(picture) = self.current.take() {
            self.keep(&picture);
            self.completed.add_part(&picture.path, Content::Classes(picture.classes));
        }
        self.completed.reject_earlier(self.doubtful.into_iter());
        self.completed
    }
}
