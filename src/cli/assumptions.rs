//! The one note on what a checkpoint's files do not say.

use crate::predict::{Assumption, Subject};
use crate::words::and_list;

/// What settles an assumption: a file, or flags.
const SETTLED_BY: [(Subject, &str); 3] = [
    (Subject::Network, "config.json"),
    (Subject::Preprocessing, "preprocessor_config.json or flags such as --resize"),
    (Subject::Names, "--labels FILE"),
];

/// One sentence that lists the `assumptions` and what would settle them, or `None` if nothing was assumed.
pub(super) fn assumption_note(assumptions: &[Assumption]) -> Option<String> {
    if assumptions.is_empty() {
        return None;
    }
    let clauses: Vec<_> = assumptions.iter().map(|assumption| assumption.clause.as_str()).collect();
    let is_open = |subject| assumptions.iter().any(|assumption| assumption.about == subject);
    let ways: Vec<_> =
        SETTLED_BY.iter().filter(|(subject, _)| is_open(*subject)).map(|(_, way)| *way).collect();
    let settled = if ways.is_empty() { String::new() } else { format!(" (settled by {})", and_list(&ways)) };
    Some(clauses.join("; ") + &settled)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assumed(about: Subject, clause: &str) -> Assumption {
        Assumption { about, clause: clause.to_owned() }
    }

    #[test]
    fn all_of_it_is_one_sentence() {
        let [file, network, names] = [
            assumed(Subject::Choice, "its weights are the file a.pth"),
            assumed(Subject::Network, "its tensors are those of x"),
            assumed(Subject::Names, "its 3 classes have no names"),
        ];
        assert_eq!(assumption_note(&[]), None);
        assert_eq!(assumption_note(std::slice::from_ref(&file)).unwrap(), "its weights are the file a.pth");
        assert_eq!(
            assumption_note(&[file, network, names]).unwrap(),
            "its weights are the file a.pth; its tensors are those of x; its 3 classes have no names \
             (settled by config.json and --labels FILE)"
        );
    }
}
