//! JPEGs that the library refuses, or decodes to other pixels than libjpeg's ([`scans::is_unusual`]): from
//! coefficients to RGB, always at full size.
//!
//! [`scans::is_unusual`]: super::scans::is_unusual

use libjpeg_turbo_rs::decode::color::ycbcr_to_rgb_pixel;
use libjpeg_turbo_rs::decode::marker::JpegMetadata;
use libjpeg_turbo_rs::simd;

use super::coefficients::{self, Grid, max_sampling};
use super::upsample::Plane;
use crate::pixels::cmyk;

/// The picture as RGB; `None` if it is damaged. If `is_lenient`, it is gray where data is missing.
pub(super) fn decode(bytes: &[u8], metadata: &JpegMetadata, is_lenient: bool) -> Option<Vec<u8>> {
    let (width, height) = (metadata.frame.width(), metadata.frame.height());
    let [max_h, max_v] = max_sampling(metadata);
    let components = coefficients::read(bytes, metadata, is_lenient)?;
    let mut planes = Vec::new();
    for component in components {
        let (h, v) = component.sampling;
        let plane = transform(&component, (width * h).div_ceil(max_h), (height * v).div_ceil(max_v));
        drop(component);
        planes.push(plane.upsampled((max_h / h, max_v / v), width, height));
    }
    let is_converted = is_luminance_and_chroma(metadata);
    let colours = |[a, b, c]: [u8; 3]| {
        if is_converted { <[u8; 3]>::from(ycbcr_to_rgb_pixel(a, b, c)) } else { [a, b, c] }
    };
    match &planes[..] {
        [gray] => Some(gray.iter().flat_map(|&level| [level; 3]).collect()),
        [a, b, c] => Some((0..a.len()).flat_map(|at| colours([a[at], b[at], c[at]])).collect()),
        [a, b, c, k] => {
            let pixel = |at: usize| {
                let [c, m, y] = colours([a[at], b[at], c[at]]);
                // YCCK stores the complement of RGB.
                let [c, m, y] = if is_converted { [255 - c, 255 - m, 255 - y] } else { [c, m, y] };
                cmyk::inverted_to_rgb(&[c, m, y, k[at]])
            };
            Some((0..k.len()).flat_map(pixel).collect())
        }
        _ => None,
    }
}

/// The pixels of a component, of which `width` x `height` belong to the picture.
fn transform(component: &Grid, width: usize, height: usize) -> Plane {
    let stride = 8 * component.across;
    let mut samples = vec![0; 64 * component.blocks.len()];
    let idct = simd::detect().idct_islow;
    let mut pixels = [0; 64];
    for (index, block) in component.blocks.iter().enumerate() {
        idct(block, &component.quantization, &mut pixels);
        let start = index / component.across * 8 * stride + index % component.across * 8;
        for (y, row) in pixels.chunks_exact(8).enumerate() {
            samples[start + y * stride..][..8].copy_from_slice(row);
        }
    }
    Plane { samples, stride, width, height }
}

/// Whether the components are YCbCr or YCCK, by libjpeg's rules.
fn is_luminance_and_chroma(metadata: &JpegMetadata) -> bool {
    let transform = metadata.adobe_transform_at_first_sos;
    if metadata.frame.components.len() == 4 {
        return transform.is_some_and(|transform| transform != 0);
    }
    let is_named_rgb = || metadata.frame.components.iter().map(|component| component.id).eq(*b"RGB");
    metadata.saw_jfif_marker_at_first_sos
        || transform.map_or_else(|| !is_named_rgb(), |transform| transform != 0)
}
