//! Arguments of timm's `create_model` that change what a network computes, but none of its tensors.

use super::architecture::Architecture;
use crate::nn::{Activation, Padding};

/// The arguments; `None` for the architecture's own value.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct TimmArgs {
    /// `bn_eps`: added to variances by batch norms.
    pub epsilon: Option<f64>,
    /// `pad_type`: how convolutions pad their input.
    pub padding: Option<Padding>,
    /// `act_layer`: the activation of every layer whose block does not name one.
    pub activation: Option<Activation>,
}

/// `get_padding_value` of timm's `layers/padding.py`.
const PADDINGS: [(&str, Padding); 3] =
    [("", Padding::Symmetric), ("symmetric", Padding::Symmetric), ("same", Padding::Same)];

/// `get_act_layer` of timm's `layers/create_act.py`.
const ACTIVATIONS: [(&str, Activation); 5] = [
    ("relu", Activation::Relu),
    ("relu6", Activation::Relu6),
    ("hard_swish", Activation::HardSwish),
    ("hardswish", Activation::HardSwish),
    ("gelu", Activation::Gelu),
];

impl TimmArgs {
    /// Takes `pad_type` by its name; `None` if no network here pads so.
    pub fn set_padding(&mut self, name: &str) -> Option<()> {
        self.padding = Some(named(&PADDINGS, name)?);
        Some(())
    }

    /// Takes `act_layer` by its name; `None` if there is no such activation here.
    pub fn set_activation(&mut self, name: &str) -> Option<()> {
        self.activation = Some(named(&ACTIVATIONS, name)?);
        Some(())
    }
}

/// The row called `name`, in any case.
fn named<T: Copy>(rows: &[(&str, T)], name: &str) -> Option<T> {
    rows.iter().find(|(row, _)| row.eq_ignore_ascii_case(name)).map(|(_, found)| *found)
}

impl Architecture {
    /// The same network as timm builds it with `args`.
    #[must_use]
    pub fn with_timm_args(mut self, args: TimmArgs) -> Self {
        self.epsilon = args.epsilon.unwrap_or(self.epsilon);
        self.padding = args.padding.unwrap_or(self.padding);
        if let Some(activation) = args.activation {
            self.graph = self.graph.with_activation(activation);
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Activation::{Gelu, HardSigmoid, HardSwish, Linear, Relu};

    #[test]
    fn activations_that_a_table_names_stay() {
        let count = |activation: Option<Activation>| {
            let network = Architecture::timm("mobilenetv3_small_050", 10).unwrap();
            let network = network.with_timm_args(TimmArgs { activation, ..TimmArgs::default() });
            [HardSwish, Gelu, Relu, Linear, HardSigmoid].map(|activation| {
                network.graph.layers().filter(|(_, conv)| conv.activation == activation).count()
            })
        };
        // Counted in timm's modules. The stem, eight blocks, the last convolution and the head have the network's own.
        assert_eq!(count(None), [19, 0, 14, 11, 9]);
        assert_eq!(count(Some(Gelu)), [0, 19, 14, 11, 9]);
    }
}
