//! The format of `numpy.save`: a row of 32-bit floats per picture that did not fail, with their paths in a file beside it.
//!
//! | file | content |
//! |---|---|
//! | `OUT.npy` | `[rows, dimension]`, which `np.load(mmap_mode="r")` reads at any time: the number of rows is rewritten after each row |
//! | `OUT.npy.paths` | a line per row: its path as a JSON string |
//! | `OUT.npy.json` | the model and what its embeddings are |

mod header;
mod path_line;
mod rows;

use std::io::{self, Seek, SeekFrom, Write};

pub(super) use rows::rows;
pub use rows::{ContinuedNpy, continue_npy};

use crate::record::Record;
use crate::sink::embeddings::info;
use crate::sink::excerpt::Excerpt;
use crate::sink::format::{Constructor, Format, Sink, SinkOptions};
use crate::sink::npy_files::{NPY_BESIDE, NpyFiles};
use header::header;

pub(in crate::sink) const FORMAT: Format = Format {
    name: "npy",
    title: "npy",
    help: "For NumPy: one row per picture that did not fail; FILE.paths has their paths, FILE.json the model",
    endings: &["npy"],
    is_binary: true,
    is_readable_unfinished: true,
    carries_failures: false,
    carries_damage: false,
    carries_logits: false,
    carries_kept: false,
    chooses_label: false,
    holds_answers,
    read_completed: None,
    constructor: Constructor::WithFiles(|options, files| Box::new(Npy::new(options, files))),
};

/// Writes rows. A row counts once the header says so: its path is written before it, and the header after it.
struct Npy {
    files: NpyFiles,
    dimension: usize,
    /// What is written before the first row.
    beginning: Option<Beginning>,
}

/// What is written before the first row.
enum Beginning {
    /// Of new files: this is the text beside them.
    New(String),
    /// The rows may be fewer than the header says.
    Continued,
}

impl Npy {
    fn new(options: &SinkOptions, files: NpyFiles) -> Self {
        let beginning = if options.appends {
            Beginning::Continued
        } else {
            Beginning::New(info::text(&options.run.model))
        };
        Self { files, dimension: options.embedding().dimension, beginning: Some(beginning) }
    }

    fn begin(&mut self, output: &mut dyn Write) -> io::Result<()> {
        match self.beginning.take() {
            None => Ok(()),
            Some(Beginning::Continued) => self.count(),
            Some(Beginning::New(info)) => {
                self.files.info.write_all(info.as_bytes())?;
                output.write_all(&header(0, self.dimension))?;
                output.flush()
            }
        }
    }

    /// Writes into the header how many rows there are.
    fn count(&mut self) -> io::Result<()> {
        let start = &mut self.files.start;
        start.rewind()?;
        start.write_all(&header(self.files.rows, self.dimension))?;
        // The next row goes where the file ends: both handles have one position.
        start.seek(SeekFrom::End(0)).map(|_| ())
    }
}

impl Sink for Npy {
    fn write(&mut self, output: &mut dyn Write, record: &Record) -> io::Result<()> {
        self.begin(output)?;
        let features = record.outcome.as_ref().ok().and_then(|answer| answer.features.as_ref());
        let Some(values) = features else { return Ok(()) };
        self.files.paths.write_all(path_line::line(&record.path).as_bytes())?;
        let row: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        output.write_all(&row)?;
        output.flush()?;
        self.files.rows += 1;
        self.count()
    }

    fn finish(&mut self, output: &mut dyn Write) -> io::Result<()> {
        self.begin(output)
    }
}

/// Whether it begins as [`header()`] writes it.
fn holds_answers(excerpt: &Excerpt) -> bool {
    header::parse(excerpt.start)
        .is_some_and(|(rows, dimension)| excerpt.start.starts_with(&header(rows, dimension)))
}

/// Whether a file whose name ends in `ending` is one that lies beside ours, as far as its `start` shows.
pub fn is_beside(ending: &str, start: &[u8]) -> bool {
    let text = String::from_utf8_lossy(start);
    match text.lines().next() {
        None => true,
        Some(line) if ending == NPY_BESIDE[0] => path_line::read(line.as_bytes()).is_ok(),
        Some(line) => info::read(line).is_ok(),
    }
}
