//! Colours for light and for dark pages.

use super::scene::Colour;
use crate::plot::theme::Theme;

/// The colours of a theme.
#[derive(Debug)]
pub(super) struct Palette {
    pub(super) background: Colour,
    pub(super) text: Colour,
    /// Axes, error bars, lines to labels.
    pub(super) line: Colour,
    pub(super) grid: Colour,
    /// Colours that people with any kind of colour blindness tell apart: those of Okabe and Ito (2008) that have a contrast of
    /// 3 to 1 with the background or, failing that, a mark of their own. A grey stands for black and white.
    pub(super) series: [Colour; 7],
}

const BLUE: Colour = Colour(0x00, 0x72, 0xb2);
const SKY_BLUE: Colour = Colour(0x56, 0xb4, 0xe9);
const VERMILION: Colour = Colour(0xd5, 0x5e, 0x00);
const ORANGE: Colour = Colour(0xe6, 0x9f, 0x00);
const GREEN: Colour = Colour(0x00, 0x9e, 0x73);
const PURPLE: Colour = Colour(0xcc, 0x79, 0xa7);
const YELLOW: Colour = Colour(0xf0, 0xe4, 0x42);

const LIGHT: Palette = Palette {
    background: Colour(0xff, 0xff, 0xff),
    text: Colour(0x1f, 0x23, 0x28),
    line: Colour(0x59, 0x63, 0x6e),
    grid: Colour(0xe4, 0xe8, 0xec),
    series: [BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY_BLUE, Colour(0x6e, 0x77, 0x81)],
};

const DARK: Palette = Palette {
    background: Colour(0x0d, 0x11, 0x17),
    text: Colour(0xe6, 0xed, 0xf3),
    line: Colour(0x9d, 0xa7, 0xb3),
    grid: Colour(0x26, 0x2c, 0x34),
    series: [SKY_BLUE, ORANGE, GREEN, PURPLE, YELLOW, VERMILION, Colour(0xb1, 0xba, 0xc4)],
};

impl Palette {
    pub(super) fn of(theme: Theme) -> &'static Self {
        match theme {
            Theme::Light => &LIGHT,
            Theme::Dark => &DARK,
        }
    }

    /// The colour of series number `index`.
    pub(super) fn series(&self, index: usize) -> Colour {
        self.series[index % self.series.len()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_legible_and_series_are_visible() {
        for theme in [Theme::Light, Theme::Dark] {
            let palette = Palette::of(theme);
            assert!(palette.text.contrast(palette.background) >= 7.0, "{theme:?}");
            assert!(palette.line.contrast(palette.background) >= 4.5, "{theme:?}");
            for (index, colour) in palette.series.into_iter().enumerate() {
                // Orange and sky blue on white: they come late, with marks of their own.
                let least = if index < 4 { 3.0 } else { 2.2 };
                assert!(colour.contrast(palette.background) >= least, "{theme:?} {index}");
            }
        }
    }
}
