//! Each format, colour type and orientation, against Pillow's upright RGB.

use mnet::pixels::{DecodeOptions, decode};

use crate::{Difference, golden, read};

#[test]
fn every_format_decodes_to_pillows_pixels() {
    let mut files = 0;
    let mut failures = Vec::new();
    for entry in std::fs::read_dir(golden("decode")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let expected = path.with_file_name(format!("{name}.ppm"));
        if !expected.exists() {
            continue;
        }
        files += 1;
        let bytes = std::fs::read(&path).unwrap();
        match decode(&bytes, &DecodeOptions::default()) {
            Ok(image) => {
                let difference = Difference::between(&image, &read(&expected));
                // Pillow's tables for this have entries that no formula gives.
                let allowed = u8::from(name == "ycbcr.tif");
                if difference.max > allowed {
                    failures
                        .push(format!("{name}: {} levels, {:.4} equal", difference.max, difference.equal));
                }
            }
            Err(error) => failures.push(format!("{name}: {error}")),
        }
    }
    assert!(files > 40, "only {files} files in {}", golden("decode").display());
    assert!(failures.is_empty(), "{failures:#?}");
}
