//! Text for people: a row per class on a terminal, one line per picture elsewhere.

use std::io::{self, Write};
use std::time::Duration;

use anstyle::{AnsiColor, Style};

use super::format::{Constructor, Format, LabelStyle, Sink, SinkOptions};
use crate::record::{self, Answer, Prediction, Record, Timing};
use crate::terminal_text::escape_controls;

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
    is_beginning,
    read_completed: None,
    constructor: Constructor::BuiltIn(|options| Box::new(Text::new(options))),
};

/// Writes answers. Failures are not written: on stdout every line is an answer.
#[derive(Debug)]
struct Text {
    label: LabelStyle,
    layout: Layout,
}

#[derive(Debug)]
enum Layout {
    /// The path, a row per class with a bar, what is wrong with the file, a line of times.
    Block { colour: bool },
    /// The path, then label and score of each class, then what is wrong with the file, separated by tabs.
    Line,
}

const BAR_WIDTH: usize = 20;
const BAR: Style = AnsiColor::Green.on_default();
const PATH: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();

impl Text {
    fn new(options: &SinkOptions) -> Self {
        let layout =
            if options.on_terminal { Layout::Block { colour: options.colour } } else { Layout::Line };
        Self { label: options.label, layout }
    }

    fn label(&self, prediction: &Prediction) -> String {
        match (self.label, &prediction.wnid) {
            (LabelStyle::Index, _) => prediction.index.to_string(),
            (LabelStyle::Wnid, Some(wnid)) => wnid.to_string(),
            _ => escape_controls(&prediction.label),
        }
    }

    fn block(&self, path: &str, answer: &Answer, colour: bool) -> String {
        let paint =
            |style: Style, text: &str| if colour { format!("{style}{text}{style:#}") } else { text.into() };
        let mut lines = vec![paint(PATH, path)];
        for prediction in &answer.top {
            let (filled, blank) = bar(prediction.score);
            let score = prediction.score * 100.0;
            let (bar, label) = (paint(BAR, &filled), self.label(prediction));
            lines.push(format!("  {bar}{blank} {score:5.1}%  {label}"));
        }
        lines.extend(damage(answer).map(|damage| format!("  {damage}")));
        let Timing { decode, preprocess, infer } = answer.timing;
        let [decode, preprocess, infer] = [decode, preprocess, infer].map(milliseconds);
        lines.push(paint(DIM, &format!("  decode {decode}, preprocess {preprocess}, inference {infer}")));
        lines.join("\n")
    }

    fn line(&self, path: &str, answer: &Answer) -> String {
        let mut columns = vec![path.to_owned()];
        for prediction in &answer.top {
            columns.extend([self.label(prediction), format!("{:.4}", prediction.score)]);
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
        let text = match self.layout {
            Layout::Block { colour } => self.block(&path, answer, colour),
            Layout::Line => self.line(&path, answer),
        };
        output.write_all((text + "\n").as_bytes())?;
        output.flush()
    }
}

/// That a file is damaged, and how.
fn damage(answer: &Answer) -> Option<String> {
    answer.damaged.as_deref().map(|reason| format!("damaged: {}", escape_controls(reason)))
}

/// Whether the first line is a path, a class and its score.
fn is_beginning(start: &[u8]) -> bool {
    let mut fields =
        start.split(|byte| *byte == b'\n').next().unwrap_or_default().split(|byte| *byte == b'\t');
    let score = fields.nth(2).and_then(|score| str::from_utf8(score).ok()?.parse::<f32>().ok());
    score.is_some_and(|score| (0.0..=1.0).contains(&score))
}

/// A bar in eighths of a character: its filled part and the blanks after it.
fn bar(score: f32) -> (String, String) {
    let eighths = (score.clamp(0.0, 1.0) * (8 * BAR_WIDTH) as f32).round() as usize;
    let mut filled = "█".repeat(eighths / 8);
    filled.extend((eighths % 8).checked_sub(1).map(|part| ['▏', '▎', '▍', '▌', '▋', '▊', '▉'][part]));
    let blanks = BAR_WIDTH - eighths.div_ceil(8);
    (filled, " ".repeat(blanks))
}

fn milliseconds(duration: Duration) -> String {
    format!("{:.1} ms", record::milliseconds(duration))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_fill_in_eighths() {
        assert_eq!(bar(1.0), ("█".repeat(20), String::new()));
        assert_eq!(bar(0.0), (String::new(), " ".repeat(20)));
        assert_eq!(bar(0.5 / 20.0), ("▌".into(), " ".repeat(19)));
    }
}
