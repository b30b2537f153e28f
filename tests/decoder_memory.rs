//! Decoding takes no more memory than `needs` says before. Alone in its file, because the allocator counts for the
//! whole process.

#![expect(unsafe_code, reason = "an allocator that counts bytes")]
#![expect(clippy::unwrap_used, reason = "a failed unwrap fails the test")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::io::Cursor;
use std::sync::atomic::{AtomicUsize, Ordering};

use image::{DynamicImage, ImageFormat, RgbImage};
use libjpeg_turbo_rs::{Encoder, PixelFormat, Subsampling};
use mnet::pixels::{DecodeOptions, decode_at_least, needs};

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

const SIZE: (u32, u32) = (1501, 1003);

#[test]
fn decoding_takes_no_more_than_it_needs() {
    let picture = RgbImage::from_fn(SIZE.0, SIZE.1, |x, y| {
        image::Rgb([(x * 7 + y * 3) as u8, (x ^ y) as u8, (x * y / 50) as u8])
    });
    for (name, bytes) in files(&picture) {
        for min_side in [None, Some(100)] {
            let needed = needs(&bytes, &DecodeOptions::default(), min_side).unwrap().bytes;
            let before = HELD.load(Ordering::Relaxed);
            MOST.store(before, Ordering::Relaxed);
            let draft = decode_at_least(&bytes, &DecodeOptions::default(), min_side).unwrap();
            let took = (MOST.load(Ordering::Relaxed) - before) as u64;
            assert!(took <= needed, "{name} at {min_side:?}: {took} bytes, expected at most {needed}");
            assert!(needed < 4 * took + (3 << 20), "{name}: {needed} bytes are far more than {took}");
            assert_eq!((draft.width, draft.height), SIZE);
        }
    }
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
