//! Reading weight files: valid ones give the right tensors, all others an error that says what to do.
#![expect(clippy::unwrap_used, reason = "a failed unwrap fails the test and names the line")]

mod assembler;
mod assets;
mod damaged;
mod files;
mod hostile;
mod magic;
mod networks;
mod opcodes;
mod safetensors;
mod sharded;
mod tensors;
mod training;

use std::borrow::Cow;
use std::fs;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;

use mnet::cli::Hint;
use mnet::weights::{WeightFile, WeightsError};

/// Reads a weight file from memory and from disk, where tensors are read one by one, which must give the same.
fn read(bytes: &[u8]) -> Result<WeightFile, WeightsError> {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let name = format!("mnet-weights-{}-{}", std::process::id(), COUNT.fetch_add(1, Relaxed));
    let path = std::env::temp_dir().join(name);
    fs::write(&path, bytes).unwrap();
    let on_disk = WeightFile::open(&path);
    let in_memory = WeightFile::from_static(Vec::leak(bytes.to_vec()));
    match (&on_disk, &in_memory) {
        (Ok(on_disk), Ok(in_memory)) => {
            assert!(on_disk.names().eq(in_memory.names()));
            for name in on_disk.names() {
                assert_eq!(on_disk.get(name), in_memory.get(name), "{name}");
                let bytes = |file: &WeightFile| {
                    file.bytes(name).unwrap().map(Cow::into_owned).map_err(|error| error.fault.to_string())
                };
                assert_eq!(bytes(on_disk), bytes(in_memory), "{name}");
                let bits = |file: &WeightFile| {
                    file.f32(name)
                        .unwrap()
                        .ok()
                        .map(|values| values.iter().map(|v| v.to_bits()).collect::<Vec<_>>())
                };
                assert_eq!(bits(on_disk), bits(in_memory), "{name}");
            }
        }
        (Err(on_disk), Err(in_memory)) => assert_eq!(on_disk.fault.to_string(), in_memory.fault.to_string()),
        _ => panic!("on disk: {on_disk:?}, in memory: {in_memory:?}"),
    }
    fs::remove_file(path).unwrap();
    in_memory
}

/// The error message for a weight file that must be refused.
fn message(bytes: &[u8]) -> String {
    match read(bytes) {
        Ok(_) => panic!("expected an error"),
        Err(error) => match error.hint() {
            Some(hint) => format!("{error}\n  try: {hint}"),
            None => error.to_string(),
        },
    }
}
