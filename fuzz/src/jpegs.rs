//! JPEG, which is decoded by a library and by code of ours: both must give the same pixels.

use libjpeg_turbo_rs::{Decoder, PixelFormat, ScalingFactor};
use mnet::pixels::{DecodeOptions, decode_at_least};

use super::pictures::{SMALL, decode, with_magic};

/// `data` is a JPEG, decoded at 1/8: the result must be that of libjpeg-turbo, whichever code decodes it.
pub fn jpeg(data: &[u8]) {
    let Some(draft) = decode(data, &SMALL, Some(1)) else { return };
    // Without an end marker, the library decodes another file than mnet, which puts one there.
    let is_marked = data.starts_with(b"\xff\xd8") && data.ends_with(b"\xff\xd9");
    if !is_marked || draft.width.min(draft.height) < 8 {
        return;
    }
    let mut decoder = Decoder::new(data).expect("it was decoded above");
    // What the library does not decode as libjpeg does is decoded at full size, or converted from CMYK.
    if decoder.header().components.len() == 4 || draft.image.width() == draft.width {
        return;
    }
    decoder.set_block_smoothing(true);
    decoder.set_output_format(PixelFormat::Rgb);
    decoder.set_scale(ScalingFactor::try_new(1, 8).expect("a valid scale"));
    let theirs = decoder.decode_image().expect("it was decoded above");
    assert!(draft.image.into_raw() == theirs.data, "pixels differ from libjpeg-turbo's");
}

/// `data` is a JPEG that may be damaged. To salvage what there is must not change an undamaged picture.
pub fn salvage(data: &[u8]) {
    let file = with_magic(data, &[b"\xff\xd8\xff"]);
    let options = DecodeOptions { salvage: true, ..SMALL };
    for min_side in [None, Some(4)] {
        let salvaged = decode(&file, &options, min_side);
        match decode_at_least(&file, &SMALL, min_side) {
            Ok(whole) => {
                let salvaged = salvaged.expect("an undamaged file is decoded");
                assert_eq!(salvaged.damage, None);
                assert!(salvaged.image == whole.image, "pixels differ");
            }
            Err(error) => assert!(
                salvaged.is_none_or(|salvaged| salvaged.damage.is_some()),
                "no damage is said, but: {error}"
            ),
        }
    }
}
