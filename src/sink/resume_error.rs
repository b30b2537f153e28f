//! Why a run cannot append to a file.

use std::io;
use std::path::{self, Path};

use thiserror::Error;

use crate::record::{GroupName, Level, ModelInfo, Prediction, RunInfo};

/// Why a run cannot append to a file.
#[derive(Debug, Error)]
pub enum ResumeError {
    /// The file cannot be read.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The format has no way back from bytes to inputs.
    #[error("{format} output cannot be resumed")]
    NotResumable {
        /// The format's title.
        format: &'static str,
    },
    /// The file has other content.
    #[error("line {line} was not written by mnet ({reason})")]
    NotAnAnswer {
        /// Counted from 1.
        line: u64,
        /// What is wrong with it.
        reason: String,
    },
    /// The file is no file of embeddings, or the files beside it do not fit it.
    #[error("it was not written by mnet embed ({reason})")]
    NotEmbeddings {
        /// What is wrong with it.
        reason: String,
    },
    /// The file does not name all that an answer depends on, and this run answers otherwise.
    #[error(
        "its answer to {path} is {theirs}; this run has {ours}: another model, other flags or another picture"
    )]
    OtherAnswer {
        /// The picture that was asked again.
        path: String,
        /// Class and score in the file.
        theirs: String,
        /// Class and score now.
        ours: String,
    },
    /// The file has answers of another model.
    #[error("its answers are from {theirs}; this run uses {ours}")]
    OtherModel {
        /// Name, resolution and temperature in the file.
        theirs: String,
        /// Those of the model that would append.
        ours: String,
    },
    /// The file has answers to another question.
    #[error("its answers have {theirs}; this run asks for {ours}")]
    OtherQuestion {
        /// What its answers list.
        theirs: String,
        /// What those of the run would list.
        ours: String,
    },
    /// The file has answers about groups of the same names and with other classes.
    #[error(
        "the groups of its answers have other classes than those of this run: the file of --groups is another one or was changed"
    )]
    OtherGroups,
    /// The records in the file keep other columns of their inputs.
    #[error("its records keep {theirs}; this run keeps {ours}")]
    OtherColumns {
        /// Those in the file.
        theirs: String,
        /// Those of the run.
        ours: String,
    },
}

impl ResumeError {
    /// The error for records that keep other columns.
    pub(super) fn other_columns(theirs: &[String], ours: &[String]) -> Self {
        let [theirs, ours] = [theirs, ours].map(|names| match names {
            [] => "no columns".to_owned(),
            [name] => format!("the column {name}"),
            names => format!("the columns {}", names.join(", ")),
        });
        Self::OtherColumns { theirs, ours }
    }

    /// The error for an answer in the file that this run gives otherwise.
    pub fn other_answer(path: &Path, theirs: (usize, f32), ours: &[Prediction]) -> Self {
        let score = |ours: &Prediction| format!("class {} at {:.4}", ours.index, ours.score);
        let (index, was) = theirs;
        let now = ours.iter().find(|class| class.index == index).or(ours.first()).map(score);
        let now = now.unwrap_or_else(|| "no class".to_owned());
        Self::OtherAnswer {
            path: path.display().to_string(),
            theirs: format!("class {index} at {was:.4}"),
            ours: now,
        }
    }
}

/// What answers at `level` with the scores of the groups of these titles list: `classes and the scores of @dog, @cat`.
fn listed(level: Level, titles: &[String]) -> String {
    let what = if level == Level::Coarse { "groups (--level coarse)" } else { "classes" };
    match titles {
        [] => what.to_owned(),
        [title] => format!("{what} and the score of {title}"),
        titles => format!("{what} and the scores of {}", titles.join(", ")),
    }
}

/// The titles of groups.
pub(super) fn titles(groups: &[GroupName]) -> Vec<String> {
    groups.iter().map(GroupName::title).collect()
}

/// Refuses answers to another question than that of `run`, if that is known: at another `level`, or with groups of these titles
/// that are others, as `is_same` says of those of the run.
pub(super) fn check_question(
    level: Level,
    theirs: &[String],
    is_same: impl FnOnce(&[GroupName]) -> bool,
    run: Option<&RunInfo>,
) -> Result<(), ResumeError> {
    let ours = run.map(|run| &run.question);
    let Some(ours) = ours.filter(|ours| ours.level != level || !is_same(&ours.groups)) else {
        return Ok(());
    };
    let (theirs, ours) = (listed(level, theirs), listed(ours.level, &titles(&ours.groups)));
    // A user's group by the name of a built-in one.
    Err(if theirs == ours { ResumeError::OtherGroups } else { ResumeError::OtherQuestion { theirs, ours } })
}

/// Refuses answers about groups that the user has made with other classes than those of `run`. `theirs` is their check sum.
pub(super) fn check_own_groups(theirs: Option<&str>, run: Option<&RunInfo>) -> Result<(), ResumeError> {
    let is_other = run.is_some_and(|run| run.question.own_groups.as_deref() != theirs);
    if is_other { Err(ResumeError::OtherGroups) } else { Ok(()) }
}

/// Refuses an answer that lists a group, with this place and label, that is not one of those that `run` lists.
pub(super) fn check_listed(index: usize, label: &str, run: Option<&RunInfo>) -> Result<(), ResumeError> {
    let question = run.map(|run| &run.question).filter(|question| question.level == Level::Coarse);
    let Some(question) = question.filter(|ours| ours.listed.get(index).is_none_or(|name| **name != *label))
    else {
        return Ok(());
    };
    let theirs = format!("the group `{label}`");
    let ours = question.listed.get(index).map_or_else(
        || format!("{} groups", question.listed.len()),
        |name| format!("other groups, `{name}` in its place"),
    );
    Err(ResumeError::OtherQuestion { theirs, ours })
}

/// Refuses answers of another model than `ours`, if that is known.
pub(super) fn check_model(theirs: &ModelInfo, ours: Option<&ModelInfo>) -> Result<(), ResumeError> {
    let has_other_name = |ours: &ModelInfo| !is_same(&ours.name, &theirs.name);
    let is_else = |ours: &ModelInfo| ModelInfo { name: theirs.name.clone(), ..ours.clone() } != *theirs;
    let Some(ours) = ours.filter(|ours| has_other_name(ours) || is_else(ours)) else { return Ok(()) };
    Err(ResumeError::OtherModel { theirs: theirs.to_string(), ours: ours.to_string() })
}

/// Whether both name one model. A folder has many names: `m1`, `./m1`, `/models/m1`.
fn is_same(one: &str, other: &str) -> bool {
    let absolute = |name: &str| path::absolute(name).ok();
    let real = |name: &str| Path::new(name).canonicalize().ok();
    let is_folder =
        || absolute(one).is_some_and(|path| Some(path) == absolute(other)) && Path::new(one).exists();
    one == other || is_folder() || real(one).is_some_and(|path| Some(path) == real(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_by_another_name_is_the_same_model() {
        let model = |name: &str| ModelInfo {
            name: name.into(),
            resolution: 224,
            temperature: None,
            precision: None,
            embedding: None,
        };
        let check = |theirs: &str, ours: &str| check_model(&model(theirs), Some(&model(ours))).is_ok();
        assert!(check("src", "./src") && check("src/", "src") && check("src", "tests/../src"));
        assert!(check(env!("CARGO_MANIFEST_DIR"), "."));
        assert!(!check("src", "tests") && !check("m1", "./m1") && !check("builtin", "src"));
        let large = ModelInfo {
            name: "src".into(),
            resolution: 256,
            temperature: None,
            precision: None,
            embedding: None,
        };
        assert!(check_model(&large, Some(&model("src"))).is_err());
    }
}
