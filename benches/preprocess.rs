//! Preprocessing of a decoded picture, on one thread.
//!
//!     cargo bench --bench preprocess
//!     MNET_ISA=portable cargo bench --bench preprocess
//!
//! The sizes are those of a typical ImageNet picture, of a phone's photo, and of its screen, which is so tall that its columns
//! are resized first.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use image::RgbImage;
use mnet::kernels::isa;
use mnet::pixels::{Channels, CropMode, Filter, Geometry, Preprocess, Size};

fn preprocess(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group(format!("preprocess/{}", isa::active().name));
    for (width, height) in [(500, 375), (4032, 3024), (1080, 2400)] {
        let picture = RgbImage::from_fn(width, height, |x, y| image::Rgb([x as u8, y as u8, (x * y) as u8]));
        group.throughput(Throughput::Elements(u64::from(width * height)));
        for filter in [Filter::Bilinear, Filter::Bicubic] {
            let preprocess = Preprocess {
                crop: Some(Size::square(224)),
                offset: 0.0,
                channels: Channels::Rgb,
                geometry: Geometry::Timm { crop_pct: 0.875, crop_mode: CropMode::Center },
                filter,
                rescale: 1.0 / 255.0,
                mean: [0.5; 3],
                std: [0.5; 3],
            };
            group.bench_function(format!("{width}x{height}/{filter}"), |bencher| {
                bencher.iter(|| preprocess.run(&picture));
            });
        }
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20);
    targets = preprocess
}
criterion_main!(benches);
