//! The first bytes of an npy file (numpy's NEP 1, version 1.0).

/// The length of a header of ours: numpy aligns data to 64 bytes.
pub(super) const LENGTH: usize = 128;

const MAGIC: &[u8] = b"\x93NUMPY\x01\x00";

/// The header of `[rows, dimension]` 32-bit floats. The number of rows has room to grow, so that the length stays.
pub(super) fn header(rows: u64, dimension: usize) -> [u8; LENGTH] {
    let shape = format!("{{'descr': '<f4', 'fortran_order': False, 'shape': ({rows:20}, {dimension}), }}");
    let mut header = [b' '; LENGTH];
    header[..MAGIC.len()].copy_from_slice(MAGIC);
    let rest = LENGTH - MAGIC.len() - 2;
    header[MAGIC.len()..][..2].copy_from_slice(&(rest as u16).to_le_bytes());
    header[MAGIC.len() + 2..][..shape.len()].copy_from_slice(shape.as_bytes());
    header[LENGTH - 1] = b'\n';
    header
}

/// Rows and dimension of a file that begins so; `None` if it is not one of ours.
pub(super) fn parse(start: &[u8]) -> Option<(u64, usize)> {
    let text = start.get(..LENGTH)?.strip_prefix(MAGIC)?.get(2..)?;
    let text = str::from_utf8(text).ok()?;
    let (rows, dimension) = text.split_once("'shape': (")?.1.split_once(')')?.0.split_once(',')?;
    let shape = (rows.trim().parse().ok()?, dimension.trim().parse().ok()?);
    (start.starts_with(&header(shape.0, shape.1))).then_some(shape)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text that numpy 2.3 reads as `(3, 1280)`: `np.lib.format.read_array_header_1_0`.
    #[test]
    fn numpy_reads_the_header() {
        let header = header(3, 1280);
        assert_eq!(&header[..10], b"\x93NUMPY\x01\x00\x76\x00");
        let text = str::from_utf8(&header[10..]).unwrap();
        let dictionary = "{'descr': '<f4', 'fortran_order': False, 'shape': (                   3, 1280), }";
        assert_eq!(text.trim_end(), dictionary);
        assert!(text.ends_with(" \n"));
    }

    #[test]
    fn any_number_of_rows_has_room() {
        for shape in [(0, 1), (1, 1280), (u64::MAX, 1_000_000)] {
            assert_eq!(parse(&header(shape.0, shape.1)), Some(shape));
        }
        let mut other = header(3, 4);
        other[20] = b'8';
        assert_eq!(parse(&other), None);
        assert_eq!(parse(&header(3, 4)[..100]), None);
    }
}
