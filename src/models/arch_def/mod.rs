//! Networks as tables of typed rows, read next to the papers' own tables.
//!
//! | row | block |
//! |---|---|
//! | `conv(k, s, c)` | one convolution |
//! | `ds(k, s, c)` | depthwise separable |
//! | `ir(k, s, e, c)` | inverted residual |
//! | `er(k, s, e, c)` | edge residual |
//! | `uib(start, middle, s, e, c)` | universal inverted bottleneck; 0 taps for no filter |
//! | `mqa(heads, d, s, c)` | multi-query attention: channels of a head, stride of keys and values |
//!
//! `k` are taps along one side, `s` the stride, `e` the expansion, `c` channels out before the width multiplier.

mod block;
mod build;
mod row;

pub use block::SqueezeDef;
pub use build::{ArchDef, HeadDef, StemDef};
pub use row::{Row, RowKind, conv, ds, er, ir, mqa, uib};
