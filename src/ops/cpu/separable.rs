//! A depthwise convolution, the pointwise one behind it, and what makes its input, as one operation.
//!
//! Between them lie the largest feature maps of a network: six times the channels of their block in an inverted
//! residual. They are made strip by strip, a few rows that stay in the second-level cache, and are never written out.

use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use super::{Clocks, Depthwise, Pointwise, Size, Stem, Team, grown, shares};
use crate::kernels::map::{Along, Shares};
use crate::kernels::{Conv2dGeometry, Map, MapMut};

/// What makes the input of the depthwise convolution.
#[derive(Debug)]
pub enum First {
    /// It is the input of the block (arXiv:1704.04861, figure 3).
    Nothing,
    /// The first layer of a network; the input of the block is a picture.
    Stem(Stem),
    /// More channels (arXiv:1801.04381, table 1).
    Expand(Pointwise),
}

/// `first`, then `depthwise`, then `project`.
#[derive(Debug)]
pub struct Separable {
    /// Makes the hidden feature map.
    pub first: First,
    /// Filters it.
    pub depthwise: Depthwise,
    /// Mixes its channels.
    pub project: Pointwise,
}

/// Who works, and where.
#[derive(Clone, Copy)]
pub struct Crew<'a> {
    /// The threads.
    pub team: &'a Team,
    /// Buffers for each of them.
    pub strips: &'a [Mutex<Strip>],
    /// Clocks of the layers.
    pub clocks: Clocks<'a>,
}

/// Buffers of one thread.
#[derive(Debug, Default)]
pub struct Strip {
    hidden: Vec<f32>,
    filtered: Vec<f32>,
    pixels: Vec<f32>,
}

/// Bytes of a strip's buffers. Between half and four times a second-level cache of 512 KiB latencies differ little;
/// without strips a hidden map of megabytes goes out to memory and comes back.
const STRIP_BYTES: usize = 768 << 10;

/// Rows of outputs per thread below which the rows that two threads both need, and compute twice, cost more than to
/// wait for each other after every layer.
const ROWS_PER_THREAD: usize = 16;

impl Separable {
    /// The shape of the output.
    ///
    /// # Panics
    /// If `input` is empty.
    pub fn output(&self, input: Size) -> Size {
        self.project.output(self.depthwise.output(self.hidden(input)))
    }

    /// The shape of what the depthwise convolution sees.
    fn hidden(&self, input: Size) -> Size {
        match &self.first {
            First::Nothing => input,
            First::Stem(stem) => stem.output(input),
            First::Expand(expand) => expand.output(input),
        }
    }

    /// How many layers it is.
    pub fn layers(&self) -> usize {
        if let First::Nothing = self.first { 2 } else { 3 }
    }

    /// A feature map (or a picture, for a stem) of shape `size` to a feature map, `shortcut` added to it.
    ///
    /// # Panics
    /// If a shape does not match, or there are fewer strips than threads, or fewer clocks than layers.
    pub fn run(&self, crew: Crew, input: &[f32], size: Size, shortcut: Option<Map>, output: MapMut) {
        let Crew { team, strips, clocks } = crew;
        let hidden = self.hidden(size);
        let geometry = self.depthwise.geometry(hidden);
        let run = Run { op: self, input, size, hidden, geometry, clocks };
        let alone = matches!(self.first, First::Nothing | First::Expand(_)) && team.size() > 1;
        if alone && geometry.rows.output < ROWS_PER_THREAD * team.size() {
            return run.layer_by_layer(team, shortcut, output, &mut lock(&strips[0]));
        }
        let width = geometry.columns.output;
        let shares = match self.first {
            First::Nothing => Shares::tapering(output, Along::Positions, width, shares(team)),
            // Rows at the edge between two shares are made for both: as few shares as will do.
            _ => Shares::equal(output, Along::Positions, width, team.size()),
        };
        team.run(&|thread| {
            let strip = &mut lock(&strips[thread]);
            while let Some((positions, output)) = shares.claim() {
                let shortcut = shortcut.map(|shortcut| shortcut.at(positions.clone()));
                run.rows(positions.start / width..positions.end / width, shortcut, output, strip);
            }
        });
    }
}

/// A [`Separable`] on an input.
struct Run<'a> {
    op: &'a Separable,
    input: &'a [f32],
    size: Size,
    hidden: Size,
    geometry: Conv2dGeometry,
    clocks: Clocks<'a>,
}

impl Run<'_> {
    /// Each layer as a whole, shared out by channels: nothing is computed twice, but threads wait for each other.
    fn layer_by_layer(&self, team: &Team, shortcut: Option<Map>, output: MapMut, strip: &mut Strip) {
        let input = Map::new(self.input, self.size.positions());
        let filtered = self.op.depthwise.output(self.hidden);
        let positions = filtered.positions();
        let filtered = grown(&mut strip.filtered, filtered.values());
        let hidden = if let First::Expand(expand) = &self.op.first {
            let hidden = grown(&mut strip.hidden, self.hidden.values());
            let output = MapMut::new(hidden, self.hidden.positions());
            self.clocks.time(0, || expand.run(team, input, None, output));
            Map::new(hidden, self.hidden.positions())
        } else {
            input
        };
        let between = MapMut::new(filtered, positions);
        self.time_depthwise(|| self.op.depthwise.run(team, hidden, self.hidden, between));
        self.time_project(|| self.op.project.run(team, Map::new(filtered, positions), shortcut, output));
    }

    /// Some rows of outputs, a strip at a time.
    fn rows(&self, rows: Range<usize>, shortcut: Option<Map>, mut output: MapMut, strip: &mut Strip) {
        let most = self.strip_rows();
        let count = rows.len().div_ceil(most);
        let height = rows.len().div_ceil(count.max(1));
        // Rows of the hidden map that a strip sees; the next one finds some of them still there.
        let ring = (height.saturating_sub(1) * self.geometry.rows.stride + self.geometry.rows.taps)
            .min(self.hidden.h);
        let width = self.geometry.columns.output;
        let mut made = 0;
        for start in rows.clone().step_by(height) {
            let strip_rows = start..rows.end.min(start + height);
            let seen = self.geometry.rows.inputs(strip_rows.clone());
            let hidden =
                self.hide(made.max(seen.start)..seen.end, ring, &mut strip.hidden, &mut strip.pixels);
            made = seen.end;
            let shape = Size { h: strip_rows.len(), w: width, c: self.hidden.c };
            let filtered = grown(&mut strip.filtered, shape.values());
            let between = MapMut::new(filtered, shape.positions());
            self.time_depthwise(|| self.op.depthwise.part(hidden, self.geometry, start, between));
            let at = (start - rows.start) * width..(strip_rows.end - rows.start) * width;
            let shortcut = shortcut.map(|shortcut| shortcut.at(at.clone()));
            let (filtered, output) = (Map::new(filtered, shape.positions()), output.reborrow().at(at));
            self.time_project(|| self.op.project.part(filtered, shortcut, output));
        }
    }

    /// Makes those rows of the hidden map in a ring of `held` rows.
    fn hide<'b>(
        &'b self,
        rows: Range<usize>,
        held: usize,
        ring: &'b mut Vec<f32>,
        pixels: &mut Vec<f32>,
    ) -> Map<'b> {
        if let First::Nothing = self.op.first {
            return Map::new(self.input, self.size.positions());
        }
        let shape = Size { h: held, ..self.hidden };
        let ring = grown(ring, shape.values());
        let mut y = rows.start;
        while y < rows.end {
            // Up to where the ring closes.
            let place = y % held;
            let count = (rows.end - y).min(held - place);
            let part = MapMut::new(ring, shape.positions()).at(place * shape.w..(place + count) * shape.w);
            match &self.op.first {
                First::Stem(stem) => {
                    self.clocks.time(0, || stem.part(self.input, self.size, y, pixels, part));
                }
                First::Expand(expand) => {
                    let input = Map::new(self.input, self.size.positions());
                    let input = input.at(y * self.size.w..(y + count) * self.size.w);
                    self.clocks.time(0, || expand.part(input, None, part));
                }
                First::Nothing => unreachable!("there is no hidden map to make"),
            }
            y += count;
        }
        Map::new(ring, shape.positions())
    }

    fn time_depthwise(&self, work: impl FnOnce()) {
        self.clocks.time(self.op.layers() - 2, work);
    }

    fn time_project(&self, work: impl FnOnce()) {
        self.clocks.time(self.op.layers() - 1, work);
    }

    /// Rows of outputs of a strip.
    fn strip_rows(&self) -> usize {
        let Conv2dGeometry { rows, columns } = &self.geometry;
        let row = |width: usize| Size { h: 1, w: width, c: self.hidden.c }.values() * 4;
        let ring = if matches!(self.op.first, First::Nothing) { 0 } else { row(columns.input) };
        let fixed = rows.taps.saturating_sub(rows.stride) * ring;
        let each = rows.stride * ring + row(columns.output);
        (STRIP_BYTES.saturating_sub(fixed) / each.max(1)).max(1)
    }
}

fn lock(strip: &Mutex<Strip>) -> std::sync::MutexGuard<'_, Strip> {
    // What a thread that panicked left there is overwritten.
    strip.lock().unwrap_or_else(PoisonError::into_inner)
}
