//! Real checkpoints, where they are at hand.

use std::env;
use std::path::{Path, PathBuf};

use mnet::weights::{Dtype, WeightFile};

/// The folder of checkpoints beside this repository, or the one that `MNET_SHARED` names.
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
fn hub() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let hub = env::var_os("MNET_SHARED").map_or_else(beside, PathBuf::from).join("hub/coral");
    if !hub.is_dir() {
        eprintln!("skipped: {} is not here (MNET_SHARED names the folder that holds hub/)", hub.display());
        return None;
    }
    Some(hub)
}

#[test]
fn a_torch_checkpoint_equals_its_safetensors_twin() {
    let Some(hub) = hub() else { return };
    let torch = WeightFile::open(&hub.join("mobilenet_v1_0.75_192_bin/pytorch_model.bin")).unwrap();
    let twin = WeightFile::open(&hub.join("mobilenet_v1_0.75_192/model.safetensors")).unwrap();
    assert!(torch.names().eq(twin.names()));
    assert_eq!(torch.names().count(), 164);
    for name in torch.names() {
        let (ours, theirs) = (torch.get(name).unwrap(), twin.get(name).unwrap());
        assert_eq!(
            (ours.dtype, ours.shape, ours.bytes),
            (theirs.dtype, theirs.shape, theirs.bytes),
            "{name}"
        );
        let expected = if name.ends_with("num_batches_tracked") { Dtype::I64 } else { Dtype::F32 };
        assert_eq!(ours.dtype, expected, "{name}");
    }
}
