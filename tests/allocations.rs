//! Runs take the buffers of runs before them. Alone in its file: the allocator counts for the process.

#![expect(unsafe_code, reason = "an allocator that counts")]
#![expect(clippy::unwrap_used, reason = "a test ends where its ground gives way")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

use candle_core::{DType, Device, Tensor};
use mnet::backend::{Extras, Network};
use mnet::models::{catalogue, random};
use rayon::ThreadPoolBuilder;

/// Bytes ever allocated by this process.
static ALLOCATED: AtomicUsize = AtomicUsize::new(0);

struct Counting;

// SAFETY: the system's allocator, with a counter beside it.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATED.fetch_add(layout.size(), Ordering::Relaxed);
        // SAFETY: the caller's.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller's.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[test]
fn a_run_allocates_no_buffers() {
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
        // Not all of them: a thread that comes late gets its buffers then.
        let least = each.min().unwrap();
        // The logits and what candle wraps around them; nearly all feature maps are larger.
        assert!(least < 16 << 10, "{model}: {least} bytes on {threads} threads");
    }
}
