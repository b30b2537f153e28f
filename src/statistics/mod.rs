//! What figures say together: plain numbers in, plain numbers out.

pub mod pareto;
