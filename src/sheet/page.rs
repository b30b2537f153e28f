//! The page around the cards.

use std::io::{self, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use super::card::{self, Card};
use super::escape::escaped;

/// A mark near the beginning of a sheet, by which a later sheet may replace it.
pub(super) const MARK: &str = "<meta name=\"generator\" content=\"sheet by mnet\">";

const STYLE: &str = include_str!("style.css");

/// A sheet that is being written.
///
/// A page that ends early, because the disk is full, still shows its cards. [`finish`](Self::finish) makes it valid HTML.
#[derive(Debug)]
pub struct Sheet<W> {
    output: W,
    place: Place,
}

/// Which elements are open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// Directly in the page.
    Page,
    /// In a section, before its first card.
    Section,
    /// Among the cards of a section.
    SectionCards,
    /// Among cards before the first section.
    PageCards,
}

impl<W: Write> Sheet<W> {
    /// Begins a sheet, with its title and paragraphs below it.
    ///
    /// # Errors
    /// If the output cannot be written.
    pub fn new(mut output: W, title: &str, notes: &[&str]) -> io::Result<Self> {
        let title = escaped(title);
        // The browser is told to load and run nothing, because a name in the page may contain anything.
        let style_hash = STANDARD.encode(Sha256::digest(STYLE));
        let policy = format!("default-src 'none'; img-src data:; style-src 'sha256-{style_hash}'");
        write!(
            output,
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n{MARK}\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n\
             <title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<header>\n<h1>{title}</h1>\n"
        )?;
        for note in notes {
            writeln!(output, "<p>{}</p>", escaped(note))?;
        }
        writeln!(output, "</header>\n<main>")?;
        Ok(Self { output, place: Place::Page })
    }

    /// Begins a section, with its heading and a paragraph below it; no paragraph if `note` is empty.
    ///
    /// # Errors
    /// If the output cannot be written.
    pub fn section(&mut self, heading: &str, note: &str) -> io::Result<()> {
        self.close()?;
        writeln!(self.output, "<section>\n<h2>{}</h2>", escaped(heading))?;
        if !note.is_empty() {
            writeln!(self.output, "<p>{}</p>", escaped(note))?;
        }
        self.place = Place::Section;
        Ok(())
    }

    /// Adds a card to the section, or to the page if it has no section yet.
    ///
    /// # Errors
    /// If the output cannot be written.
    pub fn card(&mut self, card: &Card) -> io::Result<()> {
        let among = match self.place {
            Place::Page => Place::PageCards,
            Place::Section => Place::SectionCards,
            among => among,
        };
        if among != self.place {
            writeln!(self.output, "<div class=\"cards\">")?;
            self.place = among;
        }
        card::write(&mut self.output, card)
    }

    /// Ends the sheet and flushes it.
    ///
    /// # Errors
    /// If the output cannot be written.
    pub fn finish(mut self) -> io::Result<W> {
        self.close()?;
        writeln!(self.output, "</main>\n</body>\n</html>")?;
        self.output.flush()?;
        Ok(self.output)
    }

    /// Closes the open section, or the list of cards outside any section.
    fn close(&mut self) -> io::Result<()> {
        let ends = match self.place {
            Place::Page => "",
            Place::Section => "</section>\n",
            Place::SectionCards => "</div>\n</section>\n",
            Place::PageCards => "</div>\n",
        };
        self.place = Place::Page;
        self.output.write_all(ends.as_bytes())
    }
}
