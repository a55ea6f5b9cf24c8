//! "Did you mean": the known name that a mistyped one is closest to.

/// The candidate that was probably meant, if any is close enough to be worth saying: one that starts with what was typed
/// (from two letters on), else one at most a third of its letters away. Case does not count.
pub fn nearest<'a>(typed: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let typed: Vec<char> = typed.chars().flat_map(char::to_lowercase).collect();
    candidates
        .into_iter()
        .filter_map(|candidate| {
            let known: Vec<char> = candidate.chars().flat_map(char::to_lowercase).collect();
            let steps = distance(&typed, &known);
            let begins = typed.len() >= 2 && known.starts_with(&typed);
            let close = steps <= (known.len().max(typed.len()) / 3).max(1) && steps < known.len();
            (begins || close).then_some((!begins, steps, candidate))
        })
        .min()
        .map(|(_, _, candidate)| candidate)
}

/// Insertions, deletions, replacements and swaps of neighbours between two words (optimal string alignment).
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let mut best = (last[j] + usize::from(x != y)).min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *x == b[j - 1] && a[i - 1] == *y {
                best = best.min(before[j - 1] + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_of_the_finger_are_understood() {
        let names = ["alarms", "instances", "severity", "state", "state_since", "id"];
        for (typed, meant) in [
            ("alrams", Some("alarms")),
            ("alarm", Some("alarms")),
            ("instnces", Some("instances")),
            ("Instances", Some("instances")),
            ("sev", Some("severity")),
            ("sta", Some("state")),
            ("state_sicne", Some("state_since")),
            ("di", Some("id")),
            ("zebra", None),
            ("", None),
        ] {
            assert_eq!(nearest(typed, names), meant, "{typed}");
        }
    }
}
