//! What the samples of a picture are, and what the colours made of them.

use super::directory::{Directory, tag};
use crate::pixels::error::DecodeError;
use crate::pixels::job::unsupported;

/// What samples are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SampleFormat {
    Unsigned,
    Signed,
    Float,
}

/// What colours are: the photometric interpretation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Colour {
    WhiteIsZero,
    BlackIsZero,
    Rgb,
    Palette,
    Cmyk,
    YCbCr,
}

/// Photometric interpretations that are not supported.
#[rustfmt::skip]
const UNSUPPORTED_COLOURS: [(u64, &str); 8] = [
    (4, "a TIFF transparency mask"), (8, "a CIELab TIFF"), (9, "an ICC Lab TIFF"), (10, "an ITU Lab TIFF"),
    (32803, "a TIFF of raw camera data"), (34892, "a TIFF of raw camera data"),
    (32844, "a LogL TIFF"), (32845, "a LogLuv TIFF"),
];

/// The colours that this value of the tag means.
pub(super) fn colour(photometric: u64) -> Result<Colour, DecodeError> {
    Ok(match photometric {
        0 => Colour::WhiteIsZero,
        1 => Colour::BlackIsZero,
        2 => Colour::Rgb,
        3 => Colour::Palette,
        5 => Colour::Cmyk,
        6 => Colour::YCbCr,
        other => {
            let known = UNSUPPORTED_COLOURS.iter().find(|(number, _)| *number == other);
            let name = known.map(|(_, name)| (*name).to_owned());
            return Err(unsupported(name.unwrap_or_else(|| format!("a TIFF of colour type {other}"))));
        }
    })
}

/// The format of samples and their bits, which must be the same for all.
pub(super) fn samples(
    directory: &Directory,
    samples: usize,
    colour: Colour,
) -> Result<(SampleFormat, u32), DecodeError> {
    let all_equal = |values: &[u64]| values.iter().all(|value| *value == values[0]);
    let mut bits = directory.numbers(tag::BITS_PER_SAMPLE, samples);
    let mut formats = directory.numbers(tag::SAMPLE_FORMAT, samples);
    if bits.is_empty() && samples > 1 {
        return Err(unsupported("a TIFF that does not say how many bits its samples have"));
    }
    bits.extend(bits.is_empty().then_some(1));
    formats.extend(formats.is_empty().then_some(1));
    if !all_equal(&bits) || !all_equal(&formats) {
        return Err(unsupported("a TIFF of samples of different kinds"));
    }
    let (format, name) = match formats[0] {
        // What has no format is taken for a number without a sign.
        1 | 4 => (SampleFormat::Unsigned, "unsigned"),
        // Pillow reads 8 bits without their sign.
        2 if bits[0] == 8 => (SampleFormat::Unsigned, "unsigned"),
        2 => (SampleFormat::Signed, "signed"),
        3 => (SampleFormat::Float, "floating-point"),
        _ => return Err(unsupported("a TIFF of complex numbers")),
    };
    let is_gray = matches!(colour, Colour::BlackIsZero);
    let is_known = match (format, bits[0]) {
        (SampleFormat::Unsigned, bits) if colour == Colour::Palette => matches!(bits, 1..=8),
        (SampleFormat::Unsigned, bits) if colour == Colour::YCbCr => bits == 8,
        (SampleFormat::Unsigned, 1..=32) => true,
        (SampleFormat::Signed, 16 | 32) => is_gray,
        (SampleFormat::Float, 16 | 32 | 64) => is_gray || colour == Colour::Rgb,
        _ => false,
    };
    if !is_known {
        let what = format!("a TIFF of {name} samples of {} bits as {}", bits[0], colour.name());
        return Err(unsupported(what));
    }
    Ok((format, bits[0] as u32))
}

impl Colour {
    fn name(self) -> &'static str {
        match self {
            Self::WhiteIsZero => "inverted gray",
            Self::BlackIsZero => "gray",
            Self::Rgb => "RGB",
            Self::Palette => "colours of a palette",
            Self::Cmyk => "CMYK",
            Self::YCbCr => "YCbCr",
        }
    }
}
