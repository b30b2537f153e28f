//! The seam between candle's storage and the kernels' slices.

use candle_core::{CpuStorage, CustomOp1, CustomOp2, Layout, Result, Shape, Tensor};

/// Runs `kernel` on the values of `input`; it writes all of an output of `shape`.
pub(super) fn apply<S: Into<Shape>>(
    name: &'static str,
    input: &Tensor,
    shape: S,
    kernel: impl Fn(&[f32], &mut [f32]),
) -> Result<Tensor> {
    let op = One { name, shape: shape.into(), kernel };
    input.contiguous()?.apply_op1_no_bwd(&op)
}

/// As [`apply`], with a second input.
pub(super) fn apply2<S: Into<Shape>>(
    name: &'static str,
    input: &Tensor,
    second: &Tensor,
    shape: S,
    kernel: impl Fn(&[f32], &[f32], &mut [f32]),
) -> Result<Tensor> {
    let op = Two { name, shape: shape.into(), kernel };
    input.contiguous()?.apply_op2_no_bwd(&second.contiguous()?, &op)
}

struct One<F> {
    name: &'static str,
    shape: Shape,
    kernel: F,
}

impl<F: Fn(&[f32], &mut [f32])> CustomOp1 for One<F> {
    fn name(&self) -> &'static str {
        self.name
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let mut output = vec![0.0; self.shape.elem_count()];
        (self.kernel)(values(self.name, storage, layout)?, &mut output);
        Ok((CpuStorage::F32(output), self.shape.clone()))
    }
}

struct Two<F> {
    name: &'static str,
    shape: Shape,
    kernel: F,
}

impl<F: Fn(&[f32], &[f32], &mut [f32])> CustomOp2 for Two<F> {
    fn name(&self) -> &'static str {
        self.name
    }

    fn cpu_fwd(
        &self,
        first: &CpuStorage,
        first_layout: &Layout,
        second: &CpuStorage,
        second_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let mut output = vec![0.0; self.shape.elem_count()];
        let first = values(self.name, first, first_layout)?;
        (self.kernel)(first, values(self.name, second, second_layout)?, &mut output);
        Ok((CpuStorage::F32(output), self.shape.clone()))
    }
}

fn values<'a>(name: &str, storage: &'a CpuStorage, layout: &Layout) -> Result<&'a [f32]> {
    match layout.contiguous_offsets() {
        Some((start, end)) => Ok(&storage.as_slice::<f32>()?[start..end]),
        None => candle_core::bail!("{name} takes a contiguous tensor"),
    }
}
