//! Text for people: a row per class on a terminal, one line per picture elsewhere.

use std::io::{self, Write};
use std::time::Duration;

use anstyle::{AnsiColor, Style};

use super::Sink;
use crate::record::{Answer, Prediction, Record, Timing};

/// What stands for a class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LabelStyle {
    /// Its name.
    #[default]
    Name,
    /// Its WordNet id, or its name where it has none.
    Wnid,
    /// Its index.
    Index,
}

/// Writes text.
#[derive(Debug)]
pub struct Text {
    style: LabelStyle,
    layout: Layout,
}

#[derive(Debug)]
enum Layout {
    /// The path, a row per class with a bar, a line of timing.
    Block { colour: bool },
    /// Path, then label and score of each class, all separated by tabs.
    Line,
}

const BAR_WIDTH: usize = 20;
const BAR: Style = AnsiColor::Green.on_default();
const PATH: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();

impl Text {
    /// For a terminal.
    pub fn block(style: LabelStyle, colour: bool) -> Self {
        Self { style, layout: Layout::Block { colour } }
    }

    /// For pipes and files.
    pub fn line(style: LabelStyle) -> Self {
        Self { style, layout: Layout::Line }
    }

    fn label(&self, prediction: &Prediction) -> String {
        match (self.style, &prediction.wnid) {
            (LabelStyle::Index, _) => prediction.index.to_string(),
            (LabelStyle::Wnid, Some(wnid)) => wnid.to_string(),
            _ => printable(&prediction.label),
        }
    }

    fn block_of(&self, path: &str, answer: &Answer, colour: bool) -> Vec<String> {
        let paint =
            |style: Style, text: &str| if colour { format!("{style}{text}{style:#}") } else { text.into() };
        let row = |prediction: &Prediction| {
            let (full, rest) = bar(prediction.score);
            let score = prediction.score * 100.0;
            format!("  {}{rest} {score:5.1}%  {}", paint(BAR, &full), self.label(prediction))
        };
        let Timing { decode, preprocess, infer } = answer.timing;
        let [decode, preprocess, infer] = [decode, preprocess, infer].map(milliseconds);
        let timing = format!("  decode {decode}, preprocess {preprocess}, inference {infer}");
        let rows = answer.top.iter().map(row);
        std::iter::once(paint(PATH, path)).chain(rows).chain([paint(DIM, &timing)]).collect()
    }

    fn line_of(&self, path: &str, answer: &Answer) -> String {
        let class = |prediction: &Prediction| [self.label(prediction), format!("{:.4}", prediction.score)];
        let columns: Vec<_> =
            std::iter::once(path.to_owned()).chain(answer.top.iter().flat_map(class)).collect();
        columns.join("\t")
    }
}

impl Sink for Text {
    /// Failures are not written: on stdout a line is an answer.
    fn write(&mut self, output: &mut dyn Write, record: &Record) -> io::Result<()> {
        let Ok(answer) = &record.outcome else {
            return Ok(());
        };
        let path = printable(&record.path.to_string_lossy());
        let text = match self.layout {
            Layout::Block { colour } => self.block_of(&path, answer, colour).join("\n"),
            Layout::Line => self.line_of(&path, answer),
        };
        output.write_all((text + "\n").as_bytes())?;
        output.flush()
    }
}

/// Control characters escaped: no name may move the cursor or fake a column.
pub(crate) fn printable(text: &str) -> String {
    text.chars().flat_map(|c| if c.is_control() { c.escape_default().collect() } else { vec![c] }).collect()
}

/// A bar of eighths: its filled part and the blanks behind it.
fn bar(score: f32) -> (String, String) {
    let eighths = (score.clamp(0.0, 1.0) * (8 * BAR_WIDTH) as f32).round() as usize;
    let mut full = "█".repeat(eighths / 8);
    full.extend((eighths % 8).checked_sub(1).map(|part| ['▏', '▎', '▍', '▌', '▋', '▊', '▉'][part]));
    let blanks = BAR_WIDTH - eighths.div_ceil(8);
    (full, " ".repeat(blanks))
}

fn milliseconds(duration: Duration) -> String {
    format!("{:.1} ms", duration.as_secs_f64() * 1e3)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> Record {
        let prediction = |index, wnid: Option<&str>, label: &str, score| Prediction {
            index,
            wnid: wnid.map(Into::into),
            label: label.into(),
            score,
        };
        let top = vec![
            prediction(207, Some("n02099601"), "golden retriever", 0.75),
            prediction(3, None, "a\x1b[31mb", 0.05),
        ];
        let ms = Duration::from_millis;
        let timing = Timing { decode: ms(6), preprocess: ms(1), infer: ms(12) };
        let answer = Answer { width: 4, height: 3, top, logits: None, timing };
        Record { path: "a\tb.jpg".into(), outcome: Ok(answer) }
    }

    fn written(mut text: Text) -> String {
        let mut output = Vec::new();
        text.write(&mut output, &record()).unwrap();
        String::from_utf8(output).unwrap()
    }

    #[test]
    fn a_block_for_people() {
        assert_eq!(
            written(Text::block(LabelStyle::Name, false)),
            "a\\tb.jpg\n\
             \x20 ███████████████       75.0%  golden retriever\n\
             \x20 █                      5.0%  a\\u{1b}[31mb\n\
             \x20 decode 6.0 ms, preprocess 1.0 ms, inference 12.0 ms\n"
        );
        assert!(written(Text::block(LabelStyle::Name, true)).contains("\x1b[1ma\\tb.jpg\x1b[0m"));
    }

    #[test]
    fn a_line_for_pipes() {
        let line = |style| written(Text::line(style));
        assert_eq!(line(LabelStyle::Name), "a\\tb.jpg\tgolden retriever\t0.7500\ta\\u{1b}[31mb\t0.0500\n");
        assert_eq!(line(LabelStyle::Wnid), "a\\tb.jpg\tn02099601\t0.7500\ta\\u{1b}[31mb\t0.0500\n");
        assert_eq!(line(LabelStyle::Index), "a\\tb.jpg\t207\t0.7500\t3\t0.0500\n");
    }

    #[test]
    fn bars_fill_in_eighths() {
        assert_eq!(bar(1.0), ("█".repeat(20), String::new()));
        assert_eq!(bar(0.0), (String::new(), " ".repeat(20)));
        assert_eq!(bar(0.5 / 20.0), ("▌".into(), " ".repeat(19)));
    }
}
