//! Patches of a planar picture as rows of a matrix: the stem becomes a matrix product.

use super::Conv2dGeometry;

/// Writes the patches under a `k` x `k` filter at outputs `ox` of row `oy`, one after another.
///
/// `planes` is `[c, h, w]`; a patch is `[c, k, k]`, as a filter's weights are, with zeros for padding.
///
/// # Panics
/// If `planes` is not a whole number of planes, or `patches` not one of patches.
pub fn gather(
    geometry: &Conv2dGeometry,
    planes: &[f32],
    oy: usize,
    ox: std::ops::Range<usize>,
    patches: &mut [f32],
) {
    let Conv2dGeometry { rows, columns } = geometry;
    let plane = rows.input * columns.input;
    assert!(planes.len().is_multiple_of(plane), "planes");
    let size = planes.len() / plane * rows.taps * columns.taps;
    assert_eq!(patches.len(), ox.len() * size, "patches");
    patches.fill(0.0);
    for (ox, patch) in ox.zip(patches.chunks_exact_mut(size)) {
        let taps = columns.taps_of(ox);
        if taps.is_empty() {
            continue;
        }
        let start = columns.position(ox, taps.start);
        for (plane, patch) in planes.chunks_exact(plane).zip(patch.chunks_exact_mut(rows.taps * columns.taps))
        {
            for ky in rows.taps_of(oy) {
                let from = &plane[rows.position(oy, ky) * columns.input + start..][..taps.len()];
                patch[ky * columns.taps..][taps.clone()].copy_from_slice(from);
            }
        }
    }
}
