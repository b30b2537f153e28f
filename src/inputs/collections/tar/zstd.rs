//! zstd, frame after frame, without the frames to be skipped.

use std::error::Error;
use std::io::{self, BufRead, Read};
use std::iter;

use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

use super::compressed::{Counted, Fault, Frames};

const ZSTD: &str = "zstd";

/// The first bytes of a frame.
const MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// The decompressed bytes of `source`.
pub(super) struct Zstd<R> {
    source: Counted<R>,
    decoder: FrameDecoder,
    /// Whether the checksum of the frame has still to be compared.
    is_unchecked: bool,
    /// The error that ended the last frame early. It is reported after the bytes before it.
    damage: Option<io::Error>,
}

/// A last block without content, and a checksum. The decoder holds back what later blocks may refer to until the frame has ended.
const END_OF_FRAME: [u8; 7] = [1, 0, 0, 0, 0, 0, 0];

/// Whether a frame, or one to be skipped, begins with these bytes.
pub(super) fn is_start(bytes: &[u8]) -> bool {
    bytes.starts_with(&MAGIC) || matches!(bytes, [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..])
}

impl<R: BufRead> Zstd<R> {
    pub(super) fn new(source: R) -> Self {
        let source = Counted::new(source);
        Self { source, decoder: FrameDecoder::new(), is_unchecked: false, damage: None }
    }

    /// Whether another frame follows, whose header has then been read.
    fn next_frame(&mut self) -> io::Result<bool> {
        loop {
            let at = self.source.position;
            let mut start = vec![];
            self.source.by_ref().take(MAGIC.len() as u64).read_to_end(&mut start)?;
            match start.len() {
                0 => return Ok(false),
                4 if is_start(&start) => {}
                1..4 if MAGIC.starts_with(&start) => return Err(io::ErrorKind::UnexpectedEof.into()),
                _ => {
                    start.extend(self.source.fill_buf()?);
                    return Err(Fault::followed(ZSTD, &start, at).into());
                }
            }
            match self.decoder.reset(start.chain(&mut self.source)) {
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
                Err(Fault::Checksum(ZSTD).into())
            }
            _ => Ok(()),
        }
    }

    /// `error` in words, or that the source has ended.
    fn damaged(&mut self, error: &FrameDecoderError) -> io::Error {
        let source = match self.source.fill_buf() {
            Ok(source) => source,
            Err(error) => return error,
        };
        match error {
            FrameDecoderError::WindowSizeTooBig { requested, max } => {
                Fault::Window { bytes: *requested, most: *max }.into()
            }
            FrameDecoderError::DictNotProvided { dict_id } => Fault::Dictionary(*dict_id).into(),
            // An error at the end of the source may still be a damaged block.
            error if source.is_empty() && lacks_bytes(error) => io::ErrorKind::UnexpectedEof.into(),
            _ => Fault::Data(ZSTD).into(),
        }
    }
}

/// Whether `error` comes from a reader that has ended.
fn lacks_bytes(error: &FrameDecoderError) -> bool {
    let causes = iter::successors(Some(error as &dyn Error), |&error| error.source());
    let mut readers = causes.filter_map(|error| error.downcast_ref::<io::Error>());
    readers.any(|error| error.kind() == io::ErrorKind::UnexpectedEof)
}

impl<R: BufRead> Frames for Zstd<R> {
    fn read_frame(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
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
            } else {
                return Ok(0);
            }
        }
    }
}

impl<R: BufRead> Read for Zstd<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let count = self.read_frame(buffer)?;
            if count > 0 || buffer.is_empty() || !self.next_frame()? {
                return Ok(count);
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

    /// The error at the end of `compressed`.
    #[track_caller]
    fn told(compressed: &[u8]) -> String {
        Zstd::new(compressed).read_to_end(&mut vec![]).unwrap_err().to_string()
    }

    #[test]
    fn what_follows_the_last_frame_is_named_with_its_place() {
        for (garbage, found) in [
            (&[0; 2][..], "zero bytes"),
            (&[0; 5000], "zero bytes"),
            (b"\n", "text"),
            (b"garbage, and more of it", "text"),
            (b"%PDF-1.7", "a PDF document"),
            (b"\x28\xb5\x2e", "unknown data"),
        ] {
            let expected = format!("its zstd data is followed by {found} at byte 23");
            assert_eq!(told(&[&CHECKED[..], garbage].concat()), expected);
        }
        assert_eq!(
            read(&[&CHECKED[..], &MAGIC[..3]].concat()),
            (b"ten bytes!".to_vec(), Some(io::ErrorKind::UnexpectedEof))
        );
    }

    #[test]
    fn damage_is_told_in_plain_words() {
        let mut flipped = CHECKED;
        flipped[10] ^= 1;
        let wrong = told(&flipped);
        assert!(wrong.starts_with("its zstd data has a wrong checksum, so that its members"), "{wrong}");
        // A block of the type that is reserved, at the end of the source and before more of it.
        let block = [&MAGIC[..], &[0, 0x58], &[7, 0, 0]].concat();
        for more in [&b""[..], b"more"] {
            assert_eq!(told(&[&block, more].concat()), "its zstd data cannot be unpacked");
        }
        // Windows of 2 TiB and more, and of 1 KiB with a dictionary.
        let window = told(&[&MAGIC[..], &[0, 0xf8], &[1, 0, 0]].concat());
        assert_eq!(window, "its zstd data takes 2097152 MiB of memory to unpack; the limit is 128 MiB");
        let dictionary = told(&[&MAGIC[..], &[1, 0, 7], &[1, 0, 0]].concat());
        assert_eq!(dictionary, "its zstd data can only be unpacked with the dictionary 7");
    }

    #[test]
    fn a_frame_is_read_up_to_its_checksum() {
        let mut wrong = CHECKED;
        wrong[22] ^= 1;
        let all = [CHECKED, wrong].concat();
        let (mut zstd, mut buffer) = (Zstd::new(&*all), [0; 5]);
        assert_eq!(zstd.read(&mut buffer).unwrap(), 5);
        assert_eq!([(); 3].map(|()| zstd.read_frame(&mut buffer).unwrap()), [5, 0, 0]);
        assert_eq!(zstd.read(&mut buffer).unwrap(), 5);
        assert_eq!(zstd.read_frame(&mut buffer).unwrap(), 5);
        assert!(zstd.read_frame(&mut buffer).is_err());
    }
}
