//! Where time, Mult-Adds and parameters go, as bars.

use super::subject::Subject;
use super::summary::{Figures, Summary};
use crate::plot::{Bar, Bars, Chart, Figure};

/// A chart of the layers, and one of their kinds.
pub(super) fn figure(subject: &Subject, summary: &Summary) -> Figure {
    let total = &summary.total;
    let time = total.time.map(|_| "time".to_owned());
    let series: Vec<_> = time.into_iter().chain(["Mult-Adds", "parameters"].map(str::to_owned)).collect();
    let chart = |title: String, rows: Vec<(&str, &Figures)>| {
        let bar =
            |(label, figures): (&str, &Figures)| Bar { label: label.into(), values: shares(figures, total) };
        let bars: Vec<_> =
            rows.into_iter().map(bar).filter(|bar| bar.values.iter().any(|share| *share > 0.0)).collect();
        Chart::Bars(Bars { title, unit: "% of all".into(), series: series.clone(), bars })
    };
    let layers = summary.layers.iter().map(|row| (row.name.as_str(), &row.figures)).collect();
    let kinds = summary.kinds.iter().map(|(kind, figures)| (kind.as_str(), figures)).collect();
    let by_kind = format!("{}, by kind of layer", subject.title());
    let by_layer = "layer by layer".to_owned();
    Figure { panels: vec![chart(by_kind, kinds), chart(by_layer, layers)] }
}

/// Of time, if it was measured, Mult-Adds and parameters, percent.
fn shares(figures: &Figures, total: &Figures) -> Vec<f64> {
    let seconds = |figures: &Figures| figures.time.unwrap_or_default().as_secs_f64();
    let time = total.time.map(|_| (seconds(figures), seconds(total)));
    let counts = [(figures.mult_adds, total.mult_adds), (figures.parameters, total.parameters)];
    let counts = counts.map(|(part, whole)| (part as f64, whole as f64));
    time.into_iter().chain(counts).map(|(part, whole)| 100.0 * part / whole).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn shares_are_of_the_whole_network() {
        let figures = |count: usize, ms: Option<u64>| Figures {
            mult_adds: count,
            weights: count,
            parameters: 2 * count,
            time: ms.map(Duration::from_millis),
        };
        assert_eq!(shares(&figures(1, Some(3)), &figures(4, Some(4))), [75.0, 25.0, 25.0]);
        assert_eq!(shares(&figures(1, None), &figures(4, None)), [25.0, 25.0]);
        // Softmax is not timed.
        assert_eq!(shares(&figures(0, None), &figures(4, Some(4))), [0.0; 3]);
    }
}
