//! Text for people: a row per class on a terminal, one line per picture elsewhere.

mod block;
mod paint;

use std::io::{self, Write};

use super::excerpt::Excerpt;
use super::format::{Constructor, Format, LabelStyle, Sink, SinkOptions};
use crate::record::{Answer, GroupName, Prediction, Record};
use crate::terminal_text::escape_controls;
use block::Block;
use paint::{BAR, PATH, paint};

pub(super) const FORMAT: Format = Format {
    name: "text",
    title: "text",
    help: "For people: blocks on a terminal, tab-separated lines elsewhere",
    endings: &[],
    is_binary: false,
    is_readable_unfinished: true,
    carries_failures: false,
    carries_damage: true,
    carries_logits: false,
    carries_kept: false,
    chooses_label: true,
    holds_answers,
    read_completed: None,
    constructor: Constructor::BuiltIn(|options| Box::new(Text::new(options))),
};

/// Writes answers. Failures are not written: on stdout every line is an answer.
#[derive(Debug)]
struct Text {
    label: LabelStyle,
    /// Those that were asked for.
    groups: Vec<GroupName>,
    layout: Layout,
}

#[derive(Debug)]
enum Layout {
    /// The path, a row per group and class with a bar, what is wrong with the file, a line of times.
    Block(Block),
    /// The path, then name and score of each group that was asked for, label and score of each class, then what is wrong with the file, separated by tabs.
    Line { colour: bool },
}

/// What comes before the reason in the last field of a damaged picture.
const DAMAGED: &str = "damaged: ";

impl Text {
    fn new(options: &SinkOptions) -> Self {
        let layout = if options.on_terminal {
            Layout::Block(Block::new(options))
        } else {
            Layout::Line { colour: options.colour }
        };
        Self { label: options.label, groups: options.run.question.groups.clone(), layout }
    }

    fn label(&self, prediction: &Prediction) -> String {
        match (self.label, &prediction.wnid) {
            (LabelStyle::Index, _) => prediction.index.to_string(),
            (LabelStyle::Wnid, Some(wnid)) => wnid.to_string(),
            _ => escape_controls(&prediction.label),
        }
    }

    /// What is shown for each group and class, groups first, with its score.
    fn rows(&self, answer: &Answer) -> Vec<(String, f32)> {
        let groups = self.groups.iter().map(|group| self.group(group)).zip(answer.groups.iter().copied());
        let classes = answer.top.iter().map(|prediction| (self.label(prediction), prediction.score));
        groups.chain(classes).collect()
    }

    /// A group is told from a class by its `@`.
    fn group(&self, group: &GroupName) -> String {
        let is_by_id = group.is_by_id || self.label == LabelStyle::Wnid;
        escape_controls(&GroupName { is_by_id, ..group.clone() }.title())
    }

    fn line(&self, path: &str, answer: &Answer, colour: bool) -> String {
        let mut columns = vec![paint(colour, PATH, path)];
        for (label, score) in self.rows(answer) {
            columns.extend([label, paint(colour, BAR, &format!("{score:.4}"))]);
        }
        columns.extend(damage(answer));
        columns.join("\t")
    }
}

impl Sink for Text {
    fn write(&mut self, output: &mut dyn Write, record: &Record) -> io::Result<()> {
        let Ok(answer) = &record.outcome else {
            return Ok(());
        };
        let path = escape_controls(&record.path.to_string_lossy());
        let text = match &self.layout {
            Layout::Block(block) => block.text(&path, &self.rows(answer), damage(answer), answer.timing),
            Layout::Line { colour } => self.line(&path, answer, *colour),
        };
        output.write_all((text + "\n").as_bytes())?;
        output.flush()
    }
}

/// That a file is damaged, and how.
fn damage(answer: &Answer) -> Option<String> {
    answer.damaged.as_deref().map(|reason| format!("{DAMAGED}{}", escape_controls(reason)))
}

/// Whether each line is one of ours. Paths alone may be anybody's list, so that one line at least has more.
fn holds_answers(excerpt: &Excerpt) -> bool {
    let counts: Option<Vec<usize>> = excerpt.lines(b'\n').map(fields_after_path).collect();
    counts.is_some_and(|counts| counts.into_iter().any(|count| count > 0))
}

/// How many fields follow the path: classes with their scores, then the damage. `None` if anything else does.
fn fields_after_path(line: &[u8]) -> Option<usize> {
    let mut fields: Vec<_> = line.split(|byte| *byte == b'\t').skip(1).collect();
    let count = fields.len();
    fields.pop_if(|last| last.starts_with(DAMAGED.as_bytes()));
    let is_class = |pair: &[&[u8]]| pair.len() == 2 && is_score(pair[1]);
    (!line.is_empty() && fields.chunks(2).all(is_class)).then_some(count)
}

/// Whether it is a score as [`Text`] writes them: `0.2500`.
fn is_score(field: &[u8]) -> bool {
    let is_whole = field.starts_with(b"0.") || field == b"1.0000";
    is_whole && field.len() == 6 && field[2..].iter().all(u8::is_ascii_digit)
}
