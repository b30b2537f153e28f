//! What the labels of a data set mean: which class of a checkpoint each of them is.
//!
//! One reading has to fit all labels: indices, WordNet ids or names, or places among sorted names. If two readings fit and
//! differ, the labels are refused until the user says which is meant; a name that several classes bear is refused, too.

mod choose;
mod error;
mod kind;
mod names;
mod read;

pub use choose::{Truth, TruthOptions};
pub use error::TruthError;
pub use kind::TruthKind;
