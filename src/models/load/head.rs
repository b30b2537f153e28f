//! The linear layers at the end of a network, in the order in which data passes them.

/// A linear layer.
#[derive(Clone, Debug)]
pub(super) struct Linear {
    /// Prefix of weight and bias, without the dot.
    pub(super) name: String,
    /// Channels out and in.
    pub(super) shape: [usize; 2],
    pub(super) has_bias: bool,
}

/// How the order of the layers is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Order {
    /// The shapes allow one order, or the names end in numbers that agree with them.
    #[default]
    Certain,
    /// The shapes allow several, and names are compared.
    ByName,
    /// None follows another: all take the same channels.
    SideBySide,
}

/// More layers are refused in any order.
const MOST: usize = 5;

/// `layers` from the first to the last: each takes what the one before gives, and names decide where shapes do not.
pub(super) fn in_order(mut layers: Vec<Linear>) -> (Vec<Linear>, Order) {
    layers.sort_by(|a, b| parts(&a.name).cmp(parts(&b.name)));
    if layers.len() > MOST {
        return (layers, Order::ByName);
    }
    let mut chains = Vec::new();
    extend(&layers, &mut Vec::new(), &mut chains);
    let order = match chains.len() {
        0 if layers.iter().all(|layer| layer.shape[1] == layers[0].shape[1]) => Order::SideBySide,
        0 => Order::ByName,
        1 => Order::Certain,
        _ if layers.iter().all(|layer| is_numbered(&layer.name)) => Order::Certain,
        _ => Order::ByName,
    };
    match chains.into_iter().next() {
        Some(chain) => (chain.into_iter().map(|index| layers[index].clone()).collect(), order),
        None => (layers, order),
    }
}

/// Adds to `found` all orders that begin with `chain`, those by name first.
fn extend(layers: &[Linear], chain: &mut Vec<usize>, found: &mut Vec<Vec<usize>>) {
    if chain.len() == layers.len() {
        found.push(chain.clone());
        return;
    }
    for next in 0..layers.len() {
        let follows = chain.last().is_none_or(|&last| layers[last].shape[0] == layers[next].shape[1]);
        if follows && !chain.contains(&next) {
            chain.push(next);
            extend(layers, chain, found);
            chain.pop();
        }
    }
}

/// Whether a name ends in a number, as in a `Sequential`, which counts its modules in their order.
fn is_numbered(name: &str) -> bool {
    name.rsplit('.').next().is_some_and(|part| part.parse::<u64>().is_ok())
}

/// The parts of a name, numbers in the order of their values.
fn parts(name: &str) -> impl Iterator<Item = (Option<u64>, &str)> {
    name.split('.').map(|part| (part.parse().ok(), part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_decide_and_names_only_where_shapes_do_not() {
        let order = |layers: &[(&str, [usize; 2])]| {
            let layer = |&(name, shape): &(&str, _)| Linear { name: name.into(), shape, has_bias: true };
            let (layers, order) = in_order(layers.iter().map(layer).collect());
            let names: Vec<_> = layers.into_iter().map(|layer| layer.name).collect();
            (names.join(" "), order)
        };
        assert_eq!(order(&[("head", [4, 64]), ("pre", [64, 576])]), ("pre head".into(), Order::Certain));
        assert_eq!(order(&[("fc", [64, 64]), ("pre", [64, 576])]), ("pre fc".into(), Order::Certain));
        assert_eq!(order(&[("c", [64, 9]), ("a", [9, 5]), ("b", [3, 64])]), ("a c b".into(), Order::Certain));
        assert_eq!(order(&[("b", [64, 64]), ("a", [64, 64])]), ("a b".into(), Order::ByName));
        assert_eq!(order(&[("c.10", [64, 64]), ("c.9", [64, 64])]), ("c.9 c.10".into(), Order::Certain));
        assert_eq!(order(&[("b", [4, 1280]), ("a", [2, 1280])]), ("a b".into(), Order::SideBySide));
        assert_eq!(order(&[("b", [4, 1280]), ("a", [2, 640])]), ("a b".into(), Order::ByName));
    }
}
