//! The letters of plots: how wide text is, and the outlines of its letters.

use std::sync::LazyLock;

use ttf_parser::{Face, GlyphId};

use super::geometry::Area;
use super::scene::Text;

/// The file's origin and licence: `assets/fonts/README.md`.
static FONT: LazyLock<Face> = LazyLock::new(|| {
    let file = include_bytes!("../../../assets/fonts/arimo-subset.ttf");
    Face::parse(file, 0).expect("the font in the binary can be read")
});

/// Fonts whose letters are as wide as ours, for programs that show SVG files.
pub(super) const FAMILIES: &str = "Arial, Helvetica, Arimo, 'Liberation Sans', sans-serif";

/// Heights above and depths below the baseline, in sizes of the text.
pub(super) const CAPITAL: f64 = 0.716;
const ASCENT: f64 = 0.76;
const DESCENT: f64 = 0.22;

/// The width of `text` at this size, in px. Letters that the font does not have count as square: those of other scripts are.
pub(super) fn width(text: &str, size: f64) -> f64 {
    text.chars().map(advance).sum::<f64>() * size
}

/// How far `letter` moves the next one, in sizes of the text.
pub(super) fn advance(letter: char) -> f64 {
    let width = FONT.glyph_index(letter).and_then(|glyph| FONT.glyph_hor_advance(glyph));
    width.map_or(1.0, |width| f64::from(width) / units_per_size())
}

pub(super) fn units_per_size() -> f64 {
    f64::from(FONT.units_per_em())
}

/// Traces `letter`, or the box that stands for one that the font does not have, in units of the font, y upwards.
pub(super) fn trace(letter: char, builder: &mut dyn ttf_parser::OutlineBuilder) {
    let glyph = FONT.glyph_index(letter).unwrap_or(GlyphId(0));
    // A space has no outline.
    let _ = FONT.outline_glyph(glyph, builder);
}

/// What a text covers.
pub(super) fn area(text: &Text) -> Area {
    let width = width(&text.content, text.size);
    let before = width * text.anchor.share();
    let (up, down) = (ASCENT * text.size, DESCENT * text.size);
    if text.is_upright {
        let bottom = text.at.y + before;
        Area { left: text.at.x - up, right: text.at.x + down, top: bottom - width, bottom }
    } else {
        let left = text.at.x - before;
        Area { left, right: left + width, top: text.at.y - up, bottom: text.at.y + down }
    }
}

/// `text` without characters that cannot be shown on a line, which XML refuses too.
pub(super) fn on_one_line(text: &str) -> String {
    let is_shown =
        |c: char| !c.is_control() && !matches!(c, '\u{2028}' | '\u{2029}' | '\u{fffe}' | '\u{ffff}');
    text.chars().map(|c| if is_shown(c) { c } else { ' ' }).collect()
}

/// `text` on one line, and with `…` in place of its end if it is wider than `room`.
pub(super) fn fitted(text: &str, size: f64, room: f64) -> String {
    let text = on_one_line(text);
    if width(&text, size) <= room {
        return text;
    }
    let mut left = room - advance('…') * size;
    let fits = |c: &char| {
        left -= advance(*c) * size;
        left >= 0.0
    };
    let start: String = text.chars().take_while(fits).collect();
    format!("{}…", start.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plot::drawing::geometry::spot;
    use crate::plot::drawing::scene::{Anchor, Colour};

    #[test]
    fn letters_are_as_wide_as_arials() {
        // Widths of Arial and Helvetica in thousandths of the size (Adobe's Helvetica.afm).
        for (letter, thousandths) in [('0', 556.0), ('i', 222.0), ('W', 944.0), ('%', 889.0), (' ', 278.0)] {
            assert!((advance(letter) * 1000.0 - thousandths).abs() < 1.0, "{letter}");
        }
        assert_eq!(width("10", 12.0), 2.0 * width("0", 12.0));
    }

    #[test]
    fn the_font_has_what_mnet_writes() {
        for letter in "–…·×≤≥±µα²→Égüßłő".chars() {
            assert!(FONT.glyph_index(letter).is_some(), "{letter}");
        }
        assert_eq!(width("猫", 10.0), 10.0);
    }

    #[test]
    fn long_text_ends_in_an_ellipsis() {
        assert_eq!(fitted("tabby", 12.0, 100.0), "tabby");
        let cut = fitted("American Staffordshire terrier", 12.0, 100.0);
        assert_eq!(cut, "American Staff…");
        assert!(width(&cut, 12.0) <= 100.0);
        assert_eq!(fitted("tabby", 12.0, 0.0), "…");
        assert_eq!(fitted("two\nlines\u{1b}[0m", 12.0, 200.0), "two lines [0m");
    }

    #[test]
    fn upright_text_covers_what_lies_above_its_start() {
        let text = |anchor, is_upright| Text {
            content: "mmm".into(),
            at: spot(100.0, 100.0),
            anchor,
            size: 10.0,
            colour: Colour(0, 0, 0),
            is_upright,
        };
        let width = width("mmm", 10.0);
        let flat = area(&text(Anchor::End, false));
        assert_eq!((flat.left, flat.right), (100.0 - width, 100.0));
        let upright = area(&text(Anchor::Start, true));
        assert_eq!((upright.top, upright.bottom), (100.0 - width, 100.0));
        assert!(upright.left < 100.0 && upright.right > 100.0);
    }
}
