//! Colours that can be read on light and on dark backgrounds: the terminal's own foreground, bold or dim, and its green.

use anstyle::{AnsiColor, Style};

pub(super) const BAR: Style = AnsiColor::Green.on_default();
pub(super) const PATH: Style = Style::new().bold();
pub(super) const DIM: Style = Style::new().dimmed();

/// `text` in a style, if `colour` is wanted.
pub(super) fn paint(colour: bool, style: Style, text: &str) -> String {
    if colour { format!("{style}{text}{style:#}") } else { text.into() }
}
