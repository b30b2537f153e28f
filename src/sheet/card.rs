//! A card of a sheet: pictures with their texts.

use std::io::{self, Write};
use std::path::Path;

use super::escape::{escaped, path_text};
use super::picture::Picture;

/// Pictures that belong together, with their texts. Any part may be missing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Card<'a> {
    /// The pictures, side by side. They appear at their own size, or smaller if the page has less room.
    pub pictures: &'a [Picture],
    /// A caption for each of the pictures, if there are several.
    pub captions: &'a [Caption],
    /// What the pictures show, for those who cannot see them. If this is empty, the path is used.
    pub alt: &'a str,
    /// The path of the photo.
    pub path: Option<&'a Path>,
    /// Lines below the pictures; the first is the most important.
    pub caption: &'a [String],
    /// Why there is no picture.
    pub error: Option<&'a str>,
}

/// The texts of one picture of a card.
#[derive(Clone, Debug, Default)]
pub struct Caption {
    /// What the picture shows, for those who cannot see it.
    pub alt: String,
    /// Lines below the picture; the first is the most important.
    pub lines: Vec<String>,
}

/// Writes the card.
pub(super) fn write(output: &mut impl Write, card: &Card) -> io::Result<()> {
    let path = card.path.map(path_text).unwrap_or_default();
    writeln!(output, "<figure>")?;
    if !card.pictures.is_empty() {
        let alt = if card.alt.is_empty() { &path } else { card.alt };
        write!(output, "<div class=\"pictures\">")?;
        for (index, picture) in card.pictures.iter().enumerate() {
            match card.captions.get(index) {
                None => write_picture(output, picture, alt)?,
                Some(caption) => {
                    writeln!(output, "<div>")?;
                    write_picture(output, picture, &caption.alt)?;
                    writeln!(output, "<div class=\"caption\">")?;
                    write_lines(output, &caption.lines)?;
                    writeln!(output, "</div>\n</div>")?;
                }
            }
        }
        writeln!(output, "</div>")?;
    }
    writeln!(output, "<figcaption>")?;
    if let Some(error) = card.error {
        writeln!(output, "<p class=\"error\">{}</p>", escaped(error))?;
    }
    write_lines(output, card.caption)?;
    if card.path.is_some() {
        writeln!(output, "<p class=\"path\">{}</p>", escaped(&path))?;
    }
    writeln!(output, "</figcaption>\n</figure>")
}

fn write_picture(output: &mut impl Write, picture: &Picture, alt: &str) -> io::Result<()> {
    let (size, uri) = (picture.size(), picture.data_uri());
    let (width, height) = (size.width, size.height);
    write!(output, "<img src=\"{uri}\" width=\"{width}\" height=\"{height}\" alt=\"{}\">", escaped(alt))
}

fn write_lines(output: &mut impl Write, lines: &[String]) -> io::Result<()> {
    for (index, line) in lines.iter().enumerate() {
        let class = if index == 0 { " class=\"first\"" } else { "" };
        writeln!(output, "<p{class}>{}</p>", escaped(line))?;
    }
    Ok(())
}
