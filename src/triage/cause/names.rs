//! Names in texts: which of many names stand in a record, in one pass over it however many there are.
//!
//! A text is cut into words: letters, digits, `-` and `_`, or letters of other scripts. A name is known by its longest word,
//! and only where that stands in the text the name as a whole is looked at. Nothing here knows what a name is a name of.

use std::collections::HashMap;

/// Names to look for.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// By the longest word of each.
    known: HashMap<Box<[u8]>, Vec<Name>>,
    /// Most words of a text are none of these: a bit for the length, the first and the last byte of each.
    bits: Vec<u64>,
}

#[derive(Debug)]
struct Name {
    text: Box<str>,
    /// Where its longest word begins in it.
    from: usize,
    /// Where it stands in the list that it came from.
    of: usize,
}

/// Bits of the sieve.
const SIEVE: usize = 1 << 14;
/// What a secret's ARN has behind the secret's name: a dash and so many characters.
const SUFFIX: usize = 6;

impl Names {
    /// Of a list of names, each with a number.
    pub(super) fn new<'a>(names: impl IntoIterator<Item = (&'a str, usize)>) -> Self {
        let mut all = Self { known: HashMap::new(), bits: vec![0; SIEVE / 64] };
        for (text, of) in names {
            let mut longest: Option<(usize, &[u8])> = None;
            words(text.as_bytes(), Escapes::None, &mut |from, word| {
                if longest.is_none_or(|(_, known)| word.len() > known.len()) {
                    longest = Some((from, word));
                }
            });
            let Some((from, word)) = longest else { continue };
            let (block, bit) = bit(word);
            if let Some(block) = all.bits.get_mut(block) {
                *block |= bit;
            }
            all.known.entry(word.into()).or_default().push(Name { text: text.into(), from, of });
        }
        all
    }

    /// Gives every name that may stand in a text, by its number. Whether it is one of its own there and no part of a longer
    /// one is for whoever asks: dots and the like join names, and end sentences.
    pub(super) fn each<'a>(&'a self, text: &str, found: &mut impl FnMut(&'a str, usize)) {
        let bytes = text.as_bytes();
        words(bytes, Escapes::Json, &mut |at, word| {
            let (block, bit) = bit(word);
            if self.bits.get(block).is_none_or(|known| known & bit == 0) {
                return;
            }
            for name in self.known.get(word).into_iter().flatten() {
                let own = name.text.as_bytes();
                let there = at.checked_sub(name.from).and_then(|from| bytes.get(from..from + own.len()));
                // What needs an escape stands there otherwise.
                if there == Some(own) || own.iter().any(|b| b"\"\\".contains(b) || b.is_ascii_control()) {
                    found(&name.text, name.of);
                }
            }
        });
    }

    /// Whether any may stand in a text.
    pub(super) fn any(&self, text: &str) -> bool {
        let mut any = false;
        self.each(text, &mut |_, _| any = true);
        any
    }
}

fn bit(word: &[u8]) -> (usize, u64) {
    let byte = |byte: Option<&u8>| usize::from(byte.copied().unwrap_or_default());
    let at = (word.len() * 0x1F3 + byte(word.first()) * 0x3D + byte(word.last()) * 0x1A5) % SIEVE;
    (at / 64, 1 << (at % 64))
}

/// Whether backslashes mean something.
#[derive(Clone, Copy, PartialEq)]
enum Escapes {
    None,
    Json,
}

#[derive(Clone, Copy, PartialEq)]
enum Of {
    Word,
    Script,
    Nothing,
}

fn of(byte: u8) -> Of {
    match byte {
        b'-' | b'_' | b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => Of::Word,
        0x80.. => Of::Script,
        _ => Of::Nothing,
    }
}

/// Each word of a text with where it begins; where a word may have something before or behind it that is none of it, the
/// word without that too.
fn words<'t>(text: &'t [u8], escapes: Escapes, each: &mut impl FnMut(usize, &'t [u8])) {
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        let class = of(*byte);
        if class == Of::Nothing {
            // `\n`, `\u003d`: the letters are none of the next word's.
            at += match (escapes, byte, text.get(at + 1)) {
                (Escapes::Json, b'\\', Some(b'u')) => 6,
                (Escapes::Json, b'\\', _) => 2,
                _ => 1,
            };
            continue;
        }
        let rest = text.get(at..).unwrap_or_default();
        let length = rest.iter().position(|byte| of(*byte) != class).unwrap_or(rest.len());
        let word = rest.get(..length).unwrap_or_default();
        each(at, word);
        let in_address = at > 0 && text.get(at - 1) == Some(&b'%');
        if in_address
            && let Some((code, word)) = word.split_at_checked(2)
            && code.iter().all(u8::is_ascii_hexdigit)
            && !word.is_empty()
        {
            each(at + 2, word);
        }
        if let Some((word, [b'-', ..])) =
            length.checked_sub(SUFFIX + 1).and_then(|until| word.split_at_checked(until))
            && !word.is_empty()
        {
            each(at, word);
        }
        at += length;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(names: &[&str], text: &str) -> Vec<usize> {
        let names = Names::new(names.iter().copied().zip(0..));
        let mut found = Vec::new();
        names.each(text, &mut |_, of| found.push(of));
        found.sort_unstable();
        found.dedup();
        found
    }

    #[test]
    fn whole_words_are_found_and_parts_of_words_are_not() {
        let names = ["web", "i-0abc", "app/web/50dc", "prod/db", "夜間"];
        assert_eq!(found(&names, r#"{"a":"web-2","b":"my_web","c":"i-0abcd"}"#), [0; 0]);
        assert_eq!(found(&names, r#"{"a":"role/web","b":["i-0abc"]}"#), [0, 1]);
        assert_eq!(found(&names, "arn:aws:elb:r:1:loadbalancer/app/web/50dc"), [0, 2]);
        assert_eq!(found(&names, "app/other/50dc"), [0; 0], "its longest word alone is not the name");
        assert_eq!(found(&names, "secret:prod/db-AbCdEf"), [3], "as a secret's ARN has it");
        assert_eq!(found(&names, "名前は夜間-1"), [0; 0], "one word with what is before it");
        assert_eq!(found(&names, "\"夜間\""), [4]);
    }

    #[test]
    fn what_is_written_otherwise_in_a_record_is_found() {
        assert_eq!(found(&["web"], r#""line\nweb\tthere""#), [0]);
        assert_eq!(found(&["web"], r#""\u003dweb""#), [0]);
        assert_eq!(found(&["web"], "path=%2Fweb%2Fx"), [0]);
        assert_eq!(found(&["2Fweb"], "%2Fweb"), [0]);
        assert_eq!(found(&["a \"b\" longest"], r#""a \"b\" longest""#), [0]);
        assert_eq!(found(&["", "/"], "a/b"), [0; 0]);
        assert_eq!(found(&["x"], "\\"), [0; 0]);
    }

    #[test]
    fn a_text_and_names_of_any_bytes_are_taken() {
        for text in ["\\u", "\\", "%", "%2", "-------", "é\\u00", "a\u{0}b"] {
            found(&[text, "web"], text);
        }
    }
}
