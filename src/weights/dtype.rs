//! Element types of stored tensors, and their widening to f32.

use std::borrow::Cow;
use std::fmt;

use half::slice::{HalfBitsSliceExt, HalfFloatSliceExt};
use half::{bf16, f16};

/// Element type of a stored tensor; all little-endian.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names give kind and bits")]
pub enum Dtype {
    F16,
    /// The upper 16 bits of an f32.
    Bf16,
    F32,
    F64,
    I8,
    I16,
    I32,
    I64,
    U8,
    /// One byte, 0 or 1.
    Bool,
}

impl Dtype {
    /// Bytes of one element.
    pub const fn size(self) -> usize {
        match self {
            Self::I8 | Self::U8 | Self::Bool => 1,
            Self::F16 | Self::Bf16 | Self::I16 => 2,
            Self::F32 | Self::I32 => 4,
            Self::F64 | Self::I64 => 8,
        }
    }
}

impl fmt::Display for Dtype {
    /// As in Rust: `f16`, `bf16`, `i64`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&format!("{self:?}").to_lowercase())
    }
}

/// Elements of floating-point type `dtype` as f32; `None` for any other type.
pub(super) fn widen<'a>(dtype: Dtype, bytes: &Cow<'a, [u8]>) -> Option<Cow<'a, [f32]>> {
    if let (Dtype::F32, Cow::Borrowed(bytes), true) = (dtype, bytes, cfg!(target_endian = "little"))
        && let Ok(values) = bytemuck::try_cast_slice(bytes)
    {
        return Some(Cow::Borrowed(values));
    }
    Some(Cow::Owned(match dtype {
        Dtype::F16 => f16_to_f32(bytes),
        Dtype::Bf16 => each(bytes, |element| bf16::from_le_bytes(element).to_f32()),
        Dtype::F32 => each(bytes, f32::from_le_bytes),
        Dtype::F64 => each(bytes, |element| f64::from_le_bytes(element) as f32),
        _ => return None,
    }))
}

fn each<const SIZE: usize>(bytes: &[u8], widen: impl Fn([u8; SIZE]) -> f32) -> Vec<f32> {
    bytes.as_chunks().0.iter().map(|&element| widen(element)).collect()
}

/// `half` widens slices with F16C or its like where the processor has it, single values in software. The weights are
/// read once, into the memory that they stay in: a copy in between costs as much as the conversion.
fn f16_to_f32(bytes: &[u8]) -> Vec<f32> {
    let bits: Cow<[u16]> = match bytemuck::try_cast_slice(bytes) {
        Ok(bits) if cfg!(target_endian = "little") => Cow::Borrowed(bits),
        // Unaligned.
        _ => Cow::Owned(bytes.as_chunks().0.iter().map(|&element| u16::from_le_bytes(element)).collect()),
    };
    bits.reinterpret_cast::<f16>().to_f32_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every f16 against the definition in IEEE 754, in f64. The first byte makes the rest unaligned.
    #[test]
    fn widens_every_f16_exactly() {
        let bytes: Vec<u8> = [0].into_iter().chain((0..=u16::MAX).flat_map(u16::to_le_bytes)).collect();
        let values = f16_to_f32(&bytes[1..]);
        assert_eq!(values.len(), 1 << 16);
        for (half, widened) in (0..=u16::MAX).zip(values) {
            let sign = if half >> 15 == 1 { -1.0 } else { 1.0 };
            let (exponent, mantissa) = (i32::from(half >> 10 & 31), f64::from(half & 1023));
            let expected = match exponent {
                0 => sign * mantissa * 2f64.powi(-24),
                31 if mantissa == 0.0 => sign * f64::INFINITY,
                31 => {
                    assert!(widened.is_nan(), "{half:#06x}");
                    continue;
                }
                _ => sign * (1024.0 + mantissa) * 2f64.powi(exponent - 25),
            };
            assert_eq!(f64::from(widened).to_bits(), expected.to_bits(), "{half:#06x}");
        }
    }

    #[test]
    fn widens_bf16_and_rounds_f64() {
        let widened = |dtype, bytes: &[u8]| widen(dtype, &bytes.into()).map(Cow::into_owned);
        assert_eq!(widened(Dtype::Bf16, &[0x80, 0x3f, 0x49, 0xc0]), Some(vec![1.0, -3.140_625]));
        let doubles = [0.1f64, -2.5, 1e300].map(f64::to_le_bytes).concat();
        assert_eq!(widened(Dtype::F64, &doubles), Some(vec![0.1f32, -2.5, f32::INFINITY]));
    }

    #[test]
    fn reads_aligned_and_unaligned_f32() {
        let values = [1.5f32, -2.0];
        // Aligned at one of these offsets, unaligned at the others.
        for start in 0..4 {
            let mut bytes = vec![0; start];
            bytes.extend(values.map(f32::to_le_bytes).concat());
            assert_eq!(widen(Dtype::F32, &Cow::Borrowed(&bytes[start..])).as_deref(), Some(&values[..]));
        }
    }

    #[test]
    fn integers_are_not_floats() {
        for dtype in [Dtype::I8, Dtype::I16, Dtype::I32, Dtype::I64, Dtype::U8, Dtype::Bool] {
            assert_eq!(widen(dtype, &Cow::Borrowed(&[0; 8])), None, "{dtype}");
        }
    }
}
