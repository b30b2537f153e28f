//! Files of other libraries whose first bytes say nothing, told by how their names end.

use crate::weights::error::Remedy;

/// Endings in lower case, what such a file is, and the way on. The first match wins.
#[rustfmt::skip]
const ENDINGS: &[(&[&str], &str, Remedy)] = &[
    (&[".onnx"], "an ONNX model", Remedy::SaveSource),
    (&[".h5", ".hdf5", ".keras"], "a Keras model", Remedy::Published),
    (&[".tflite", ".lite"], "a TensorFlow Lite model", Remedy::Published),
    (&[".pb", ".pbtxt"], "a TensorFlow graph", Remedy::Published),
    (&[".index", ".meta", ".data-00000-of-00001"], "a TensorFlow checkpoint", Remedy::Published),
    (&[".mlmodel", ".mlpackage"], "a CoreML model", Remedy::Published),
    (&[".msgpack"], "a Flax checkpoint", Remedy::Published),
    (&[".gguf"], "a GGUF file", Remedy::Published),
    (&[".npz", ".npy"], "numpy arrays", Remedy::Published),
    (&[".pdparams"], "a PaddlePaddle checkpoint", Remedy::Published),
    (&[".params"], "an MXNet or ncnn model", Remedy::Published),
    (&[".caffemodel"], "a Caffe model", Remedy::Published),
    (&[".param", ".ncnn"], "an ncnn model", Remedy::SaveSource),
    (&[".mar"], "a TorchServe archive", Remedy::Unpack),
    (&[".engine", ".trt", ".plan"], "a TensorRT engine", Remedy::SaveSource),
    (&[".rknn"], "an RKNN model", Remedy::SaveSource),
    (&[".mnn"], "an MNN model", Remedy::SaveSource),
    (&[".weights"], "weights of Darknet", Remedy::Published),
    (&["config.json"], "a configuration", Remedy::Folder),
    (&[".pt2"], "a program saved by torch.export", Remedy::ExportedProgram),
    (&[".ptl", ".torchscript"], "a TorchScript archive", Remedy::TorchScript),
    (&[".pkl", ".pickle", ".joblib"], "a pickle", Remedy::BarePickle),
    (&[".tar", ".tar.gz", ".tgz", ".zip"], "an archive", Remedy::Unpack),
];

/// What a file called `name` seems to be, and how to get one that can be read.
pub(in crate::weights) fn named(name: &str) -> Option<(&'static str, Remedy)> {
    let name = name.to_ascii_lowercase();
    let has = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
    ENDINGS.iter().find(|(endings, ..)| has(endings)).map(|(_, found, remedy)| (*found, remedy.clone()))
}
