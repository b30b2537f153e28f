//! TGA files, which have no magic number.

/// Whether `bytes` are a TGA file. Version 2 has a footer; version 1 is detected by a header in which every
/// field is plausible and, if uncompressed, by a file long enough for its pixels.
pub(super) fn is_tga(bytes: &[u8]) -> bool {
    bytes.len() > 44 && bytes.ends_with(b"TRUEVISION-XFILE.\0") || has_plausible_header(bytes)
}

fn has_plausible_header(bytes: &[u8]) -> bool {
    let Some(header) = bytes.first_chunk::<18>() else {
        return false;
    };
    let u16_at = |at: usize| usize::from(u16::from_le_bytes([header[at], header[at + 1]]));
    let [id_len, has_map, kind] = [header[0], header[1], header[2]];
    let (map_len, map_bits) = (u16_at(5), header[7]);
    let (pixels, bits, flags) = (u16_at(12) * u16_at(14), header[16], header[17]);
    let has_plausible_colours = match (kind, has_map) {
        (1 | 9, 1) => map_len > 0 && matches!(map_bits, 15 | 16 | 24 | 32) && bits == 8,
        (2 | 10, 0) => matches!(bits, 15 | 16 | 24 | 32),
        (3 | 11, 0) => bits == 8,
        _ => false,
    };
    let start = header.len() + usize::from(id_len) + map_len * usize::from(map_bits).div_ceil(8);
    let is_compressed = kind >= 8;
    let body = if is_compressed { 1 } else { pixels * usize::from(bits).div_ceil(8) };
    has_plausible_colours && pixels > 0 && flags & 0xc0 == 0 && bytes.len() >= start + body
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_must_be_plausible() {
        let mut tga = vec![0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 1, 0, 24, 0];
        assert!(!is_tga(&tga), "no room for two pixels");
        tga.extend([0; 6]);
        assert!(is_tga(&tga));
        tga[16] = 23;
        assert!(!is_tga(&tga), "23 bits per pixel");
    }
}
