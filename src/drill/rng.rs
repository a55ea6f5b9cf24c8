//! Randomness that is a function: the same seed and the same question give the same number, in any order of asking.
//!
//! Nothing here may hold state; a generator with state would make an answer depend on what was asked before it.

/// SplitMix64's finaliser (Steele, Lea, Flood 2014): every input bit moves every output bit.
pub(crate) const fn mix(value: u64) -> u64 {
    let mut z = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A number for bytes under a seed (FNV-1a, then mixed).
pub(crate) fn bytes(seed: u64, data: &[u8]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64 ^ mix(seed);
    for byte in data {
        hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    mix(hash)
}

/// A number for a text under a seed.
pub(crate) fn text(seed: u64, text: &str) -> u64 {
    bytes(seed, text.as_bytes())
}

/// In `0.0..1.0`.
#[expect(clippy::cast_precision_loss, reason = "the upper 53 bits fit an f64 exactly")]
pub(crate) fn unit(value: u64) -> f64 {
    (value >> 11) as f64 / (1_u64 << 53) as f64
}

/// In `-1.0..1.0`, for a step of a series.
pub(crate) fn signed(seed: u64, step: i64) -> f64 {
    unit(mix(seed ^ step.cast_unsigned())).mul_add(2.0, -1.0)
}

/// Lower-case hexadecimal digits, as many as wanted (at most 32).
pub(crate) fn hex(seed: u64, digits: usize) -> String {
    let text = format!("{:016x}{:016x}", mix(seed), mix(seed ^ 0x5bd1_e995));
    text.chars().take(digits).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_question_has_the_same_answer_and_another_seed_another() {
        assert_eq!(text(7, "web-1"), text(7, "web-1"));
        assert_ne!(text(7, "web-1"), text(8, "web-1"));
        assert_ne!(text(7, "web-1"), text(7, "web-2"));
        assert_eq!(hex(3, 17).len(), 17);
    }

    #[test]
    fn numbers_stay_in_their_range_and_spread() {
        let all: Vec<f64> = (0..10_000).map(|n| signed(1, n)).collect();
        assert!(all.iter().all(|n| (-1.0..1.0).contains(n)));
        let mean = all.iter().sum::<f64>() / 10_000.0;
        assert!(mean.abs() < 0.05, "{mean}");
    }
}
