//! A real checkpoint, pickled by torch and as safetensors: equal, tensor by tensor.

use libtest_mimic::Trial;
use mnet::weights::{Dtype, WeightFile};

use crate::support::data::{shared, trial};

const PICKLE: &str = "hub/coral/mobilenet_v1_0.75_192_bin/pytorch_model.bin";
const SAFETENSORS: &str = "hub/coral/mobilenet_v1_0.75_192/model.safetensors";

pub(crate) fn trials() -> Vec<Trial> {
    vec![trial("pickle::equals_its_safetensors_twin", [PICKLE, SAFETENSORS].map(shared), check)]
}

fn check() {
    let torch = WeightFile::open(&shared(PICKLE)).unwrap();
    let twin = WeightFile::open(&shared(SAFETENSORS)).unwrap();
    assert!(torch.names().eq(twin.names()));
    assert_eq!(torch.names().count(), 164);
    for name in torch.names() {
        let (ours, theirs) = (torch.get(name).unwrap(), twin.get(name).unwrap());
        assert_eq!(
            (ours, torch.bytes(name).unwrap().unwrap()),
            (theirs, twin.bytes(name).unwrap().unwrap()),
            "{name}"
        );
        let expected = if name.ends_with("num_batches_tracked") { Dtype::I64 } else { Dtype::F32 };
        assert_eq!(ours.dtype, expected, "{name}");
    }
}
