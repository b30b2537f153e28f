//! A checkpoint and a picture to an answer: selection, configuration, labels, network, top-k.

mod activation_map;
mod answer_options;
mod assumption;
mod checkpoint;
mod choice;
mod classes;
mod classifier;
mod config;
mod features;
mod groups;
mod identify;
mod label_file;
mod labels;
mod open;
mod selection;
mod similar_classes;
mod temperature_file;
mod top_k;
mod truth;
mod weight_folder;

pub use activation_map::{ActivationMap, Explanation, Method, Target};
pub use answer_options::AnswerOptions;
pub use assumption::{Assumption, Subject};
pub use checkpoint::{Checkpoint, CheckpointError};
pub use choice::{AskedGroup, Classes, CoarseLevel, NotOfLevel, Overlap};
pub use classes::UnknownClass;
pub use classifier::{Classifier, ClassifyError, Prepared};
pub use config::{CheckpointConfig, ConfigError};
pub use features::Features;
pub use groups::{
    AllGroups, Group, GroupFault, GroupFileError, GroupKind, Groups, Hierarchy, NamedGroup, Synset,
    UnknownGroup,
};
pub use identify::IdentifyError;
pub use label_file::LabelFileError;
pub use labels::{Label, Labels};
pub use open::{CHECKPOINT_FILES, OpenError, cached, fetch, open, repositories};
pub use selection::{Alternative, Request, SelectionError, Source, select};
pub use similar_classes::Likeness;
pub use temperature_file::{HeldOutErrors, ModelIdentity, TemperatureError, TemperatureFile};
pub use top_k::Scores;
pub use truth::{Truth, TruthError, TruthKind, TruthOptions};
pub use weight_folder::FolderError;
