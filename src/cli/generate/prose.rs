//! The text at the end of a command's help, as sections of a man page.
//!
//! It has one small layout: a section begins with a title and a colon at the start of a line; paragraphs are indented by two
//! spaces, command lines by more; two spaces inside a line part a term from what is said about it.

use clap_mangen::roff::{Roff, bold, roman};

/// The sections of `text`.
pub(super) fn to_roff(text: &str) -> Roff {
    let mut roff = Roff::new();
    let (mut was_command, mut is_first) = (false, false);
    for line in text.lines().filter(|line| !line.is_empty()) {
        let body = line.trim_start();
        let indent = line.len() - body.len();
        let is_command = indent > 2;
        if is_command && !was_command {
            roff.control("RS", ["4"]).control("nf", []);
        } else if was_command && !is_command {
            roff.control("fi", []).control("RE", []);
        }
        was_command = is_command;
        let title = body.strip_suffix(':').filter(|_| indent == 0);
        if let Some(title) = title {
            roff.control("SH", [title.to_uppercase().as_str()]);
            is_first = true;
            continue;
        } else if is_command {
            // The indent of a line that another one goes on in is kept.
            roff.text([roman(line.get(6..).unwrap_or(body))]);
        } else if let Some((term, about)) = body.split_once("  ") {
            roff.control("TP", []).text([bold(term)]).text([roman(about)]);
        } else {
            if !is_first {
                roff.control("PP", []);
            }
            roff.text([roman(body)]);
        }
        is_first = false;
    }
    if was_command {
        roff.control("fi", []).control("RE", []);
    }
    roff
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_paragraphs_commands_and_terms() {
        let text = "Examples:\n  All of it:\n      mnet a \\\n        -b\n  And:\n      mnet 'c'\n\nExit status:\n  0  Good";
        let page = to_roff(text).to_roff();
        let expected = ".SH EXAMPLES\nAll of it:\n.RS 4\n.nf\nmnet a \\\\\n  \\-b\n.fi\n.RE\n.PP\nAnd:\n.RS 4\n.nf\nmnet \
                        'c'\n.fi\n.RE\n.SH \"EXIT STATUS\"\n.TP\n\\fB0\\fR\nGood\n";
        assert_eq!(page, expected);
    }
}
