//! AWS's words, cut down to what a person reads: one clean sentence without encoded blobs.

use crate::text::sanitise::clean;

/// Longest message, in characters.
const LONGEST: usize = 300;
/// A word without spaces longer than this is a blob (an encoded authorization message, a token), not language.
const BLOB: usize = 120;
/// What EC2 says first and what adds nothing when the reason follows.
const PREAMBLE: &str = "You are not authorized to perform this operation.";
/// What stands before EC2's encoded message, which only `sts:DecodeAuthorizationMessage` can read.
const ENCODED: &str = "Encoded authorization failure message";

/// One line of clean text: control characters, encoded blobs and empty phrases cut.
pub fn sentence(text: &str) -> String {
    let text = text.split(ENCODED).next().unwrap_or_default();
    let clean = clean(text);
    let words: Vec<&str> = clean.split_whitespace().filter(|w| w.chars().count() <= BLOB).collect();
    let joined = words.join(" ");
    let rest =
        joined.strip_prefix(PREAMBLE).map(str::trim).filter(|rest| !rest.is_empty()).unwrap_or(&joined);
    if rest.chars().count() <= LONGEST {
        return rest.to_owned();
    }
    let mut cut: String = rest.chars().take(LONGEST - 1).collect();
    cut.push('…');
    cut
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_person_reads_is_left() {
        for (text, want) in [
            ("plain", "plain"),
            ("two\n lines\t\u{1b}[31mred\u{202e}", "two lines red"),
            (
                "You are not authorized to perform this operation. Encoded authorization failure message: abcDEF012",
                "You are not authorized to perform this operation.",
            ),
            (
                "You are not authorized to perform this operation. User: arn:aws:iam::111122223333:user/x is not \
                 authorized to perform: ec2:DescribeInstances with an explicit deny in a service control policy",
                "User: arn:aws:iam::111122223333:user/x is not authorized to perform: ec2:DescribeInstances with an \
                 explicit deny in a service control policy",
            ),
        ] {
            assert_eq!(sentence(text), want);
        }
        assert_eq!(sentence(&format!("token {} is bad", "x".repeat(200))), "token is bad");
        assert_eq!(sentence(&"word ".repeat(200)).chars().count(), LONGEST);
    }
}
