//! What comes in and what goes out: plain data.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// One class with its probability.
#[derive(Clone, Debug, PartialEq)]
pub struct Prediction {
    /// Index among the classes that can be printed: for ImageNet-1k 0 to 999, without the background.
    pub index: usize,
    /// WordNet id, of ImageNet classes.
    pub wnid: Option<Arc<str>>,
    /// The class's name.
    pub label: Arc<str>,
    /// Probability, 0 to 1.
    pub score: f32,
}

/// How long one picture took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Timing {
    /// Bytes to an upright RGB picture.
    pub decode: Duration,
    /// Resize, crop, normalise.
    pub preprocess: Duration,
    /// Pixels to logits.
    pub infer: Duration,
}

/// The answer to one picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// Width of the upright picture, px.
    pub width: u32,
    /// Height of the upright picture, px.
    pub height: u32,
    /// The best classes, best first.
    pub top: Vec<Prediction>,
    /// All logits, if asked for: one per class of the checkpoint's own head.
    pub logits: Option<Vec<f32>>,
    /// Where the time went.
    pub timing: Timing,
}

/// Why an input has no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemError {
    /// One word for scripts: `io`, `decode`, …
    pub kind: &'static str,
    /// A sentence for people.
    pub message: String,
    /// What would help, if something is known to.
    pub hint: Option<ItemHint>,
}

/// What would help an input that failed. The command line words it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ItemHint {
    /// This is a directory: search it.
    SearchDirectory(PathBuf),
    /// Its format is not read: convert it.
    Convert,
    /// It has more pixels than allowed: allow this many.
    AllowPixels(u64),
    /// Decoding it takes more memory than allowed, and the limit follows from that of pixels.
    AllowMemory,
}

/// One input and what became of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// The input as it was named.
    pub path: PathBuf,
    /// The answer, or why there is none.
    pub outcome: Result<Answer, ItemError>,
}

/// What answered: the same for every record of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelInfo {
    /// The checkpoint, as a user would name it again.
    pub name: String,
    /// Side of the square input, px.
    pub resolution: usize,
}
