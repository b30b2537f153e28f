//! The cosine similarity of two vectors, exactly; and how far a product in `f32` can be from it.

/// How many sums are kept apart, so that the loop becomes vector instructions. The order of additions is fixed.
const LANES: usize = 16;

/// The squared length, by which [`similarity`] divides. `None` for a vector without a direction, whose values are all
/// zero or include infinity or NaN.
pub(super) fn squared_length(vector: &[f32]) -> Option<f64> {
    let squared = dot(vector, vector);
    (squared.is_finite() && squared > 0.0).then_some(squared)
}

/// The cosine of the angle between two vectors with these squared lengths: from -1 to 1, and 1 for equal vectors.
///
/// Products of `f32` are exact in `f64`. The sum is within `n · 2⁻⁵³` of the exact one, far below any digit that is
/// shown.
pub(super) fn similarity(a: (&[f32], f64), b: (&[f32], f64)) -> f64 {
    // Equal pictures are common among duplicates, and bytes are compared faster than they are multiplied.
    if bytemuck::cast_slice::<f32, u8>(a.0) == bytemuck::cast_slice::<f32, u8>(b.0) {
        return 1.0;
    }
    (dot(a.0, b.0) / (a.1 * b.1).sqrt()).clamp(-1.0, 1.0)
}

/// How far the product of two vectors, scaled to length 1 in `f32`, can be from [`similarity`].
///
/// The kernel is within `(n + 2)·ε·Σ|x·y|` of the exact product, and rounding to `f32` adds up to `ε·Σ|x·y|`. The sum
/// is at most 1 by the Cauchy-Schwarz inequality, apart from rounding, which the rest of the bound covers.
pub(super) fn error_bound(dimension: usize) -> f64 {
    (dimension + 8) as f64 * f64::from(f32::EPSILON)
}

fn dot(a: &[f32], b: &[f32]) -> f64 {
    let mut sums = [0.0; LANES];
    let (a_lanes, a_rest) = a.as_chunks::<LANES>();
    let (b_lanes, b_rest) = b.as_chunks::<LANES>();
    for (a, b) in a_lanes.iter().zip(b_lanes) {
        for lane in 0..LANES {
            sums[lane] += f64::from(a[lane]) * f64::from(b[lane]);
        }
    }
    let rest: f64 = a_rest.iter().zip(b_rest).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum();
    sums.iter().sum::<f64>() + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(a: &[f32], b: &[f32]) -> f64 {
        similarity((a, squared_length(a).unwrap_or_default()), (b, squared_length(b).unwrap_or_default()))
    }

    #[test]
    fn it_is_the_cosine() {
        assert_eq!(of(&[1.0, 0.0], &[0.0, 2.0]), 0.0);
        assert_eq!(of(&[1.0, 2.0], &[-2.0, -4.0]), -1.0);
        assert!((of(&[1.0, 0.0], &[1.0, 1.0]) - 0.5_f64.sqrt()).abs() < 1e-15);
        // Seventeen values: one vector of lanes, and one value more.
        let a: Vec<f32> = (0..17_u8).map(f32::from).collect();
        let mut b = a.clone();
        b[16] = -16.0;
        let rest = f64::from((0..16).map(|x| x * x).sum::<i32>());
        assert!((of(&a, &b) - (rest - 256.0) / (rest + 256.0)).abs() < 1e-15);
    }

    #[test]
    fn equal_vectors_and_multiples_have_a_similarity_of_exactly_one() {
        let vector: Vec<f32> = (1..=1280_u16).map(|x| 1.0 / f32::from(x)).collect();
        let double: Vec<f32> = vector.iter().map(|x| x * 2.0).collect();
        assert_eq!((of(&vector, &vector), of(&vector, &double)), (1.0, 1.0));
    }

    #[test]
    fn vectors_of_any_size_have_a_length_and_only_those_without_a_direction_have_none() {
        assert_eq!(squared_length(&[]), None);
        assert_eq!(squared_length(&[0.0, -0.0]), None);
        assert_eq!(squared_length(&[1.0, f32::NAN]), None);
        assert_eq!(squared_length(&[1.0, f32::INFINITY]), None);
        assert!(of(&[f32::MAX, f32::MAX], &[f32::MAX, 0.0]) > 0.7);
        assert!(of(&[1e-45, 1e-45], &[1e-45, 0.0]) > 0.7);
    }
}
