//! What a run produces: plain data that every floor may use.

mod embedding;
mod question;

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

pub use embedding::{EmbeddingInfo, FeatureLayer};
pub use question::{GroupName, Level, Question};

/// One class with its probability.
#[derive(Clone, Debug, PartialEq)]
pub struct Prediction {
    /// Index among the classes that can be printed: 0 to 999 for ImageNet-1k, without the background class.
    pub index: usize,
    /// WordNet id; ImageNet classes have one.
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
    /// The best classes, best first; at the level [`Coarse`](Level::Coarse), groups of classes instead.
    pub top: Vec<Prediction>,
    /// The scores of the groups that were asked for, in the order of [`Question::groups`].
    pub groups: Vec<f32>,
    /// Whether the picture has what was asked for: a class is listed, or the score of a group is high enough.
    pub is_selected: bool,
    /// All logits, if asked for: one for each class of the checkpoint's head.
    pub logits: Option<Vec<f32>>,
    /// The picture's embedding, if asked for.
    pub features: Option<Vec<f32>>,
    /// What is wrong with the file, if it was answered by what there is of it.
    pub damaged: Option<String>,
    /// Time spent on the picture.
    pub timing: Timing,
}

/// Why an input has no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemError {
    /// One word for scripts: `io`; `not-an-image`, `unsupported`, `too-large`, `decode` or `internal` as
    /// `pixels::DecodeError` names them; `timeout`; `infer`.
    pub kind: &'static str,
    /// A sentence for people.
    pub message: String,
    /// What to try next. The command line puts it into words.
    pub hint: Option<ItemHint>,
}

/// What to try after an input failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemHint {
    /// The input is a directory: search it for pictures.
    SearchDirectory,
    /// The input is an address: another program has to fetch it.
    Download,
    /// The file is missing: look for what its name was meant for.
    FindFile,
    /// Convert the picture to a common format.
    Convert,
    /// Answer the damaged JPEG by what there is of it.
    Salvage,
    /// The file lacks its content: copy or download it again.
    CopyAgain,
    /// The file is a web page: the picture that it shows has an address of its own.
    FetchPicture,
    /// The file is a document: draw its pages.
    DrawPages,
    /// The file is a drawing made of lines: turn it into pixels.
    Draw,
    /// The file is a video: take a frame.
    TakeFrame,
    /// The file is an archive: unpack it.
    Unpack(Archive),
    /// The file holds pictures, and is read by the ending of its name: give it this one.
    Rename(&'static str),
    /// The pages of the Parquet file are compressed in a way that mnet cannot read: compress them by Zstandard.
    Recompress,
    /// Git has kept the file's content elsewhere: fetch it.
    PullLfs,
    /// The file is text: perhaps a list of pictures.
    ReadList,
    /// The file has no such member: list those that it has.
    ListMembers,
    /// The file is something else: look for pictures beside it.
    FindPictures,
    /// Cut the picture to a shape that is less long.
    Crop,
    /// Allow pictures of this many pixels.
    AllowPixels(u64),
    /// Allow this many bytes of memory.
    AllowMemory(u64),
    /// Allow more pixels; how many it takes is not known.
    AllowMorePixels,
    /// Allow more time.
    AllowTime,
}

/// Files that hold other files, or another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Archive {
    /// tar.
    Tar,
    /// 7z.
    SevenZip,
    /// One compressed file, or a tar archive, by the program of this name.
    Compressed(&'static str),
}

impl ItemError {
    /// An error of kind `io` without a hint.
    pub fn io(message: impl Into<String>) -> Self {
        Self { kind: "io", message: message.into(), hint: None }
    }
}

impl From<&io::Error> for ItemError {
    /// Common errors get plain words, without the operating system's error number.
    fn from(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self { hint: Some(ItemHint::FindFile), ..Self::io("no such file") },
            io::ErrorKind::NotADirectory => Self {
                hint: Some(ItemHint::FindFile),
                ..Self::io("no such file: a / in its path follows the name of a file")
            },
            io::ErrorKind::PermissionDenied => Self::io("permission denied"),
            _ => Self::io(error.to_string()),
        }
    }
}

/// One input with its answer or error.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// The input as the user named it.
    pub path: PathBuf,
    /// The values of the columns of the input that are kept, in the order of [`RunInfo::keep`]; empty if it has no columns.
    pub kept: Vec<Value>,
    /// The answer, or why there is none.
    pub outcome: Result<Answer, ItemError>,
}

/// The number format of a network's weights and feature maps. Sums are `f32` in both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Precision {
    /// 24 significant bits, which give the reference's answers.
    #[default]
    F32,
    /// 8 significant bits, with the range of `f32`. Faster on a processor that multiplies pairs of them.
    Bf16,
}

impl Precision {
    /// All precisions, the default first.
    pub const ALL: [Self; 2] = [Self::F32, Self::Bf16];

    /// Its name in flags and records.
    pub const fn name(self) -> &'static str {
        match self {
            Self::F32 => "f32",
            Self::Bf16 => "bf16",
        }
    }

    /// The precision of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|precision| precision.name() == name)
    }
}

impl fmt::Display for Precision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The model that answers: the same for every record of a run.
#[derive(Clone, Debug)]
pub struct ModelInfo {
    /// The checkpoint, as a user would name it.
    pub name: String,
    /// Side of the model's input, px: the shorter one, if it is not square.
    pub resolution: usize,
    /// By what its logits are divided before they become scores, if that was asked for.
    pub temperature: Option<f64>,
    /// The precision that it ran in, if one was asked for.
    pub precision: Option<Precision>,
    /// What its embeddings are, if it answers with embeddings.
    pub embedding: Option<EmbeddingInfo>,
}

impl PartialEq for ModelInfo {
    /// Whether both give the same answers. Without a requested precision, a model runs in `f32`.
    fn eq(&self, other: &Self) -> bool {
        let Self { name, resolution, temperature, precision, embedding } = self;
        (name, resolution, temperature, embedding)
            == (&other.name, &other.resolution, &other.temperature, &other.embedding)
            && precision.unwrap_or_default() == other.precision.unwrap_or_default()
    }
}

impl fmt::Display for ModelInfo {
    /// `owner/name at 224 px`, with `, temperature 1.25`, `, bf16` or `, 1280 values before the classifier, raw` where
    /// it applies.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {} px", self.name, self.resolution)?;
        self.temperature.map_or(Ok(()), |temperature| write!(f, ", temperature {temperature}"))?;
        let precision = self.precision.filter(|precision| *precision != Precision::default());
        precision.map_or(Ok(()), |precision| write!(f, ", {precision}"))?;
        self.embedding.map_or(Ok(()), |embedding| write!(f, ", {embedding}"))
    }
}

/// What is the same for every record of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct RunInfo {
    /// The model that answers.
    pub model: ModelInfo,
    /// What is asked of the model.
    pub question: Question,
    /// The names of the columns of the inputs that records keep.
    pub keep: Vec<String>,
}

impl From<ModelInfo> for RunInfo {
    /// A run that asks for classes only.
    fn from(model: ModelInfo) -> Self {
        Self { model, question: Question::default(), keep: vec![] }
    }
}

/// A duration in milliseconds, with no digits below nanoseconds.
pub fn milliseconds(duration: Duration) -> f64 {
    duration.as_nanos() as f64 / 1e6
}
