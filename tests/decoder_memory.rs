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
            assert_eq!((draft.width, draft.height), SIZE);
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
        for format in [
            ImageFormat::Png,
            ImageFormat::WebP,
            ImageFormat::Bmp,
            ImageFormat::Tga,
            ImageFormat::Pnm,
            ImageFormat::Qoi,
        ] {
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
    files
}
