//! A picture's answer on a terminal: a row per class with a bar, no line longer than the terminal.

use std::time::Duration;

use super::super::format::SinkOptions;
use super::paint::{BAR, DIM, PATH, paint};
use crate::record::{self, Timing};
use crate::terminal_text::{ascii, wrap};

/// How blocks are laid out.
#[derive(Debug)]
pub(super) struct Block {
    columns: usize,
    is_ascii: bool,
    colour: bool,
}

const WIDEST_BAR: usize = 20;
/// A shorter bar shows nothing that the number beside it does not.
const SHORTEST_BAR: usize = 5;
/// Columns for labels, before bars get any.
const LABEL: usize = 30;
/// Where labels wrap, however narrow the terminal is.
const NARROWEST_LABEL: usize = 10;
const MARGIN: &str = "  ";
/// ` 45.9%` and what stands before the label.
const SCORE: usize = 8;

impl Block {
    pub(super) fn new(options: &SinkOptions) -> Self {
        Self { columns: options.columns, is_ascii: options.is_ascii, colour: options.colour }
    }

    /// The block of one picture, with a row for each label and its score; `damage` says what is wrong with its file.
    pub(super) fn text(
        &self,
        path: &str,
        rows: &[(String, f32)],
        damage: Option<String>,
        timing: Timing,
    ) -> String {
        // Whole, however long it is: the terminal itself wraps what is to be copied.
        let mut lines = vec![self.paint(PATH, &self.shown(path))];
        let bar_columns = self.bar_columns();
        let indent = MARGIN.len() + bar_columns + usize::from(bar_columns > 0) + SCORE;
        for (label, score) in rows {
            let bar = match bar_columns {
                0 => String::new(),
                columns => self.bar(*score, columns) + " ",
            };
            let label = wrap(&self.shown(label), self.columns.saturating_sub(indent).max(NARROWEST_LABEL));
            let label = label.join(&format!("\n{:indent$}", ""));
            lines.push(format!("{MARGIN}{bar}{:5.1}%  {label}", score * 100.0));
        }
        lines.extend(damage.map(|damage| self.wrapped(&self.shown(&damage))));
        lines.push(self.paint(DIM, &self.wrapped(&times(timing))));
        lines.join("\n")
    }

    /// Columns for bars: what labels leave.
    fn bar_columns(&self) -> usize {
        let left = self.columns.saturating_sub(MARGIN.len() + 1 + SCORE + LABEL).min(WIDEST_BAR);
        if left < SHORTEST_BAR { 0 } else { left }
    }

    /// A bar and the blanks after it, which together take `columns`.
    fn bar(&self, score: f32, columns: usize) -> String {
        let (filled, blanks) = if self.is_ascii { coarse(score, columns) } else { fine(score, columns) };
        self.paint(BAR, &filled) + &" ".repeat(blanks)
    }

    fn wrapped(&self, text: &str) -> String {
        let columns = self.columns.saturating_sub(MARGIN.len()).max(NARROWEST_LABEL);
        format!("{MARGIN}{}", wrap(text, columns).join(&format!("\n{MARGIN}")))
    }

    fn shown(&self, text: &str) -> String {
        if self.is_ascii { ascii(text) } else { text.into() }
    }

    fn paint(&self, style: anstyle::Style, text: &str) -> String {
        paint(self.colour, style, text)
    }
}

fn times(Timing { decode, preprocess, infer }: Timing) -> String {
    let [decode, preprocess, infer] = [decode, preprocess, infer].map(milliseconds);
    format!("decode {decode}, preprocess {preprocess}, inference {infer}")
}

fn milliseconds(duration: Duration) -> String {
    format!("{:.1} ms", record::milliseconds(duration))
}

/// The filled part of a bar in eighths of a character, and the number of blanks after it.
fn fine(score: f32, columns: usize) -> (String, usize) {
    let eighths = (score.clamp(0.0, 1.0) * (8 * columns) as f32).round() as usize;
    let mut filled = "█".repeat(eighths / 8);
    filled.extend((eighths % 8).checked_sub(1).map(|part| ['▏', '▎', '▍', '▌', '▋', '▊', '▉'][part]));
    (filled, columns - eighths.div_ceil(8))
}

/// The same in whole ASCII characters.
fn coarse(score: f32, columns: usize) -> (String, usize) {
    let filled = (score.clamp(0.0, 1.0) * columns as f32).round() as usize;
    ("#".repeat(filled), columns - filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_fill_in_eighths() {
        assert_eq!(fine(1.0, 20), ("█".repeat(20), 0));
        assert_eq!(fine(0.0, 20), (String::new(), 20));
        assert_eq!(fine(0.5 / 20.0, 20), ("▌".into(), 19));
    }

    #[test]
    fn bars_in_ascii_fill_in_whole_characters() {
        assert_eq!(coarse(1.0, 20), ("#".repeat(20), 0));
        assert_eq!(coarse(0.02, 20), (String::new(), 20));
        assert_eq!(coarse(0.5, 5), ("###".into(), 2));
    }

    #[test]
    fn bars_get_what_labels_leave() {
        let columns = |columns| Block { columns, is_ascii: false, colour: false }.bar_columns();
        assert_eq!([120, 80, 61, 60, 46, 45, 40, 1, 0].map(columns), [20, 20, 20, 19, 5, 0, 0, 0, 0]);
    }
}
