//! Makes remote text harmless: what an AWS tag, name or message says may hold escape sequences, bidirectional
//! overrides or invisible characters that would forge, hide or reorder what is on the screen, in a title, in the
//! clipboard or in a log.
//!
//! Called where SDK answers become our rows and again where strings are measured and cut. It must never fail, and never
//! needs to know where the text goes.

use std::{borrow::Cow, iter::Peekable, str::CharIndices};

use unicode_width::UnicodeWidthChar;

/// Longest run of zero-width marks kept on one character. Real scripts stack three or four; hundreds ("Zalgo" text)
/// paint over the neighbouring lines.
const MARKS: usize = 8;

/// Text that is safe in one terminal line: escape sequences are removed whole, control, bidirectional and invisible
/// format characters are dropped, each run of line breaks and tabs becomes one space. Letters of every script and
/// combining marks stay. Cleaning twice changes nothing more.
pub fn clean(text: &str) -> String {
    cleaned(text).into_owned()
}

/// [`clean`] that copies only what has to change.
pub fn cleaned(text: &str) -> Cow<'_, str> {
    if is_clean(text) { Cow::Borrowed(text) } else { Cow::Owned(rewrite(text)) }
}

/// [`clean`] line by line: line breaks of every system stay, as `\n`. Cleaning twice changes nothing more.
pub fn clean_lines(text: &str) -> String {
    text.replace("\r\n", "\n").split(['\n', '\r']).map(clean).collect::<Vec<_>>().join("\n")
}

fn is_clean(text: &str) -> bool {
    if text.bytes().all(|b| (b' '..=b'~').contains(&b)) {
        return true;
    }
    let mut marks = 0;
    text.chars().all(|c| {
        marks = if c.width() == Some(0) { marks + 1 } else { 0 };
        marks <= MARKS && !c.is_control() && !is_break(c) && !is_invisible(c)
    })
}

fn rewrite(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut marks = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((_, c)) = chars.next() {
        match c {
            '\u{1b}' => escape(text, &mut chars),
            '\u{9b}' => control_sequence(&mut chars),
            // The 8-bit forms of the introducers of device control, start, operating system, privacy and program strings.
            '\u{90}' | '\u{98}' | '\u{9d}' | '\u{9e}' | '\u{9f}' => string_sequence(text, &mut chars),
            c if is_break(c) => {
                if !out.ends_with(' ') {
                    out.push(' ');
                }
                marks = 0;
            }
            c if c.is_control() || is_invisible(c) => {}
            c => {
                marks = if c.width() == Some(0) { marks + 1 } else { 0 };
                if marks <= MARKS {
                    out.push(c);
                }
            }
        }
    }
    out
}

type Chars<'a> = Peekable<CharIndices<'a>>;

/// What ends a line or moves to a tab stop, and therefore parts words.
const fn is_break(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\u{b}' | '\u{c}' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Characters of Unicode's category Cf and their like, which take no cell and change how others are shown: bidirectional
/// marks, embeddings, overrides and isolates; joiners and zero-width spaces; variation selectors; tags.
const fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// After ESC (ECMA-48, 5.3 and 5.4).
fn escape(text: &str, chars: &mut Chars<'_>) {
    match chars.peek() {
        Some((_, '[')) => {
            chars.next();
            control_sequence(chars);
        }
        Some((_, ']' | 'P' | 'X' | '^' | '_')) => {
            chars.next();
            string_sequence(text, chars);
        }
        _ => {
            while chars.next_if(|(_, c)| (' '..='/').contains(c)).is_some() {}
            chars.next_if(|(_, c)| ('0'..='~').contains(c));
        }
    }
}

/// After CSI: parameters, intermediates, one final character.
fn control_sequence(chars: &mut Chars<'_>) {
    while chars.next_if(|(_, c)| (' '..='?').contains(c)).is_some() {}
    chars.next_if(|(_, c)| ('@'..='~').contains(c));
}

/// After OSC, DCS and their like: everything to BEL or ST. Without an end only the introducer goes, so that nobody can
/// hide the rest of a text by leaving one open.
fn string_sequence(text: &str, chars: &mut Chars<'_>) {
    let Some(&(start, _)) = chars.peek() else { return };
    let rest = text.get(start..).unwrap_or_default();
    let end = ["\u{7}", "\u{9c}", "\u{1b}\\"]
        .iter()
        .filter_map(|end| rest.find(end).map(|at| start + at + end.len()))
        .min();
    if let Some(end) = end {
        while chars.next_if(|(at, _)| *at < end).is_some() {}
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn harmless_text_stays() {
        for text in
            ["", "web-1", "a  b", "当番 テスト", "か\u{3099}", "e\u{301}", "한국어", "Ω ≠ ß", "نص", "🔥"]
        {
            assert_eq!(clean(text), text);
        }
    }

    #[test]
    fn hostile_text_loses_its_teeth() {
        for (dirty, tidy) in [
            ("\u{1b}[31mred\u{1b}[0m", "red"),
            ("\u{1b}[2J\u{1b}[1;1Hroot#", "root#"),
            ("\u{9b}31mred", "red"),
            ("a\u{1b}]0;title\u{7}b", "ab"),
            ("a\u{1b}]52;c;aGk=\u{1b}\\b", "ab"),
            ("a\u{9d}0;title\u{9c}b", "ab"),
            ("a\u{1b}Pq#0\u{1b}\\b", "ab"),
            ("left open\u{1b}]0;not hidden", "left open0;not hidden"),
            ("\u{1b}(0lqk\u{1b}(B", "lqk"),
            ("\u{1b}", ""),
            ("a\u{1b}\u{1b}[1mb", "ab"),
            ("one\r\n\ttwo", "one two"),
            ("one \n two", "one  two"),
            ("a\u{0}b\u{7f}c\u{8}d", "abcd"),
            ("user\u{202e}gpj.exe\u{202c}", "usergpj.exe"),
            ("\u{2066}x\u{2069}\u{200f}\u{61c}", "x"),
            ("👨\u{200d}👩\u{200d}👧", "👨👩👧"),
            ("❤\u{fe0f}", "❤"),
            ("pay\u{200b}pal\u{ad}\u{feff}", "paypal"),
            ("x\u{e0041}\u{e0100}", "x"),
            ("a\u{2028}b", "a b"),
        ] {
            assert_eq!(clean(dirty), tidy, "{dirty:?}");
        }
        assert_eq!(clean(&format!("z{}", "\u{301}".repeat(500))).chars().count(), 1 + MARKS);
    }

    proptest! {
        #[test]
        fn output_holds_nothing_that_controls(text in any::<String>()) {
            let text = clean(&text);
            prop_assert!(!text.chars().any(|c| c.is_control() || is_invisible(c) || is_break(c)), "{text:?}");
        }

        #[test]
        fn cleaning_twice_changes_nothing(text in "(\u{1b}|[\\[\\]P\\\\;0-9mH]|\u{9b}|\u{9c}|\u{7}|\\PC|\\s|[\u{200b}-\u{2069}]){0,40}") {
            let once = clean(&text);
            prop_assert_eq!(clean(&once), once);
        }
    }
}
