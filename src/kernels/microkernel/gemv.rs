//! The matrix-vector product: a single position, whose time is that of reading the weights.

#![expect(unsafe_code, reason = "unchecked loads in the innermost loop")]

use super::{GEMV_VECTORS, Microkernel, PANEL_VECTORS, RowAccess};
use crate::kernels::activation::apply_in_memory;
use crate::kernels::layout::CHANNEL_BLOCK;
use crate::kernels::simd::Simd;

impl Microkernel {
    /// Matrix-vector product: one position by `GEMV_PANELS` panels of two vectors. Each weight is used only once.
    ///
    /// # Safety
    /// As for [`run`](Self::run), with one row and `GEMV_PANELS` panels.
    #[inline(always)]
    pub(super) unsafe fn gemv<S: Simd, A: RowAccess>(self) {
        let panel = self.runs * A::RUN * PANEL_VECTORS * S::LANES;
        // SAFETY: offsets stay below `runs` runs and `GEMV_PANELS` panels, for which the caller's pointers are valid.
        unsafe {
            let mut sums = [S::splat(0.0); GEMV_VECTORS];
            for (vector, sum) in sums.iter_mut().enumerate() {
                *sum = S::load(self.bias.add(vector * S::LANES));
            }
            for run in 0..self.runs {
                for value in 0..A::RUN {
                    let row = self.panel.add((run * A::RUN + value) * PANEL_VECTORS * S::LANES);
                    let value = S::splat(*self.input.add(run * self.run_stride + value));
                    for (vector, sum) in sums.iter_mut().enumerate() {
                        let (index, vector) = (vector / PANEL_VECTORS, vector % PANEL_VECTORS);
                        let weights = S::load(row.add(index * panel + vector * S::LANES));
                        *sum = sum.multiply_add(value, weights);
                    }
                }
            }
            self.store::<S, 1, GEMV_VECTORS>([sums]);
            for block in 0..self.blocks {
                let written = self.output.add(block * self.output_stride);
                apply_in_memory::<S>(self.activation, written, CHANNEL_BLOCK);
            }
        }
    }
}
