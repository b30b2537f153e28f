//! A run reuses the buffers of earlier runs. Alone in its file, because the allocator counts for the whole process.

#![expect(unsafe_code, reason = "an allocator that counts bytes")]
#![expect(clippy::unwrap_used, reason = "a test fails where a value is missing")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

use candle_core::{DType, Device, Tensor};
use mnet::backend::{Extras, Network};
use mnet::models::{catalogue, random};
use rayon::ThreadPoolBuilder;

/// Bytes ever allocated by this process.
static ALLOCATED: AtomicUsize = AtomicUsize::new(0);

struct Counting;

// SAFETY: every call goes to the system's allocator; counting allocates nothing.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATED.fetch_add(layout.size(), Ordering::Relaxed);
        // SAFETY: `layout` is the caller's, who promises that its size is not zero.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: `pointer` came from `alloc` above, which is the system's, with this layout.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[test]
fn later_runs_allocate_no_feature_maps() {
    for model in ["v2", "mobilenetv3_large_100", "mobilenetv4_hybrid_medium", "mobilenet_edgetpu_v2_xs"] {
        check(model);
    }
}

fn check(model: &str) {
    let (architecture, _) = catalogue::architecture(model, None).unwrap();
    let network = Network::load(&architecture, &random::weights(&architecture), &Device::Cpu).unwrap();
    let pixels = Tensor::zeros((1, 3, 224, 224), DType::F32, &Device::Cpu).unwrap();
    for threads in [1, 2] {
        let pool = ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let run = || drop(pool.install(|| network.forward(&pixels, Extras::default()).unwrap().logits));
        let each = (0..20).map(|_| {
            let before = ALLOCATED.load(Ordering::Relaxed);
            run();
            ALLOCATED.load(Ordering::Relaxed) - before
        });
        // The least of them: a thread that first gets work in a later run allocates its buffers then.
        let least = each.min().unwrap();
        // Room for the logits and candle's wrapping of them; nearly all feature maps are larger.
        assert!(least < 16 << 10, "{model}: {least} bytes on {threads} threads");
    }
}
