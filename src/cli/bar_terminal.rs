//! The terminal that progress bars are drawn on.

use std::io;

use console::Term;
use indicatif::{ProgressDrawTarget, TermLike};

/// Draws per second, at most.
const DRAWS_PER_SECOND: u8 = 20;

/// stderr, with the cursor at the start of the bar. indicatif leaves the cursor after the last column. The terminal then prints the
/// `^C` of Ctrl-C on the next line, and the bar stays on the screen.
#[derive(Debug)]
struct BarTerminal(Term);

/// Where to draw a bar.
pub(super) fn target() -> ProgressDrawTarget {
    let terminal = BarTerminal(Term::buffered_stderr());
    ProgressDrawTarget::term_like_with_hz(Box::new(terminal), DRAWS_PER_SECOND)
}

impl TermLike for BarTerminal {
    fn flush(&self) -> io::Result<()> {
        self.0.write_str("\r")?;
        self.0.flush()
    }

    fn width(&self) -> u16 {
        TermLike::width(&self.0)
    }

    fn height(&self) -> u16 {
        TermLike::height(&self.0)
    }

    fn move_cursor_up(&self, lines: usize) -> io::Result<()> {
        self.0.move_cursor_up(lines)
    }

    fn move_cursor_down(&self, lines: usize) -> io::Result<()> {
        self.0.move_cursor_down(lines)
    }

    fn move_cursor_right(&self, columns: usize) -> io::Result<()> {
        self.0.move_cursor_right(columns)
    }

    fn move_cursor_left(&self, columns: usize) -> io::Result<()> {
        self.0.move_cursor_left(columns)
    }

    fn write_line(&self, text: &str) -> io::Result<()> {
        self.0.write_line(text)
    }

    fn write_str(&self, text: &str) -> io::Result<()> {
        self.0.write_str(text)
    }

    fn clear_line(&self) -> io::Result<()> {
        self.0.clear_line()
    }
}
