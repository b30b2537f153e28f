//! The report for people: a section after the other, in two columns, problems in place, and what it comes to at the end.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use super::section::{Level, Problem, Section};
use crate::cli::quantities::counted;
use crate::cli::terminal;
use crate::terminal_text::{escape_controls, wrap_between_words};

/// The widest line, if words allow it.
pub(super) const WIDTH: usize = 80;

/// The narrowest column of names.
const NAMES: usize = 14;

/// Writes text, in colour if asked to.
pub(super) struct Text<'a, W: Write> {
    pub(super) output: &'a mut W,
    pub(super) colour: bool,
    /// Those of the terminal, at most [`WIDTH`].
    pub(super) columns: usize,
}

impl<W: Write> Text<'_, W> {
    /// All sections, then how many problems there are.
    pub(super) fn write(&mut self, sections: &[&dyn Section]) -> io::Result<()> {
        for section in sections {
            self.section(*section)?;
            writeln!(self.output)?;
        }
        let problems: Vec<_> = sections.iter().flat_map(|section| section.problems()).collect();
        let of = |level| problems.iter().filter(|problem| problem.level == level).count();
        let (errors, warnings) = (of(Level::Error), of(Level::Warning));
        if errors + warnings == 0 {
            return writeln!(self.output, "All is well.");
        }
        writeln!(self.output, "{}, {}", counted(errors, "error"), counted(warnings, "warning"))
    }

    fn section(&mut self, section: &dyn Section) -> io::Result<()> {
        let bold = Style::new().bold();
        let title = self.paint(bold, &section.name().replace('_', "-"));
        writeln!(self.output, "{title}")?;
        let lines = section.lines();
        let widest = lines.iter().map(|(name, _)| name.len()).max().unwrap_or(0).max(NAMES);
        for (name, value) in lines {
            self.row(name, &value, widest, None)?;
        }
        for Problem { level, message, hint } in section.problems() {
            // No yellow: it cannot be read on white.
            let (name, style) = match level {
                Level::Warning => ("warning", bold),
                Level::Error => ("error", AnsiColor::Red.on_default().bold()),
            };
            self.row(name, message, widest, Some(style))?;
            if let Some(hint) = hint {
                self.hint(hint, widest)?;
            }
        }
        Ok(())
    }

    /// A name and a value, which goes on under itself.
    fn row(&mut self, name: &str, value: &str, names: usize, style: Option<Style>) -> io::Result<()> {
        let mut first = format!("{name:names$}");
        if let Some(style) = style {
            first = self.paint(style, &first);
        }
        let indent = names + 4;
        let room = self.columns.saturating_sub(indent);
        for (index, line) in wrap_between_words(&shown(value), room).iter().enumerate() {
            match index {
                0 => writeln!(self.output, "  {first}  {line}")?,
                _ => writeln!(self.output, "{:indent$}{line}", "")?,
            }
        }
        Ok(())
    }

    /// What to try: on one line, to be copied.
    fn hint(&mut self, hint: &str, names: usize) -> io::Result<()> {
        writeln!(self.output, "  {:names$}  {}", "try", shown(hint))
    }

    fn paint(&self, style: Style, text: &str) -> String {
        if self.colour { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }
}

/// A value as the terminal can show it, and as others may paste it.
fn shown(value: &str) -> String {
    terminal::shown(&escape_controls(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Ill;

    impl Section for Ill {
        fn name(&self) -> &'static str {
            "self_test"
        }

        fn lines(&self) -> Vec<(&'static str, String)> {
            vec![("result", "bad\x1b[2J".to_owned())]
        }

        fn problems(&self) -> &[Problem] {
            static PROBLEMS: std::sync::LazyLock<Vec<Problem>> =
                std::sync::LazyLock::new(|| vec![Problem::error("it failed", "this")]);
            &PROBLEMS
        }
    }

    #[test]
    fn problems_stand_in_their_section_and_are_counted() {
        let mut output = Vec::new();
        Text { output: &mut output, colour: false, columns: WIDTH }.write(&[&Ill]).unwrap();
        let expected = "self-test\n  result          bad\\u{1b}[2J\n  error           it failed\n  try             this\n\n1 error, 0 warnings\n";
        assert_eq!(String::from_utf8(output).unwrap(), expected);
    }

    #[test]
    fn a_narrow_terminal_gets_narrow_lines_and_whole_commands() {
        let mut text = Vec::new();
        let mut narrow = Text { output: &mut text, colour: false, columns: 30 };
        narrow.row("memory", "half of what it leaves", NAMES, None).unwrap();
        narrow.hint("mnet models rm one two three", NAMES).unwrap();
        let expected = "  memory          half of what\n                  it leaves\n  try             mnet models rm one two three\n";
        assert_eq!(String::from_utf8(text).unwrap(), expected);
    }
}
