//! Heads of several linear layers, and heads that end early.

use super::*;
use crate::models::TorchvisionArgs;
use crate::models::load::{Pieces, convolution_as_classifier, pieces};
use crate::models::spec::Epilogue;

#[test]
fn hidden_layers_are_refused_where_the_library_has_none() {
    let mut perceptron = tensors(&torchvision("mobilenet_v2"));
    perceptron.insert("classifier.1.weight".into(), zeros(&[256, 1280]));
    perceptron.insert("classifier.1.bias".into(), zeros(&[256]));
    perceptron.insert("classifier.10.weight".into(), zeros(&[3, 256]));
    perceptron.insert("classifier.10.bias".into(), zeros(&[3]));
    assert_eq!(classifier_outputs(&file(&perceptron)), Some(3));
    let expected = "the head has 2 linear layers, `classifier.1`, `classifier.10`: the activations between them do not \
                    show in tensors; expected 1";
    assert_eq!(refused(torchvision("mobilenet_v2"), &perceptron).to_string(), expected);
}

#[test]
fn the_hidden_layer_of_v3_has_any_width_and_an_assumed_activation() {
    let own = || torchvision("mobilenet_v3_small");
    let note = "hard-swish is assumed in the hidden layer of its head: tensors cannot tell it from ReLU";
    assert_eq!(assumed(own(), &tensors(&own())), [note]);
    let mut narrow = tensors(&own());
    narrow.remove("classifier.0.bias");
    narrow.insert("classifier.0.weight".into(), zeros(&[40, 576]));
    narrow.insert("classifier.3.weight".into(), zeros(&[3, 40]));
    assert_eq!(assumed(own(), &narrow), [note]);
    let (fitted, _) = fit(own(), &file(&narrow));
    let head = fitted.graph.head.map(|head| (head.layer.out_channels, head.layer.epilogue));
    assert_eq!((fitted.graph.features, head), (40, Some((40, Epilogue::None))));

    narrow.insert("classifier.5.weight".into(), zeros(&[3, 3]));
    assert!(matches!(refused(own(), &narrow), LoadError::HiddenLayers { count: 3, expected: 2, .. }));

    let imagenet = Architecture::torchvision("mobilenet_v3_small", 1000).unwrap_or_else(own);
    assert_eq!(assumed(imagenet.clone(), &tensors(&imagenet)), [""; 0]);
}

#[test]
fn shapes_order_the_layers_of_a_head() {
    let own = || torchvision("mobilenet_v3_small");
    let head = |pre: [usize; 2], head: [usize; 2]| {
        let mut tensors = tensors(&own());
        tensors.retain(|name, _| !name.starts_with("classifier"));
        for (name, shape) in [("classifier.pre", pre), ("classifier.head", head)] {
            tensors.insert(format!("{name}.weight"), zeros(&shape));
            tensors.insert(format!("{name}.bias"), zeros(&shape[..1]));
        }
        tensors
    };
    let activation =
        "hard-swish is assumed in the hidden layer of its head: tensors cannot tell it from ReLU";
    assert_eq!(assumed(own(), &head([64, 576], [3, 64])), [activation]);
    let order = "`classifier.head` is taken for the hidden layer and `classifier.pre` for the classifier: shapes allow both";
    let square = head([576, 576], [576, 576]);
    let network = Architecture::torchvision("mobilenet_v3_small", 576).unwrap_or_else(own);
    assert_eq!(assumed(network, &square), [activation, order]);
}

#[test]
fn classifiers_side_by_side_are_named() {
    for network in [v2(), torchvision("mobilenet_v3_small")] {
        let mut tensors = tensors(&network);
        tensors.retain(|name, _| !name.starts_with("classifier"));
        tensors.insert("fc_a.weight".into(), zeros(&[4, network.graph.features]));
        tensors.insert("fc_b.weight".into(), zeros(&[2, network.graph.features]));
        let error = refused(network, &tensors);
        let expected = "it has several classifiers side by side, `fc_a`, `fc_b`; expected one";
        assert_eq!(error.to_string(), expected);
        assert!(error.found_all_layers());
    }
}

#[test]
fn the_hidden_layer_of_v3_alone_gives_features() {
    for (name, width_mult) in
        [("mobilenet_v3_small", 1.0), ("mobilenet_v3_large", 1.0), ("mobilenet_v3_small", 0.5)]
    {
        let args = TorchvisionArgs { width_mult, ..TorchvisionArgs::default() };
        let network =
            Architecture::torchvision_with(name, &args, 3).unwrap_or_else(|error| panic!("{error}"));
        let mut tensors = tensors(&network);
        tensors.retain(|name, _| !name.starts_with("classifier.3"));
        let error = refused(network.clone(), &tensors);
        let expected = format!(
            "it ends at `classifier.0`, its own hidden layer: it gives {} features, not classes",
            network.graph.features
        );
        assert_eq!(error.to_string(), expected);
        assert!(error.found_all_layers());
    }
    // Of another width it is a classifier, which is said.
    let mut tensors = tensors(&torchvision("mobilenet_v3_small"));
    tensors.retain(|name, _| !name.starts_with("classifier"));
    tensors.insert("classifier.0.weight".into(), zeros(&[3, 576]));
    let note = "`classifier.0` is taken for its classifier, right after the pooling";
    assert_eq!(assumed(torchvision("mobilenet_v3_small"), &tensors), [note]);
}

#[test]
fn weights_in_pieces_and_convolutions_as_classifiers_are_found() {
    let mut tensors = tensors(&v2());
    assert_eq!(pieces(&file(&tensors)), None);
    assert_eq!(convolution_as_classifier(&file(&tensors)), None);
    tensors.insert("classifier.weight".into(), zeros(&[3, 1280, 1, 1]));
    assert_eq!(convolution_as_classifier(&file(&tensors)).as_deref(), Some("classifier.weight"));
    tensors.insert("classifier.weight_g".into(), zeros(&[3, 1]));
    assert_eq!(pieces(&file(&tensors)), Some(("classifier.weight_g".into(), Pieces::WeightNorm)));
}
