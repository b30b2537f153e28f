//! Draws figures: a chart is laid out as shapes on a page (`scene`), which are then written as SVG or painted as PNG.
//!
//! A new kind of chart is a file with `height` and `draw`, and its arms in `page`.

mod bars;
mod confusion;
mod font;
mod geometry;
mod heat_maps;
mod labels;
mod legend;
mod marks;
mod page;
mod palette;
mod plane;
mod png;
mod reliability;
mod scale;
mod scatter;
mod scene;
mod svg;
#[cfg(test)]
mod tests;
mod ticks;

use super::figure::Figure;
use super::format::Format;
use super::theme::Theme;
use palette::Palette;

/// The bytes of the file.
pub(super) fn draw(figure: &Figure, format: Format, theme: Theme) -> Vec<u8> {
    let scene = page::draw(figure, Palette::of(theme));
    match format {
        Format::Svg => svg::write(&scene),
        Format::Png => png::write(&scene),
    }
}
