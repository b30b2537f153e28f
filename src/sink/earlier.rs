//! What an output file has of inputs that are asked once more, so that nothing is written twice.

use std::collections::HashMap;

use crate::record::{Prediction, Record};

/// What an output file has of inputs that are asked once more, by path.
#[derive(Clone, Debug, Default)]
pub struct Earlier(HashMap<Box<[u8]>, Part>);

/// What an output file has of one path.
#[derive(Clone, Debug)]
struct Part {
    content: Content,
    /// How often it has that.
    times: usize,
}

/// What a record says that may not be its last word.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Content {
    /// The first classes of an answer, as index and score. There may be more.
    Classes(Vec<(usize, f32)>),
    /// The message of a failure that may pass.
    Failure(String),
}

/// How far two scores of one picture can differ: another instruction set adds up in another order.
pub const SCORE_TOLERANCE: f32 = 1e-4;

impl Earlier {
    /// Adds what the file has of `path`. It takes the place of anything else that the file has of it, as a later attempt.
    pub(super) fn add(&mut self, path: &[u8], content: Content) {
        match self.0.get_mut(path) {
            Some(part) if part.content == content => part.times += 1,
            _ => drop(self.0.insert(path.into(), Part { content, times: 1 })),
        }
    }

    /// Uses up one part of `path`, and says whether there was one.
    pub(super) fn take(&mut self, path: &[u8]) -> bool {
        let part = self.0.get_mut(path).filter(|part| part.times > 0);
        part.map(|part| part.times -= 1).is_some()
    }

    /// Uses up the classes of `path` if the one of this rank comes next.
    pub(super) fn take_classes(&mut self, path: &[u8], rank: u32) -> Option<Vec<(usize, f32)>> {
        let part = self.0.get_mut(path).filter(|part| part.times > 0)?;
        let Content::Classes(classes) = &part.content else { return None };
        if classes.len() + 1 != rank as usize {
            return None;
        }
        part.times -= 1;
        Some(classes.clone())
    }

    /// Whether the file has the beginning of an answer, but not to `path`.
    pub(super) fn has_another(&self, path: &[u8]) -> bool {
        let is_pending = |part: &Part| part.times > 0 && matches!(part.content, Content::Classes(_));
        self.0.iter().any(|(other, part)| **other != *path && is_pending(part))
    }

    /// How many classes of `record` the file has already; `None` if it has the whole record.
    pub(super) fn written(&mut self, record: &Record) -> Option<usize> {
        let part = self.0.get_mut(record.path.as_os_str().as_encoded_bytes());
        let Some(part) = part.filter(|part| part.times > 0) else { return Some(0) };
        let (written, whole) = match (&part.content, &record.outcome) {
            (Content::Classes(classes), Ok(answer)) if begin_alike(classes, &answer.top) => {
                (classes.len(), answer.top.len())
            }
            (Content::Failure(message), Err(error)) if *message == error.message => (1, 1),
            _ => return Some(0),
        };
        part.times -= 1;
        (written < whole).then_some(written)
    }
}

/// Whether one of the two lists begins with the other. If not, the picture or the model has changed.
fn begin_alike(earlier: &[(usize, f32)], now: &[Prediction]) -> bool {
    earlier
        .iter()
        .zip(now)
        .all(|(&(index, score), now)| index == now.index && (score - now.score).abs() <= SCORE_TOLERANCE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Answer, ItemError};
    use crate::sink::samples::answer;

    fn record(outcome: Result<&[(usize, f32)], &str>) -> Record {
        let class =
            |&(index, score): &(usize, f32)| Prediction { index, wnid: None, label: "".into(), score };
        let outcome = outcome
            .map_err(ItemError::io)
            .map(|classes| Answer { top: classes.iter().map(class).collect(), ..answer() });
        Record { path: "a".into(), kept: vec![], outcome }
    }

    #[test]
    fn only_what_the_file_lacks_is_written() {
        let written = |content, outcome| {
            let mut earlier = Earlier::default();
            earlier.add(b"a", content);
            earlier.written(&record(outcome))
        };
        let part = || Content::Classes(vec![(7, 0.5), (3, 0.25)]);
        assert_eq!(written(part(), Ok(&[(7, 0.5), (3, 0.25), (1, 0.125)])), Some(2));
        assert_eq!(written(part(), Ok(&[(7, 0.50001), (3, 0.25)])), None);
        assert_eq!(written(part(), Ok(&[(7, 0.5)])), None, "a run that asks for fewer");
        assert_eq!(written(part(), Ok(&[(3, 0.5), (7, 0.25)])), Some(0), "another picture of that name");
        assert_eq!(written(part(), Ok(&[(7, 0.25), (3, 0.125)])), Some(0));
        assert_eq!(written(part(), Err("gone")), Some(0));
        let failure = || Content::Failure("gone".to_owned());
        assert_eq!(written(failure(), Err("gone")), None);
        assert_eq!(written(failure(), Err("denied")), Some(0));
        assert_eq!(written(failure(), Ok(&[(7, 0.5)])), Some(0));
    }

    #[test]
    fn each_part_is_used_once_and_the_last_attempt_counts() {
        let mut earlier = Earlier::default();
        for message in ["denied", "gone", "gone"] {
            earlier.add(b"a", Content::Failure(message.to_owned()));
        }
        let mut other = earlier.clone();
        assert_eq!([(); 3].map(|()| earlier.take(b"a")), [true, true, false]);
        assert_eq!(other.written(&record(Err("denied"))), Some(0));
        assert_eq!([(); 3].map(|()| other.written(&record(Err("gone")))), [None, None, Some(0)]);
        assert!(!earlier.take(b"b"));
    }
}
