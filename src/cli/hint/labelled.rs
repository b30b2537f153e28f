//! Labelled pictures that cannot be read, and labels that are not understood.

use super::quote::{quoted, quoted_word};
use super::{Hint, near_path};
use crate::inputs::labelled::{Fault, LabelledError};
use crate::predict::{TruthError, TruthKind};

impl Hint for LabelledError {
    fn hint(&self) -> Option<String> {
        Some(match &self.fault {
            Fault::Io(_) => return near_path(&self.path).map(|near| format!("mnet eval {}", quoted(near))),
            Fault::NoFolders => {
                "a folder for each class, such as photos/tabby/1.jpg, or a table of paths and labels"
                    .to_owned()
            }
            Fault::FolderName(folder) => format!("another name for {}", quoted(folder)),
            Fault::Columns { header } => match &header[..] {
                [path, label, ..] => format!("--columns {}", quoted_word(format!("{path},{label}"))),
                _ => "a table with the columns path and label".to_owned(),
            },
            Fault::NoColumn { .. } => "--columns PATH,LABEL, with two of these names".to_owned(),
            Fault::NoTable => "the same command without --columns".to_owned(),
            Fault::TwoLabels { .. } | Fault::Line { .. } => "one path and one label per line".to_owned(),
            Fault::Encoding(_) | Fault::NotText | Fault::TooLarge { .. } | Fault::Empty => {
                "a file with a path, a space and a label per line, or a table with the columns path and label"
                    .to_owned()
            }
        })
    }
}

impl Hint for TruthError {
    fn hint(&self) -> Option<String> {
        let word = |kind: TruthKind| match kind {
            TruthKind::Index => "index",
            TruthKind::Wnid => "wnid",
            TruthKind::Name => "name",
            TruthKind::Sorted => "sorted",
        };
        Some(match self {
            Self::Either { first, other, .. } => {
                format!("--truth {}, or --truth {}", word(first.0), word(other.0))
            }
            Self::Mixture { kind, .. } => {
                format!("--truth {} --unknown skip, to leave the others out", word(*kind))
            }
            Self::SeveralClasses { classes, .. } => match classes.first() {
                Some((_, label)) if label.wnid.is_some() => "WordNet ids as labels".to_owned(),
                _ => "indices as labels".to_owned(),
            },
            Self::Count { .. } => "--truth sorted needs a label for each class of the model".to_owned(),
        })
    }
}
