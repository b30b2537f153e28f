//! A checkpoint on disk to answers: configuration, labels, network, top-k.

mod checkpoint;
mod classes;
mod classifier;
mod config;
mod label_file;
mod labels;
mod open;
mod recognise;
mod selection;
mod top_k;

pub use checkpoint::{Checkpoint, CheckpointError};
pub use classes::{Classes, UnknownClass};
pub use classifier::{Classifier, ClassifyError, Prepared, Wanted};
pub use config::{Config, ConfigError};
pub use label_file::LabelFileError;
pub use labels::{Label, Labels};
pub use open::{CHECKPOINT_FILES, OpenError, cached, fetch, open, repositories};
pub use recognise::Unrecognised;
pub use selection::{Alternative, Request, SelectionError, Source, select};
pub use top_k::Scores;
