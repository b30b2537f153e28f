//! One vector of channels of a depthwise convolution.
//!
//! Neighbouring outputs share the filter in registers; taps on padding load zeros.

#![expect(unsafe_code, reason = "unchecked loads in the innermost loop")]

use std::marker::PhantomData;
use std::ops::Range;

use super::channels::Channels;
use super::zeros::{ZERO_COLUMNS, zeros};
use crate::kernels::element::Element;
use crate::nn::{Activation, Conv2dGeometry};

/// Some rows of one vector of channels. Positions are a block apart.
///
/// Pointers are valid for `COUNT` values at every position: `input` for `held` rows of `columns.input`, `output` for
/// `rows` of `columns.output`, `filters` for every tap. The input holds all rows that `rows` depend on, row `y` in
/// slot `y % held`.
pub(super) struct Plane<E> {
    pub geometry: Conv2dGeometry,
    pub input: *const E,
    /// Rows of the ring buffer.
    pub held: usize,
    pub filters: *const f32,
    pub bias: *const f32,
    pub output: *mut E,
    /// Rows of outputs.
    pub rows: Range<usize>,
    pub activation: Activation,
}

/// Which vectors compute a plane. A type and no closure: kernels are compiled for an instruction set by being inlined, and
/// only a function can be marked so.
pub(super) trait Way<E: Element> {
    /// The vectors.
    type Vector: Channels<E>;

    /// # Safety
    /// The processor has the instructions of `Vector`, the pointers are valid as [`Plane`] says, and the geometry is one
    /// that this way can compute.
    unsafe fn run(plane: &Plane<E>);
}

/// Vectors of neighbouring positions, for a geometry that [`has_neighbours`].
pub(super) struct Neighbours<V>(PhantomData<V>);

impl<E: Element, V: Channels<E>> Way<E> for Neighbours<V> {
    type Vector = V;

    #[inline(always)]
    unsafe fn run(plane: &Plane<E>) {
        // SAFETY: the caller's guarantees are the same.
        unsafe { plane.run_neighbours::<V>() }
    }
}

/// Vectors of a single position, for any geometry.
pub(super) struct SinglePositions<V>(PhantomData<V>);

impl<E: Element, V: Channels<E>> Way<E> for SinglePositions<V> {
    type Vector = V;

    #[inline(always)]
    unsafe fn run(plane: &Plane<E>) {
        // SAFETY: the caller's guarantees are the same.
        unsafe { plane.run::<V>() }
    }
}

/// Most indices of `unroll!`: taps along one axis, vectors of outputs, columns at which values are loaded.
const UNROLLED: [usize; 3] = [5, 14, 18];

/// Repeats a body for every index below a constant limit, which is at most that of [`UNROLLED`], each index a constant to
/// the compiler. It does not unroll loops of this size by itself, and sums that are indexed at run time leave the registers.
macro_rules! unroll {
    (tap $index:ident < $limit:expr, $body:block) => {
        unroll!($index < $limit, $body, 0 1 2 3 4)
    };
    (vector $index:ident < $limit:expr, $body:block) => {
        unroll!($index < $limit, $body, 0 1 2 3 4 5 6 7 8 9 10 11 12 13)
    };
    (column $index:ident < $limit:expr, $body:block) => {
        unroll!($index < $limit, $body, 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17)
    };
    ($index:ident < $limit:expr, $body:block, $($value:literal)*) => {
        $(if $value < $limit {
            let $index: usize = $value;
            $body
        })*
    };
}

impl<E: Element> Plane<E> {
    /// With a vector of neighbouring positions.
    ///
    /// # Safety
    /// The processor has the instructions of `V`, the pointers are valid as [`Plane`] says, and the geometry
    /// [`has_neighbours`].
    #[inline(always)]
    pub(super) unsafe fn run_neighbours<V: Channels<E>>(&self) {
        const { assert!(V::POSITIONS <= 2, "rows that `has_neighbours` found long enough") };
        let columns = &self.geometry.columns;
        // SAFETY: as in `run`; `has_neighbours` checked padding, taps, stride and a row of at least `WIDTH` outputs.
        unsafe {
            match (columns.taps, columns.output) {
                (3, width) if width.is_multiple_of(14) => self.sweep::<V, 3, 1, 14>(),
                (3, width) if width.is_multiple_of(7) => self.sweep::<V, 3, 1, 7>(),
                (3, _) => self.sweep::<V, 3, 1, 8>(),
                (_, width) if width.is_multiple_of(14) => self.sweep::<V, 5, 1, 14>(),
                (_, width) if width.is_multiple_of(7) => self.sweep::<V, 5, 1, 7>(),
                (..) => self.sweep::<V, 5, 1, 8>(),
            }
        }
    }

    /// With a vector of a single position.
    ///
    /// # Safety
    /// The processor has the instructions of `V`, and the pointers are valid as [`Plane`] says.
    #[inline(always)]
    pub(super) unsafe fn run<V: Channels<E>>(&self) {
        const { assert!(V::POSITIONS == 1, "a single position") };
        let columns = &self.geometry.columns;
        // Seven outputs fill the registers best, and divide the maps of a network at 224 px.
        let sevens = columns.output.is_multiple_of(7);
        let fives = columns.output.is_multiple_of(5);
        // SAFETY: `Depthwise::run` asserted `input.positions() == held * columns.input` and whole rows of output;
        // `with_geometry` asserted a square filter. The patterns guarantee narrow padding, taps, stride and a row of at
        // least `WIDTH` outputs.
        unsafe {
            match (columns.taps, columns.stride, columns.output) {
                _ if !columns.has_narrow_padding() => self.one_by_one::<V>(),
                (3, 1, 7..) if sevens => self.sweep::<V, 3, 1, 7>(),
                (3, 1, 5..) if fives => self.sweep::<V, 3, 1, 5>(),
                (3, 1, 4..) => self.sweep::<V, 3, 1, 4>(),
                (3, 2, 7..) if sevens => self.sweep::<V, 3, 2, 7>(),
                (3, 2, 4..) => self.sweep::<V, 3, 2, 4>(),
                (5, 1, 7..) if sevens => self.sweep::<V, 5, 1, 7>(),
                (5, 1, 4..) => self.sweep::<V, 5, 1, 4>(),
                (5, 2, 7..) if sevens => self.sweep::<V, 5, 2, 7>(),
                (5, 2, 4..) => self.sweep::<V, 5, 2, 4>(),
                _ => self.one_by_one::<V>(),
            }
        }
    }

    /// `WIDTH` outputs at a time; the last ones of a row may be computed twice.
    ///
    /// # Safety
    /// As for [`run`](Self::run); a row has at least `WIDTH` outputs and narrow padding, the filter `K` x `K` taps and
    /// stride `STRIDE`.
    #[inline(always)]
    unsafe fn sweep<V: Channels<E>, const K: usize, const STRIDE: usize, const WIDTH: usize>(&self) {
        let Conv2dGeometry { rows, columns } = self.geometry;
        let mut output = self.output;
        for oy in self.rows.clone() {
            let taps = rows.taps_of(oy);
            // Nearly all rows are adjacent in the ring, and the compiler knows the distance between those. Longer groups of
            // outputs hide the few instructions that this saves.
            let first = rows.position(oy, taps.start) % self.held;
            // SAFETY: slots stay below `held`: `Depthwise::run` asserted that the ring holds all rows that the outputs
            // depend on, so that there are no more taps than slots. `output` is one of `rows`, which it asserted too.
            unsafe {
                if V::POSITIONS == 1 && taps.len() == K && first + K <= self.held {
                    let row_stride = columns.input * E::BLOCK;
                    let start = self.slot(first);
                    self.row::<V, K, STRIDE, WIDTH>(output, |ky| Some(start.wrapping_add(ky * row_stride)));
                } else {
                    // Also around the end of the ring, and on padding.
                    self.row::<V, K, STRIDE, WIDTH>(output, |ky| {
                        let slot = first + ky.wrapping_sub(taps.start);
                        let slot = if slot < self.held { slot } else { slot - self.held };
                        taps.contains(&ky).then(|| self.slot(slot))
                    });
                }
            }
            // Wrapping: after the last row, a vector in the second half of a block points past the end of the buffer.
            output = output.wrapping_add(columns.output * E::BLOCK);
        }
    }

    /// A row of outputs from the input rows under its taps, `None` for padding.
    ///
    /// # Safety
    /// As for [`sweep`](Self::sweep); `inputs` points to rows of `columns.input` positions.
    #[inline(always)]
    unsafe fn row<V: Channels<E>, const K: usize, const STRIDE: usize, const WIDTH: usize>(
        &self,
        output: *mut E,
        inputs: impl Fn(usize) -> Option<*const E>,
    ) {
        let last = self.geometry.columns.output - WIDTH;
        let mut ox = 0;
        // SAFETY: `ox + WIDTH <= columns.output`, because a row has at least `WIDTH` outputs.
        unsafe {
            loop {
                self.group::<V, K, STRIDE, WIDTH>(&inputs, ox, output.add(ox * E::BLOCK));
                if ox == last {
                    break;
                }
                ox = (ox + WIDTH).min(last);
            }
        }
    }

    /// Outputs `ox..ox + WIDTH` of a row.
    ///
    /// # Safety
    /// As for [`row`](Self::row), `ox + WIDTH <= columns.output`, and `output` is output `ox`.
    #[inline(always)]
    unsafe fn group<V: Channels<E>, const K: usize, const STRIDE: usize, const WIDTH: usize>(
        &self,
        inputs: impl Fn(usize) -> Option<*const E>,
        ox: usize,
        output: *mut E,
    ) {
        let vectors = const { WIDTH.div_ceil(V::POSITIONS) };
        // Columns at which a vector of values starts, and the distance between those of neighbouring vectors of outputs.
        let step = const { V::POSITIONS * STRIDE };
        let starts = const { (WIDTH.div_ceil(V::POSITIONS) - 1) * V::POSITIONS * STRIDE + K };
        const {
            let starts = (WIDTH.div_ceil(V::POSITIONS) - 1) * V::POSITIONS * STRIDE + K;
            let [taps, vectors, columns] = UNROLLED;
            assert!(K <= taps && WIDTH <= vectors && starts <= columns, "indices of `unroll!`");
            assert!(starts + V::POSITIONS - 1 <= ZERO_COLUMNS, "columns of a row of zeros");
            assert!(V::POSITIONS == 1 || STRIDE == 1, "neighbours are loaded together");
        };
        let columns = &self.geometry.columns;
        // Where it is below zero it wraps around, and so is past the end as well.
        let first = (ox * STRIDE).wrapping_sub(columns.before);
        // SAFETY: `with_geometry` asserted `K * K` taps for every channel. `inputs` yields rows of `columns.input`
        // positions; columns that are not on the input load zeros instead, and those that are not compared with its
        // width are on it, because `run` checked `has_narrow_padding`. `row` keeps `ox + WIDTH` within the outputs.
        unsafe {
            let mut sums = [V::filter(self.bias); WIDTH];
            unroll!(tap ky < K, {
                let row = inputs(ky).map_or(zeros(), |row| row.wrapping_add(first.wrapping_mul(E::BLOCK)));
                // Neither kind of padding adds more than K / 2 columns on a side.
                let inside = |column| column >= K / 2 && column < (WIDTH - 1) * STRIDE + K - K / 2;
                let value = |column: usize| {
                    let from = row.wrapping_add(column * E::BLOCK);
                    if inside(column) && inside(column + V::POSITIONS - 1) {
                        return V::load(from);
                    }
                    V::load_existing(from, |position| {
                        let column = column + position;
                        inside(column) || first.wrapping_add(column) < columns.input
                    })
                };
                let weight = |kx| V::filter(self.filters.add((ky * K + kx) * E::BLOCK));
                if V::KEEPS_VALUES {
                    let mut weights = [V::filter(self.bias); K];
                    unroll!(tap kx < K, { weights[kx] = weight(kx) });
                    unroll!(column column < starts, {
                        let value = value(column);
                        unroll!(vector output < vectors, {
                            let kx = column.wrapping_sub(output * step);
                            if kx < K {
                                sums[output] = sums[output].multiply_add(value, weights[kx]);
                            }
                        });
                    });
                } else {
                    unroll!(tap kx < K, {
                        let weight = weight(kx);
                        unroll!(vector output < vectors, {
                            sums[output] = sums[output].multiply_add(value(output * step + kx), weight);
                        });
                    });
                }
            });
            V::store(sums, self.activation, output);
        }
    }

    /// One output at a time, for a filter of any size and stride.
    ///
    /// # Safety
    /// As for [`run`](Self::run).
    #[inline(always)]
    unsafe fn one_by_one<V: Channels<E>>(&self) {
        let Conv2dGeometry { rows, columns } = self.geometry;
        for (index, oy) in self.rows.clone().enumerate() {
            for ox in 0..columns.output {
                // SAFETY: `Depthwise::run` asserted `input.positions() == held * columns.input`, and that the output has
                // `rows` of `columns.output`; `taps_of` yields only taps on the input. `with_geometry` asserted the
                // number of taps.
                unsafe {
                    let mut sum = V::filter(self.bias);
                    for ky in rows.taps_of(oy) {
                        let row = self.slot(rows.position(oy, ky) % self.held);
                        for kx in columns.taps_of(ox) {
                            let value = V::load(row.add(columns.position(ox, kx) * E::BLOCK));
                            let weight = V::filter(self.filters.add((ky * columns.taps + kx) * E::BLOCK));
                            sum = sum.multiply_add(value, weight);
                        }
                    }
                    let output = self.output.add((index * columns.output + ox) * E::BLOCK);
                    V::store([sum], self.activation, output);
                }
            }
        }
    }

    /// The start of a row of the ring buffer.
    #[inline(always)]
    fn slot(&self, slot: usize) -> *const E {
        self.input.wrapping_add(slot * self.geometry.columns.input * E::BLOCK)
    }
}

/// Whether rows of outputs are long enough for a vector of two neighbouring positions, whose inputs are neighbours, too.
pub(super) fn has_neighbours(geometry: &Conv2dGeometry) -> bool {
    let columns = &geometry.columns;
    columns.has_narrow_padding() && matches!((columns.taps, columns.stride, columns.output), (3 | 5, 1, 7..))
}
