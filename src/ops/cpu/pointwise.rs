//! The pointwise convolution: a matrix product over channels, at every position alike.

use rayon::prelude::*;

use super::Size;
use crate::kernels::isa;
use crate::kernels::pointwise::PackedMatrix;
use crate::ops::{Activation, Filter};

/// A 1 x 1 convolution of stride 1 with bias and activation.
#[derive(Debug)]
pub struct Pointwise {
    matrix: PackedMatrix,
    activation: Activation,
}

impl Pointwise {
    /// `filter` is `[out, in, 1, 1]`.
    pub fn new(filter: &Filter, activation: Activation) -> Self {
        let matrix = PackedMatrix::new(isa::active(), &filter.weight, &filter.bias, filter.shape[1]);
        Self { matrix, activation }
    }

    /// The shape of the output.
    pub fn output(&self, input: Size) -> Size {
        Size { c: self.matrix.n(), ..input }
    }

    /// A feature map to a feature map, `shortcut` added to the result; positions are shared out to the threads.
    ///
    /// # Panics
    /// If a length does not match.
    pub fn run(&self, input: &[f32], shortcut: Option<&[f32]>, output: &mut [f32]) {
        let (k, n) = (self.matrix.k(), self.matrix.n());
        if output.len() == n {
            return self.one_position(input, shortcut, output);
        }
        let job = self.matrix.all(self.activation);
        let rows = share(output.len() / n, self.matrix.isa().tile_rows);
        let parts = output.par_chunks_mut(rows * n).zip(input.par_chunks(rows * k)).enumerate();
        parts.for_each(|(index, (output, input))| {
            let shortcut = shortcut.map(|shortcut| &shortcut[index * rows * n..][..output.len()]);
            job.run(input, shortcut, output);
        });
    }

    /// The classifier: there is one row, so its columns are shared out.
    fn one_position(&self, input: &[f32], shortcut: Option<&[f32]>, output: &mut [f32]) {
        let columns = share(output.len(), self.matrix.panel_width());
        output.par_chunks_mut(columns).enumerate().for_each(|(index, output)| {
            let range = index * columns..index * columns + output.len();
            let shortcut = shortcut.map(|shortcut| &shortcut[range.clone()]);
            self.matrix.columns(range, self.activation).run(input, shortcut, output);
        });
    }
}

/// How much of `whole` one thread gets, in whole multiples of `unit`.
fn share(whole: usize, unit: usize) -> usize {
    whole.div_ceil(rayon::current_num_threads()).next_multiple_of(unit).max(1)
}
