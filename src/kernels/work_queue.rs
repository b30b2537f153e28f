//! A feature map cut into shares that threads take one after the other.

#![expect(unsafe_code, reason = "shares of one buffer are written at the same time")]

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::element::Element;
use super::feature_map::FeatureMapMut;

/// The axis along which a feature map is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SplitAxis {
    /// Every share has all channels at some positions.
    Positions,
    /// Every share has some blocks of channels at all positions.
    Blocks,
}

/// Hands out every part of a feature map exactly once, to whichever thread asks next.
#[derive(Debug)]
pub struct WorkQueue<'a, T: Element = f32> {
    map: FeatureMapMut<'a, T>,
    axis: SplitAxis,
    /// Positions or blocks that stay together.
    unit: usize,
    shares: usize,
    schedule: Schedule,
    next: AtomicUsize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Schedule {
    Equal,
    /// OpenMP's word: every share is smaller than the one before.
    Guided,
}

/// Far more than there are threads, and few enough that the products in [`WorkQueue::boundary`] cannot overflow.
const MAX_SHARES: usize = 1 << 16;

impl<'a, T: Element> WorkQueue<'a, T> {
    /// Cuts `map` into at most `shares` shares of whole units of `unit` positions or blocks, equal to within a unit.
    /// The last share also takes the remainder that fills no unit.
    pub fn equal(map: FeatureMapMut<'a, T>, axis: SplitAxis, unit: usize, shares: usize) -> Self {
        Self::new(map, axis, unit, shares, Schedule::Equal)
    }

    /// As [`equal`](Self::equal), but with shares that shrink: a thread that finishes early waits only for small ones.
    pub fn guided(map: FeatureMapMut<'a, T>, axis: SplitAxis, unit: usize, shares: usize) -> Self {
        Self::new(map, axis, unit, shares, Schedule::Guided)
    }

    fn new(
        map: FeatureMapMut<'a, T>,
        axis: SplitAxis,
        unit: usize,
        shares: usize,
        schedule: Schedule,
    ) -> Self {
        let mut queue = Self { map, axis, unit: unit.max(1), shares: 1, schedule, next: AtomicUsize::new(0) };
        queue.shares = shares.clamp(1, queue.units().min(MAX_SHARES));
        queue
    }

    /// The next share, and the range of positions or blocks that it covers.
    pub fn next(&self) -> Option<(Range<usize>, FeatureMapMut<'_, T>)> {
        loop {
            // Never past the number of shares: a counter that wraps around would hand them out again.
            let following = |next| (next < self.shares).then_some(next + 1);
            let index = self.next.fetch_update(Ordering::Relaxed, Ordering::Relaxed, following).ok()?;
            let range = self.boundary(index)..self.boundary(index + 1);
            if range.is_empty() {
                continue;
            }
            // SAFETY: `fetch_update` returns each index below `shares` once, boundaries ascend, so that the ranges of two
            // indices are disjoint, and the slice below keeps to its range.
            let map = unsafe { self.map.alias() };
            let share = match self.axis {
                SplitAxis::Positions => map.slice_positions(range.clone()),
                SplitAxis::Blocks => map.slice_blocks(range.clone()),
            };
            return Some((range, share));
        }
    }

    /// Where share `index` begins.
    fn boundary(&self, index: usize) -> usize {
        let units = self.units();
        // 128 bits: at most 2^64 units times 2^16 shares squared.
        let [all, index, shares] = [units, index, self.shares].map(|number| number as u128);
        let unit = match self.schedule {
            Schedule::Equal => all * index / shares,
            // What remains shrinks as a square, so that shares shrink linearly.
            Schedule::Guided => all - all * (shares - index).pow(2) / shares.pow(2),
        } as usize;
        // The last unit takes the remainder.
        if unit == units { self.length() } else { unit * self.unit }
    }

    fn length(&self) -> usize {
        match self.axis {
            SplitAxis::Positions => self.map.positions(),
            SplitAxis::Blocks => self.map.blocks(),
        }
    }

    fn units(&self) -> usize {
        (self.length() / self.unit).max(1)
    }
}
