//! What a figure shows: plain data, in the units of its axes.

use image::RgbImage;

use crate::heat::{Area, Field};

/// Charts side by side: at most two in a row, the rest below.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// From left to right.
    pub panels: Vec<Chart>,
}

/// One chart of a figure.
#[derive(Clone, Debug, PartialEq)]
pub enum Chart {
    /// Points with error bars, labels and a front.
    Scatter(Scatter),
    /// Horizontal bars with one or more values each.
    Bars(Bars),
    /// How often answers of each confidence are right.
    Reliability(Reliability),
    /// Which classes are taken for which.
    Confusion(Confusion),
    /// Maps of numbers over a picture.
    HeatMaps(HeatMaps),
}

/// An axis of a [`Scatter`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Axis {
    /// With its unit: `latency, ms`.
    pub title: String,
    /// Whether equal steps are equal factors. Values that are not above zero have no place on such an axis.
    pub is_log: bool,
}

/// Points with error bars, labels and a front.
///
/// A point with a value that has no place on its axis (not a number, infinite, zero on a logarithm) is left out, and the chart
/// says how many were.
#[derive(Clone, Debug, PartialEq)]
pub struct Scatter {
    /// Above the chart; may be empty.
    pub title: String,
    /// From left to right.
    pub x: Axis,
    /// Upwards.
    pub y: Axis,
    /// In any order.
    pub points: Vec<Point>,
}

/// A point of a [`Scatter`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Point {
    /// Where it lies on the x axis.
    pub x: f64,
    /// Where it lies on the y axis.
    pub y: f64,
    /// The ends of its error bar along x.
    pub x_range: Option<(f64, f64)>,
    /// The ends of its error bar along y.
    pub y_range: Option<(f64, f64)>,
    /// What stands beside it; may be empty.
    pub label: String,
    /// Points of one series have one colour and one mark, and the legend names it. Series are in the order in which they first
    /// appear.
    pub series: String,
    /// Whether the line of the Pareto front runs through it.
    pub is_on_front: bool,
    /// Points of one group share a front; each group has a line of its own.
    pub group: usize,
}

/// Horizontal bars: a row per layer, class or network, a value per series.
#[derive(Clone, Debug, PartialEq)]
pub struct Bars {
    /// Above the chart; may be empty.
    pub title: String,
    /// What the values are, with their unit: `share, %`.
    pub unit: String,
    /// What the values of a bar are, in their order: `time`, `Mult-Adds`.
    pub series: Vec<String>,
    /// From top to bottom.
    pub bars: Vec<Bar>,
}

/// A row of [`Bars`].
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    /// What stands to the left.
    pub label: String,
    /// One for each series. A value that is missing, not finite or below zero is shown as `–`.
    pub values: Vec<f64>,
}

/// A reliability diagram: how often answers of each confidence are right.
#[derive(Clone, Debug, PartialEq)]
pub struct Reliability {
    /// Above the chart; may be empty.
    pub title: String,
    /// Equally wide, from confidence 0 to 1, those without answers too.
    pub bins: Vec<ReliabilityBin>,
    /// The expected calibration error, 0 to 1.
    pub expected_error: f64,
}

/// A bin of a [`Reliability`] diagram.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ReliabilityBin {
    /// Mean confidence of the answers in it, 0 to 1.
    pub confidence: f64,
    /// Share of them that are right, 0 to 1.
    pub accuracy: f64,
    /// How many there are. Without any, the other two do not count.
    pub count: usize,
}

/// A confusion matrix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confusion {
    /// Above the chart; may be empty.
    pub title: String,
    /// The classes.
    pub labels: Vec<String>,
    /// `counts[truth][answer]`, as long as `labels` both ways.
    pub counts: Vec<Vec<usize>>,
}

/// Maps of numbers over one picture.
#[derive(Clone, Debug, PartialEq)]
pub struct HeatMaps {
    /// A title above all maps; may be empty.
    pub title: String,
    /// The picture below each map, with two pixels for each of the figure's.
    pub picture: RgbImage,
    /// The maps, row by row.
    pub maps: Vec<HeatMap>,
    /// How many maps stand side by side; at least one.
    pub columns: usize,
    /// What the values are: `contribution to the logit`.
    pub unit: String,
}

/// One map of [`HeatMaps`].
#[derive(Clone, Debug, PartialEq)]
pub struct HeatMap {
    /// What the map is about.
    pub heading: String,
    /// A figure beside the heading.
    pub score: String,
    /// Where the map comes from.
    pub detail: String,
    /// A line below the map; may be empty.
    pub note: String,
    /// The values.
    pub field: Field,
    /// The part of the picture that the values describe, in px of the picture.
    pub area: Area,
    /// The scale that it belongs to. In maps of one scale, equal values have equal colours; the legend is below the
    /// column of the first of these maps.
    pub scale: usize,
}
