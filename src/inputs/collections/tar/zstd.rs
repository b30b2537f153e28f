//! zstd, frame after frame, without the frames to be skipped.

use std::io::{self, BufRead, Read};

use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

/// The decompressed bytes of `source`.
pub(super) struct Zstd<R> {
    source: R,
    decoder: FrameDecoder,
    /// Whether the checksum of the frame has still to be compared.
    is_unchecked: bool,
    /// The error that ended the last frame early. It is reported after the bytes before it.
    damage: Option<io::Error>,
}

/// A last block without content, and a checksum. The decoder holds back what later blocks may refer to until the frame has ended.
const END_OF_FRAME: [u8; 7] = [1, 0, 0, 0, 0, 0, 0];

impl<R: BufRead> Zstd<R> {
    pub(super) fn new(source: R) -> Self {
        Self { source, decoder: FrameDecoder::new(), is_unchecked: false, damage: None }
    }

    /// Whether another frame follows, whose header has then been read.
    fn next_frame(&mut self) -> io::Result<bool> {
        while !self.source.fill_buf()?.is_empty() {
            match self.decoder.reset(&mut self.source) {
                Ok(()) => {
                    self.is_unchecked = true;
                    return Ok(true);
                }
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                    length,
                    ..
                })) => {
                    let length = u64::from(length);
                    if io::copy(&mut self.source.by_ref().take(length), &mut io::sink())? < length {
                        return Err(io::ErrorKind::UnexpectedEof.into());
                    }
                }
                Err(error) => return Err(self.damaged(&error)),
            }
        }
        Ok(false)
    }

    fn decode_block(&mut self) -> io::Result<()> {
        let block = BlockDecodingStrategy::UptoBlocks(1);
        let Err(error) = self.decoder.decode_blocks(&mut self.source, block) else { return Ok(()) };
        self.damage = Some(self.damaged(&error));
        self.is_unchecked = false;
        let ended = self.decoder.decode_blocks(&END_OF_FRAME[..], BlockDecodingStrategy::All);
        ended.map(|_| ()).map_err(|_| self.damage.take().unwrap_or_else(|| io::ErrorKind::InvalidData.into()))
    }

    /// Compares the checksum of a frame, if it has one, with that of all its bytes, which have been passed on.
    fn check(&mut self) -> io::Result<()> {
        self.is_unchecked = false;
        match self.decoder.get_checksum_from_data() {
            Some(stored) if self.decoder.get_calculated_checksum() != Some(stored) => {
                Err(io::Error::new(io::ErrorKind::InvalidData, "zstd data has a wrong checksum"))
            }
            _ => Ok(()),
        }
    }

    /// What `error` says, or that the source has ended.
    fn damaged(&mut self, error: &FrameDecoderError) -> io::Error {
        match self.source.fill_buf() {
            Ok([]) => io::ErrorKind::UnexpectedEof.into(),
            Ok(_) => io::Error::new(io::ErrorKind::InvalidData, error.to_string()),
            Err(error) => error,
        }
    }
}

impl<R: BufRead> Read for Zstd<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            if self.decoder.can_collect() > 0 {
                return self.decoder.read(buffer);
            }
            if let Some(damage) = self.damage.take() {
                return Err(damage);
            }
            if !self.decoder.is_finished() {
                self.decode_block()?;
            } else if self.is_unchecked {
                self.check()?;
            } else if buffer.is_empty() || !self.next_frame()? {
                return Ok(0);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use ruzstd::encoding::{CompressionLevel, compress_to_vec};

    use super::*;

    /// The decompressed bytes, and the error that ends them.
    fn read(compressed: &[u8]) -> (Vec<u8>, Option<io::ErrorKind>) {
        let mut bytes = vec![];
        let ended = Zstd::new(compressed).read_to_end(&mut bytes);
        (bytes, ended.err().map(|error| error.kind()))
    }

    fn frame(bytes: &[u8]) -> Vec<u8> {
        compress_to_vec(bytes, CompressionLevel::Fastest)
    }

    #[test]
    fn frames_follow_each_other_and_some_are_skipped() {
        let skipped = [&0x184D_2A53_u32.to_le_bytes()[..], &3_u32.to_le_bytes(), b"xyz"].concat();
        let all = [&skipped[..], &frame(b"one "), &frame(b""), &skipped, &frame(b"two"), &skipped].concat();
        assert_eq!(read(&all), (b"one two".to_vec(), None));
        assert_eq!(read(&all[..all.len() - 1]), (b"one two".to_vec(), Some(io::ErrorKind::UnexpectedEof)));
    }

    /// `zstd --check` of `ten bytes!`, by zstd 1.5.
    const CHECKED: [u8; 23] = *b"\x28\xb5\x2f\xfd\x04\x58\x51\0\0ten bytes!\x20\xe6\x1a\xd1";

    #[test]
    fn a_flipped_byte_is_told_by_the_checksum() {
        assert_eq!(read(&CHECKED), (b"ten bytes!".to_vec(), None));
        let mut flipped = CHECKED;
        flipped[10] ^= 1;
        let again = [&flipped[..], &CHECKED].concat();
        assert_eq!(read(&again), (b"tdn bytes!".to_vec(), Some(io::ErrorKind::InvalidData)));
        let last = flipped.len() - 1;
        flipped[10] ^= 1;
        flipped[last] ^= 1;
        assert_eq!(read(&flipped), (b"ten bytes!".to_vec(), Some(io::ErrorKind::InvalidData)));
    }

    #[test]
    fn what_came_before_the_damage_is_not_lost() {
        let noise: Vec<u8> =
            (0..400_000_u32).map(|number| (number.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
        let whole = frame(&noise);
        let (bytes, error) = read(&whole[..whole.len() - 10]);
        assert_eq!(error, Some(io::ErrorKind::UnexpectedEof));
        assert!(bytes.len() > 200_000 && noise.starts_with(&bytes), "{}", bytes.len());
        let (bytes, error) = read(&[&whole[..], b"no frame"].concat());
        assert_eq!((bytes.len(), error), (noise.len(), Some(io::ErrorKind::InvalidData)));
    }
}
