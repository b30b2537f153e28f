//! Global average pooling.

/// The mean of every channel: `input` `[m, c]` to `output` `[c]`.
///
/// # Panics
/// If `output` is empty or `input` is not a whole number of rows.
pub fn mean(input: &[f32], output: &mut [f32]) {
    let rows = input.chunks_exact(output.len());
    assert!(rows.remainder().is_empty(), "pooling input");
    let count = rows.len() as f32;
    output.fill(0.0);
    for row in rows {
        for (sum, value) in output.iter_mut().zip(row) {
            *sum += value;
        }
    }
    for sum in output {
        *sum /= count;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn averages_over_positions() {
        let mut output = [f32::NAN; 2];
        mean(&[1.0, 10.0, 3.0, 20.0, 5.0, 60.0], &mut output);
        assert_eq!(output, [3.0, 30.0]);
    }
}
