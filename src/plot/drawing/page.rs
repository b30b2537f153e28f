//! Puts the charts of a figure on a page: two narrow ones in a row, wide ones in a row of their own.

use super::font::on_one_line;
use super::geometry::Area;
use super::palette::Palette;
use super::scene::Scene;
use super::{bars, confusion, heat_maps, reliability, scatter};
use crate::plot::figure::{Chart, Figure};

/// The width of a page.
const PAGE: f64 = 900.0;

/// The width of a narrow chart that is alone.
const ALONE: f64 = 640.0;

/// Around the figure, and between charts.
const MARGIN: f64 = 12.0;
const GAP: f64 = 24.0;

/// Draws all charts.
pub(super) fn draw(figure: &Figure, palette: &Palette) -> Scene {
    let is_alone = figure.panels.len() == 1;
    let mut scene = Scene {
        width: 2.0 * MARGIN,
        height: MARGIN,
        background: palette.background,
        title: titles(figure),
        shapes: vec![],
    };
    let (mut left, mut top, mut row_bottom) = (MARGIN, MARGIN, MARGIN);
    for chart in &figure.panels {
        let width = width(chart, is_alone);
        let height = height(palette, figure, chart, width);
        if left > MARGIN && left + width + MARGIN > PAGE {
            (left, top) = (MARGIN, row_bottom + GAP);
        }
        let room = Area { left, top, right: left + width, bottom: top + height };
        let bottom = draw_chart(&mut scene, palette, chart, room);
        left = room.right + GAP;
        row_bottom = row_bottom.max(bottom);
        scene.width = scene.width.max(room.right + MARGIN);
        scene.height = scene.height.max(bottom + MARGIN);
    }
    scene
}

/// The titles of all charts, for those who cannot see them.
fn titles(figure: &Figure) -> String {
    let titles = figure.panels.iter().map(|chart| match chart {
        Chart::Scatter(chart) if chart.title.is_empty() => {
            format!("{} over {}", chart.y.title, chart.x.title)
        }
        Chart::Scatter(chart) => chart.title.clone(),
        Chart::Bars(chart) => chart.title.clone(),
        Chart::Reliability(chart) => chart.title.clone(),
        Chart::Confusion(chart) => chart.title.clone(),
        Chart::HeatMaps(chart) => heat_maps::title(chart),
    });
    on_one_line(&titles.filter(|title| !title.is_empty()).collect::<Vec<_>>().join("; "))
}

fn width(chart: &Chart, is_alone: bool) -> f64 {
    let page = PAGE - 2.0 * MARGIN;
    let half = (page - GAP) / 2.0;
    match chart {
        Chart::Scatter(_) if is_alone => ALONE,
        Chart::Bars(chart) if is_alone && chart.series.len() < 2 => ALONE,
        Chart::Bars(chart) if chart.series.len() > 1 => page,
        Chart::Confusion(chart) => confusion::width_in(chart, page),
        Chart::HeatMaps(chart) => heat_maps::width(chart),
        // Alone too: the height of a diagram follows its width.
        Chart::Scatter(_) | Chart::Bars(_) | Chart::Reliability(_) => half,
    }
}

fn height(palette: &Palette, figure: &Figure, chart: &Chart, width: f64) -> f64 {
    match chart {
        // All have the same height, so that their axes are level.
        Chart::Scatter(_) => {
            let scatters = figure.panels.iter().filter_map(|chart| match chart {
                Chart::Scatter(chart) => Some(scatter::height(palette, chart, width)),
                _ => None,
            });
            scatters.fold(0.0, f64::max)
        }
        Chart::Bars(chart) => bars::height(chart),
        Chart::Reliability(_) => reliability::height(width),
        Chart::Confusion(chart) => confusion::height(chart, width),
        Chart::HeatMaps(chart) => heat_maps::height(chart),
    }
}

fn draw_chart(scene: &mut Scene, palette: &Palette, chart: &Chart, room: Area) -> f64 {
    match chart {
        Chart::Scatter(chart) => scatter::draw(scene, palette, chart, room),
        Chart::Bars(chart) => bars::draw(scene, palette, chart, room),
        Chart::Reliability(chart) => reliability::draw(scene, palette, chart, room),
        Chart::Confusion(chart) => confusion::draw(scene, palette, chart, room),
        Chart::HeatMaps(chart) => heat_maps::draw(scene, palette, chart, room),
    }
}
