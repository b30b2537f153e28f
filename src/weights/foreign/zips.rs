//! Zip files that are not torch checkpoints, told by the names of their entries.

use crate::weights::error::Remedy;

/// How the name of an entry ends, what a zip file with it is, and the way on. The first match wins.
#[rustfmt::skip]
const ENTRIES: &[(&str, &str, Remedy)] = &[
    ("/constants.pkl", "a TorchScript archive", Remedy::TorchScript),
    ("/archive_format", "a program saved by torch.export", Remedy::ExportedProgram),
    ("serialized_exported_program.json", "a program saved by torch.export", Remedy::ExportedProgram),
    ("/.data/python_version", "a torch.package archive", Remedy::SaveSource),
    ("MAR-INF/MANIFEST.json", "a TorchServe archive", Remedy::Unpack),
    ("model.weights.h5", "a Keras model", Remedy::Published),
    (".npy", "a numpy archive", Remedy::NumpyArchive),
    (".mlmodel", "a CoreML package", Remedy::Published),
    (".pth", "an archive with a weight file in it", Remedy::Unpack),
    (".pt", "an archive with a weight file in it", Remedy::Unpack),
    (".ckpt", "an archive with a weight file in it", Remedy::Unpack),
    (".safetensors", "an archive with a weight file in it", Remedy::Unpack),
];

/// `torch.jit.freeze` and `optimize_for_inference` make the weights constants of the code: the state dict is empty.
const FROZEN: (&str, Remedy) = ("a frozen TorchScript archive, which has no state dict", Remedy::SaveSource);

/// What a zip file with entries of these names is, if it is known, and how to get a file that can be read.
pub(in crate::weights) fn zip_of(names: &[impl AsRef<str>]) -> Option<(String, Remedy)> {
    let has = |ending: &str| names.iter().any(|name| name.as_ref().ends_with(ending));
    let is_weight = |name: &str| name.contains("/data/") && !name.contains("/code/");
    if has("/constants.pkl") && !names.iter().any(|name| is_weight(name.as_ref())) {
        let (found, remedy) = FROZEN;
        return Some((found.to_owned(), remedy));
    }
    ENTRIES
        .iter()
        .find(|(ending, ..)| has(ending))
        .map(|(_, found, remedy)| ((*found).to_owned(), remedy.clone()))
}
