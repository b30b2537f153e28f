//! Whether a file may be replaced: it holds lines of ours, and nothing else.

use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::sink::excerpt::Excerpt;
use crate::sink::kept::KeptNames;
use crate::sink::whole_lines::START;

/// All fields that a line of ours may have. A line with any other field was changed by someone.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only whether a field is there counts")]
struct Fields {
    path: String,
    path_bytes: Option<IgnoredAny>,
    width: Option<IgnoredAny>,
    height: Option<IgnoredAny>,
    model: Option<IgnoredAny>,
    res: Option<IgnoredAny>,
    temperature: Option<IgnoredAny>,
    precision: Option<IgnoredAny>,
    damaged: Option<IgnoredAny>,
    level: Option<IgnoredAny>,
    groups: Option<Vec<IgnoredAny>>,
    own_groups: Option<IgnoredAny>,
    top: Option<Vec<IgnoredAny>>,
    logits: Option<IgnoredAny>,
    ms: Option<IgnoredAny>,
    error: Option<ErrorKind>,
    kept: Option<KeptNames>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only whether it is there counts")]
struct ErrorKind {
    kind: String,
}

pub(super) fn holds_answers(excerpt: &Excerpt) -> bool {
    let is_torn = |rest: &[u8]| rest.starts_with(START) || START.starts_with(rest);
    let mut lines = excerpt.lines(b'\n').map(without_marks).peekable();
    lines.peek().is_some() && lines.all(is_own) && is_torn(without_marks(excerpt.rest(b'\n')))
}

/// Whether a line has the fields of an answer or of a failure.
fn is_own(line: &[u8]) -> bool {
    serde_json::from_slice::<Fields>(line).is_ok_and(|fields| {
        fields.error.is_some() || fields.width.is_some() && fields.model.is_some() && fields.top.is_some()
    })
}

/// A line without the zeros that some file systems leave where a record was lost to a power failure, and without a byte
/// order mark.
fn without_marks(line: &[u8]) -> &[u8] {
    let own = &line[line.iter().take_while(|byte| **byte == 0).count()..];
    own.strip_prefix(b"\xef\xbb\xbf").unwrap_or(own)
}
