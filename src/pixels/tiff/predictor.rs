//! Undoing differences between neighbouring samples (TIFF 6.0, section 14, and Adobe's technical note 3).

use super::layout::Layout;

/// Undoes the predictor of a chunk in place; `false` if the predictor is not supported for samples of this size.
pub(super) fn undo(rows: &mut [u8], layout: &Layout) -> bool {
    let (samples, size) = (layout.chunk_samples(), layout.bits as usize / 8);
    let rows = rows.chunks_exact_mut(layout.row_length());
    match (layout.predictor, layout.bits) {
        (1, _) => {}
        (2, 8 | 16 | 32 | 64) => {
            rows.for_each(|row| add_left_neighbours(row, samples, size, layout.is_big_endian));
        }
        (3, 16 | 32 | 64) => rows.for_each(|row| join_bytes(row, samples, size, layout.is_big_endian)),
        _ => return false,
    }
    true
}

/// Adds to each sample the one of the pixel to the left.
fn add_left_neighbours(row: &mut [u8], samples: usize, size: usize, is_big_endian: bool) {
    if size == 1 {
        for at in samples..row.len() {
            row[at] = row[at].wrapping_add(row[at - samples]);
        }
        return;
    }
    let pixel = samples * size;
    for at in (pixel..row.len()).step_by(size) {
        let mut carry = 0;
        for place in 0..size {
            let place = at + if is_big_endian { size - 1 - place } else { place };
            let sum = u16::from(row[place]) + u16::from(row[place - pixel]) + carry;
            row[place] = sum as u8;
            carry = sum >> 8;
        }
    }
}

/// Floating-point samples lie with their highest bytes first, then the second ones, and so on; the bytes are
/// differences.
fn join_bytes(row: &mut [u8], samples: usize, size: usize, is_big_endian: bool) {
    for at in samples..row.len() {
        row[at] = row[at].wrapping_add(row[at - samples]);
    }
    let bytes = row.to_vec();
    let count = row.len() / size;
    for (index, sample) in row.chunks_exact_mut(size).enumerate() {
        for place in 0..size {
            let target = if is_big_endian { place } else { size - 1 - place };
            sample[target] = bytes[place * count + index];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_carry_between_the_bytes_of_a_sample() {
        let mut row = [0xff, 0x01, 0x02, 0x00];
        add_left_neighbours(&mut row, 1, 2, false);
        assert_eq!(row, [0xff, 0x01, 0x01, 0x02]);
        let mut row = [0x01, 0xff, 0x00, 0x02];
        add_left_neighbours(&mut row, 1, 2, true);
        assert_eq!(row, [0x01, 0xff, 0x02, 0x01]);
    }

    #[test]
    fn the_bytes_of_floats_are_joined() {
        // 1.0 and 2.0: 3f800000 and 40000000, byte by byte, as differences.
        let mut row = [0x3f, 0x01, 0x40, 0x80, 0x00, 0x00, 0x00, 0x00];
        join_bytes(&mut row, 1, 4, true);
        assert_eq!(row, [0x3f, 0x80, 0, 0, 0x40, 0, 0, 0]);
    }
}
