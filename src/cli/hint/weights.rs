//! Weight files. Every command in Python has been run on a file of its kind: `tests/weights/torch/hints.py`.

use std::path::Path;

use super::Hint;
use super::quote::quoted;
use crate::weights::{Fault, Remedy, WeightsError};

/// `torch.load` of whatever is in the file.
const LOAD: &str = "torch.load(FILE, map_location=\"cpu\", weights_only=False)";

/// What must be said of a command that loads a whole pickle.
const TRUST: &str = " (it runs what the file contains: only for files that you trust)";

impl Hint for WeightsError {
    fn hint(&self) -> Option<String> {
        let fixed = match &self.fault {
            Fault::Foreign { remedy, .. } | Fault::Unsupported { remedy: Some(remedy), .. } => {
                return Some(of_remedy(remedy, &self.file));
            }
            Fault::Damaged { .. } => "delete it and download it again",
            Fault::Shard { index, exists: true } => return Some(format!("--model {}", quoted(index))),
            Fault::Shard { index, exists: false } => return Some(missing_index(index)),
            Fault::MissingShard { .. } => "download it into the same folder: the model needs all its files",
            Fault::Unsupported { remedy: None, .. }
            | Fault::Io(_)
            | Fault::NoTensors
            | Fault::NotFloat { .. } => return None,
        };
        Some(fixed.into())
    }
}

fn of_remedy(remedy: &Remedy, file: &str) -> String {
    let fixed = match remedy {
        Remedy::SaveAgain => return python("torch", LOAD, file) + TRUST,
        Remedy::Module { subscripts } => {
            return python("torch", &format!("{LOAD}{subscripts}.state_dict()"), file) + TRUST;
        }
        Remedy::Entry { subscripts } => {
            let save = python("torch", &format!("{LOAD}{subscripts}"), file);
            return format!("{save}, or another of these{TRUST}");
        }
        Remedy::Arrays { subscripts } => {
            let arrays = format!("{{k: torch.as_tensor(v) for k, v in {LOAD}{subscripts}.items()}}");
            return python("torch", &arrays, file) + TRUST;
        }
        Remedy::BarePickle => {
            return python("pickle, torch", "pickle.load(open(FILE, \"rb\"))", file) + TRUST;
        }
        Remedy::NumpyArchive => {
            let arrays = "{k: torch.from_numpy(v) for k, v in numpy.load(FILE).items()}";
            return python("numpy, torch", arrays, file);
        }
        Remedy::Folder => {
            let folder = Path::new(file).parent().filter(|folder| !folder.as_os_str().is_empty());
            return format!("--model {}", quoted(folder.unwrap_or(Path::new("."))));
        }
        Remedy::TorchScript => {
            return python("torch", "torch.jit.load(FILE, map_location=\"cpu\").state_dict()", file);
        }
        Remedy::ExportedProgram => {
            return python("torch", "torch.export.load(FILE).state_dict", file);
        }
        Remedy::Download => "delete it and download it again",
        Remedy::LfsPull => "git lfs pull, in the repository it came from",
        Remedy::Unpack => "unpack it, and give the weight file inside",
        Remedy::Published => {
            "mnet models list shows published weights that run; your own must be saved by torch or as safetensors"
        }
        Remedy::SaveSource => {
            "in the program that exported it: torch.save(model.state_dict(), \"model.pth\"), and give that file"
        }
        Remedy::SaveStateDict => {
            "in the program that trained it: torch.save(model.state_dict(), \"model.pth\"), and give that file"
        }
    };
    fixed.into()
}

/// For one of several files without their index.
pub(super) fn missing_index(index: &str) -> String {
    format!(
        "download {index} into the same folder, or save the model again: the files alone do not say what belongs to it"
    )
}

/// A command that saves what `expression` makes of `FILE` beside the file. A path that a shell or Python would read
/// otherwise stays `FILE`.
fn python(modules: &str, expression: &str, file: &str) -> String {
    let is_plain = !file.contains(['\'', '"', '\\', '`', '$']) && !file.contains(char::is_control);
    let file = if is_plain { file } else { "FILE" };
    let stem = Path::new(file).file_name().unwrap_or_default().to_string_lossy();
    let stem = stem.split('.').find(|part| !part.is_empty()).unwrap_or("model");
    let saved = Path::new(file).with_file_name(format!("{stem}-state-dict.pth"));
    let expression = expression.replace("FILE", &format!("\"{file}\""));
    format!("python -c 'import {modules}; torch.save({expression}, \"{}\")'", saved.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_name_the_file_and_a_new_one_beside_it() {
        let module = Remedy::Module { subscripts: "[\"model\"]".into() };
        assert_eq!(
            of_remedy(&module, "runs/best.pth.tar"),
            "python -c 'import torch; torch.save(torch.load(\"runs/best.pth.tar\", map_location=\"cpu\", \
             weights_only=False)[\"model\"].state_dict(), \"runs/best-state-dict.pth\")' \
             (it runs what the file contains: only for files that you trust)"
        );
        let script = of_remedy(&Remedy::TorchScript, "x.pt");
        assert!(script.ends_with(
            "torch.jit.load(\"x.pt\", map_location=\"cpu\").state_dict(), \"x-state-dict.pth\")'"
        ));
    }

    #[test]
    fn a_path_with_quotes_is_not_pasted_into_a_command() {
        let hint = of_remedy(&Remedy::SaveAgain, "a'; rm -rf ~;'.pth");
        assert!(hint.contains("torch.load(\"FILE\",") && !hint.contains("rm -rf"), "{hint}");
    }
}
