//! Neither decoding nor preprocessing takes more memory than was said before. Alone in their file, because the allocator
//! counts for the whole process.

#![expect(unsafe_code, reason = "an allocator that counts bytes")]
#![expect(clippy::unwrap_used, reason = "a failed unwrap fails the test")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::io::Cursor;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use image::{DynamicImage, ImageFormat, RgbImage};
use libjpeg_turbo_rs::{Encoder, PixelFormat, Subsampling};
use mnet::pixels::{
    Channels, DecodeOptions, Filter, Geometry, Preprocess, Resize, Size, decode_at_least, needs,
};
use ruzstd::encoding::CompressionLevel;

/// Bytes that this process holds, and the most it held.
static HELD: AtomicUsize = AtomicUsize::new(0);
static MOST: AtomicUsize = AtomicUsize::new(0);

struct Counting;

// SAFETY: every call goes to the system's allocator; counting allocates nothing.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let held = HELD.fetch_add(layout.size(), Ordering::Relaxed) + layout.size();
        MOST.fetch_max(held, Ordering::Relaxed);
        // SAFETY: `layout` is the caller's, who promises that its size is not zero.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        HELD.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: `pointer` came from `alloc` above, which is the system's, with this layout.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Held by the test that counts.
static COUNTS: Mutex<()> = Mutex::new(());

const SIZE: (u32, u32) = (1501, 1003);

/// How many values the tags of a header claim, and how many bytes it may take.
const CLAIMED: u32 = 4 << 20;
const HEADER: u64 = 64 << 10;

#[test]
fn decoding_takes_no_more_than_it_needs() {
    let _counts = COUNTS.lock();
    let picture = RgbImage::from_fn(SIZE.0, SIZE.1, |x, y| {
        image::Rgb([(x * 7 + y * 3) as u8, (x ^ y) as u8, (x * y / 50) as u8])
    });
    for (name, bytes) in files(&picture) {
        for min_side in [None, Some(100)] {
            let needed = needs(&bytes, &DecodeOptions::default(), min_side).unwrap().bytes;
            let (draft, took) =
                counted(|| decode_at_least(&bytes, &DecodeOptions::default(), min_side).unwrap());
            assert!(took <= needed, "{name} at {min_side:?}: {took} bytes, expected at most {needed}");
            assert!(needed < 4 * took + (3 << 20), "{name}: {needed} bytes are far more than {took}");
            // TIFFs are turned.
            let size = if name.contains("TIFF") { (SIZE.1, SIZE.0) } else { SIZE };
            assert_eq!((draft.width, draft.height), size, "{name}");
        }
    }
}

#[test]
fn preprocessing_takes_no_more_than_it_says() {
    let _counts = COUNTS.lock();
    let resizes = [Resize::None, Resize::ShortestEdge(256), Resize::Exact { width: 224, height: 300 }];
    for (width, height) in [SIZE, (7, 60_000), (60_000, 7), (90, 31), (1, 1), (500, 1003)] {
        let picture = RgbImage::from_pixel(width, height, image::Rgb([9, 90, 200]));
        for (resize, filter, channels) in [
            (resizes[0], Filter::Bilinear, Channels::Rgb),
            (resizes[1], Filter::Bilinear, Channels::Rgb),
            (resizes[1], Filter::Lanczos, Channels::Gray),
            (resizes[1], Filter::Nearest, Channels::Bgr),
            (resizes[2], Filter::Bicubic, Channels::Rgb),
        ] {
            let preprocess = Preprocess {
                crop: Some(Size::square(224)),
                geometry: Geometry::Torchvision(resize),
                filter,
                rescale: 1.0 / 255.0,
                offset: 0.0,
                mean: [0.5; 3],
                std: [0.5; 3],
                channels,
            };
            let said = preprocess.memory(width, height);
            let (planes, took) = counted(|| preprocess.run(&picture));
            assert!(planes.is_ok());
            let took = took + picture.len() as u64;
            let case = format!("{width} x {height}, {resize:?}, {filter}, {channels:?}");
            assert!(took <= said, "{case}: {took} bytes, expected at most {said}");
            assert!(said < 2 * took, "{case}: {said} bytes are far more than {took}");
        }
    }
}

/// What `work` gives, and the most bytes that it held.
fn counted<T>(work: impl FnOnce() -> T) -> (T, u64) {
    let before = HELD.load(Ordering::Relaxed);
    MOST.store(before, Ordering::Relaxed);
    let result = work();
    (result, (MOST.load(Ordering::Relaxed) - before) as u64)
}

fn files(picture: &RgbImage) -> Vec<(String, Vec<u8>)> {
    let rgb = DynamicImage::ImageRgb8(picture.clone());
    let mut files = Vec::new();
    let kinds = [
        ("rgb", rgb.clone()),
        ("gray", rgb.to_luma8().into()),
        ("rgba", rgb.to_rgba8().into()),
        ("rgb16", rgb.to_rgb16().into()),
        ("rgba16", rgb.to_rgba16().into()),
    ];
    for (kind, picture) in kinds {
        files.push((format!("{kind} PNG"), png(&picture)));
        if let Some(file) = pnm(&picture) {
            files.push((format!("{kind} PNM"), file));
        }
        for format in [ImageFormat::WebP, ImageFormat::Bmp, ImageFormat::Tga, ImageFormat::Qoi] {
            let mut bytes = Cursor::new(Vec::new());
            // Not every format has every kind.
            if picture.write_to(&mut bytes, format).is_ok() {
                files.push((format!("{kind} {format:?}"), bytes.into_inner()));
            }
        }
    }
    assert!(files.len() > 12);
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    for subsampling in [Subsampling::S444, Subsampling::S422, Subsampling::S420] {
        for is_progressive in [false, true] {
            let encoder = Encoder::new(picture.as_raw(), width, height, PixelFormat::Rgb).quality(85);
            let bytes = encoder.subsampling(subsampling).progressive(is_progressive).encode().unwrap();
            files.push((format!("JPEG {subsampling:?} {is_progressive}"), bytes));
        }
    }
    files.extend(tiffs(picture));
    let still = files.iter().find(|(name, _)| name == "rgba WebP").unwrap().1.clone();
    files.push(("animated WebP".to_owned(), animation(&still)));
    files.push(("ICO".to_owned(), icon(picture)));
    files
}

fn png(picture: &DynamicImage) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, picture.width(), picture.height());
    let color = picture.color();
    encoder.set_color(match (color.has_color(), color.has_alpha()) {
        (false, _) => png::ColorType::Grayscale,
        (true, false) => png::ColorType::Rgb,
        (true, true) => png::ColorType::Rgba,
    });
    let is_deep = color.bytes_per_pixel() > color.channel_count();
    encoder.set_depth(if is_deep { png::BitDepth::Sixteen } else { png::BitDepth::Eight });
    encoder.write_header().unwrap().write_image_data(picture.as_bytes()).unwrap();
    file
}

/// A binary PGM or PPM; these have no alpha channel.
fn pnm(picture: &DynamicImage) -> Option<Vec<u8>> {
    let color = picture.color();
    let kind = if color.has_color() { 6 } else { 5 };
    let largest = if color.bytes_per_pixel() > color.channel_count() { 65535 } else { 255 };
    let header = format!("P{kind}\n{} {}\n{largest}\n", picture.width(), picture.height());
    (!color.has_alpha()).then(|| [header.as_bytes(), picture.as_bytes()].concat())
}

/// TIFFs of one strip that are turned: of integers, floats, chroma for four pixels at a time, and a progressive JPEG.
fn tiffs(picture: &RgbImage) -> Vec<(String, Vec<u8>)> {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let pixels = width * height;
    let units = width.div_ceil(2) * height.div_ceil(2) * 6;
    let encoder = Encoder::new(picture.as_raw(), width, height, PixelFormat::Rgb).progressive(true);
    let jpeg = encoder.subsampling(Subsampling::S444).encode().unwrap();
    let zstandard =
        ruzstd::encoding::compress_to_vec(picture.as_raw().as_slice(), CompressionLevel::Uncompressed);
    let file = |name: &str, bits: u32, compression: u32, kind: &[u32], data: &[u8]| {
        // Photometric interpretation, samples of a pixel, perhaps their format.
        let mut tags = vec![
            (256, width as u32),
            (257, height as u32),
            (258, bits),
            (259, compression),
            (262, kind[0]),
            (273, 0),
            (274, 6),
            (277, kind[1]),
            (278, height as u32),
            (279, data.len() as u32),
        ];
        tags.extend(kind.get(2).map(|&format| (339, format)));
        tags[5].1 = 8 + 2 + 12 * tags.len() as u32 + 4;
        let mut file = b"II\x2a\0\x08\0\0\0".to_vec();
        file.extend((tags.len() as u16).to_le_bytes());
        for (tag, value) in tags {
            file.extend([(tag as u16).to_le_bytes(), [4, 0]].concat());
            file.extend([1u32.to_le_bytes(), value.to_le_bytes()].concat());
        }
        (name.to_owned(), [&file, &[0; 4][..], data].concat())
    };
    vec![
        file("TIFF", 8, 1, &[2, 3], picture.as_raw()),
        file("TIFF of 16 bits", 16, 1, &[2, 3], &vec![7; 6 * pixels]),
        file("TIFF of floats", 32, 1, &[1, 1, 3], &vec![0; 4 * pixels]),
        file("YCbCr TIFF", 8, 1, &[6, 3], &vec![99; units]),
        file("JPEG in TIFF", 8, 7, &[6, 3], &jpeg),
        file("Zstandard TIFF", 8, 50000, &[2, 3], &zstandard),
    ]
}

/// An animation whose only frame is this lossless WebP.
fn animation(still: &[u8]) -> Vec<u8> {
    let chunk = |name: &[u8; 4], data: &[u8]| [&name[..], &(data.len() as u32).to_le_bytes(), data].concat();
    let size = [&(SIZE.0 - 1).to_le_bytes()[..3], &(SIZE.1 - 1).to_le_bytes()[..3]].concat();
    let at = still.windows(4).position(|name| name == b"VP8L").unwrap();
    let frame = [&[0; 6][..], &size, &[0; 4], &still[at..]].concat();
    let chunks = [
        chunk(b"VP8X", &[&[0x12, 0, 0, 0][..], &size].concat()),
        chunk(b"ANIM", &[0; 6]),
        chunk(b"ANMF", &frame),
    ];
    chunk(b"RIFF", &[b"WEBP".to_vec(), chunks.concat()].concat())
}

/// An ICO of one bitmap with 32 bits a pixel.
fn icon(picture: &RgbImage) -> Vec<u8> {
    let (width, height) = picture.dimensions();
    let header = [40, width, 2 * height, 1 | 32 << 16, 0, 0, 0, 0, 0, 0];
    let mut bitmap: Vec<u8> = header.iter().flat_map(|number: &u32| number.to_le_bytes()).collect();
    bitmap.extend(vec![99; 4 * width as usize * height as usize]);
    let directory = [
        &b"\0\0\x01\0\x01\0\0\0\0\0\x01\0\x20\0"[..],
        &(bitmap.len() as u32).to_le_bytes(),
        &22u32.to_le_bytes(),
    ];
    [&directory.concat(), &bitmap[..]].concat()
}

/// Whatever a file claims, its header is read in little memory.
#[test]
fn headers_take_little_memory() {
    let _counts = COUNTS.lock();
    // A TIFF whose bits, formats, palette, offsets and lengths are millions of bytes, those of the file itself.
    let tags = [(256, 4, 16), (257, 4, 16), (262, 4, 3), (277, 4, 1), (278, 4, 1)];
    let many = [258, 273, 279, 320, 339].map(|tag| (tag, 1, 16));
    let mut file = b"II\x2a\0".to_vec();
    let directory = 8 + CLAIMED;
    file.extend(directory.to_le_bytes());
    file.extend(vec![1; CLAIMED as usize]);
    let mut entries: Vec<(u32, u32, u32)> = tags.into_iter().chain(many).collect();
    entries.sort_unstable();
    // More entries that nothing reads.
    entries.extend(vec![(40_000, 1, 0); 50_000]);
    file.extend((entries.len() as u16).to_le_bytes());
    for (tag, kind, value) in entries {
        let count = if kind == 1 { CLAIMED } else { 1 };
        file.extend([(tag as u16).to_le_bytes(), (kind as u16).to_le_bytes()].concat());
        file.extend([count.to_le_bytes(), value.to_le_bytes()].concat());
    }
    let (needed, took) = counted(|| needs(&file, &DecodeOptions::default(), None));
    assert!(took < HEADER, "{took} bytes, {needed:?}");

    // A WebP of many chunks that nothing reads.
    let mut webp = animation(&{
        let mut bytes = Cursor::new(Vec::new());
        RgbImage::new(SIZE.0, SIZE.1).write_to(&mut bytes, ImageFormat::WebP).unwrap();
        bytes.into_inner()
    });
    webp.extend(b"XXXX\0\0\0\0".repeat(100_000));
    let length = webp.len() as u32 - 8;
    webp[4..8].copy_from_slice(&length.to_le_bytes());
    let (needed, took) = counted(|| needs(&webp, &DecodeOptions::default(), None));
    assert!(needed.is_ok() && took < HEADER, "{took} bytes, {needed:?}");
}
