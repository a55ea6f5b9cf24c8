//! The only place that measures and cuts strings.
//!
//! A cell is one column of the terminal. Everything is counted by grapheme cluster with the widths that ratatui uses, so
//! a wide character is never halved and a mark never parts from its letter. What passes through is sanitised once more,
//! because a control character has no width that could be relied on.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::sanitise::cleaned;

/// What stands for text that did not fit.
pub const ELLIPSIS: &str = "…";

/// Cells that a text takes.
pub fn width(text: &str) -> usize {
    if text.bytes().all(|b| (b' '..=b'~').contains(&b)) {
        return text.len();
    }
    graphemes(&cleaned(text)).map(|(_, cells)| cells).sum()
}

/// The text in at most `cells` cells, its end replaced by `…` when it does not fit.
pub fn cut(text: &str, cells: usize) -> Cow<'_, str> {
    cut_with(text, cells, ELLIPSIS)
}

/// [`cut`] with another sign for what is missing, such as `~` on a terminal that shows ASCII only.
pub fn cut_with<'a>(text: &'a str, cells: usize, ellipsis: &str) -> Cow<'a, str> {
    let text = cleaned(text);
    if width(&text) <= cells {
        return text;
    }
    let room = cells.saturating_sub(width(ellipsis));
    let mut out = take(&text, room).to_owned();
    out.push_str(take(ellipsis, cells));
    Cow::Owned(out)
}

/// The text in exactly `cells` cells: cut, or filled with spaces on the right.
pub fn pad(text: &str, cells: usize) -> String {
    let mut out = cut(text, cells).into_owned();
    out.push_str(&" ".repeat(cells.saturating_sub(width(&out))));
    out
}

/// The text in exactly `cells` cells: cut, or filled with spaces on the left.
pub fn pad_start(text: &str, cells: usize) -> String {
    let text = cut(text, cells);
    format!("{}{text}", " ".repeat(cells.saturating_sub(width(&text))))
}

/// The text without its first `cells` cells, for what is scrolled sideways; half a wide character leaves a space.
pub fn skip(text: &str, cells: usize) -> Cow<'_, str> {
    if cells == 0 {
        return cleaned(text);
    }
    let text = cleaned(text);
    let mut left = cells;
    let mut out = String::new();
    for (grapheme, wide) in graphemes(&text) {
        if left == 0 {
            out.push_str(grapheme);
        } else if wide > left {
            out.push_str(&" ".repeat(wide - left));
            left = 0;
        } else {
            left -= wide;
        }
    }
    Cow::Owned(out)
}

/// The text in lines of at most `cells` cells: broken at spaces, between wide characters anywhere except where Japanese
/// typesetting forbids it, and within a word only when the word is longer than a line. Never an empty list.
pub fn wrap(text: &str, cells: usize) -> Vec<String> {
    let text = cleaned(text);
    let cells = cells.max(1);
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut used = 0;
    for piece in pieces(&text) {
        let solid = piece.trim_end_matches(' ');
        if used > 0 && used + width(solid) > cells {
            lines.push(std::mem::take(&mut line).trim_end_matches(' ').to_owned());
            used = 0;
        }
        if width(solid) <= cells {
            line.push_str(piece);
            used += width(piece);
            continue;
        }
        for (grapheme, wide) in graphemes(piece) {
            if used > 0 && used + wide > cells && grapheme != " " {
                lines.push(std::mem::take(&mut line));
                used = 0;
            }
            // A wide character on a one-cell line cannot be shown at all.
            if wide <= cells {
                line.push_str(grapheme);
                used += wide;
            }
        }
    }
    lines.push(line.trim_end_matches(' ').to_owned());
    lines
}

/// Must not begin a line.
const CLOSING: &str =
    "、。，．・：；！？」』）］｝〉》】〕”’ーぁぃぅぇぉっゃゅょァィゥェォッャュョ々…)]},.!?:;";
/// Must not end a line.
const OPENING: &str = "「『（［｛〈《【〔“‘([{";

/// The parts between which a line may break; spaces belong to the part before them.
fn pieces(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut start = 0;
    let mut before: Option<(&str, usize)> = None;
    for (at, grapheme) in text.grapheme_indices(true) {
        let wide = width(grapheme);
        if let Some((last, last_wide)) = before {
            let after_space = last == " " && grapheme != " ";
            let between_wide = (last_wide > 1 || wide > 1)
                && grapheme != " "
                && last != " "
                && !CLOSING.contains(grapheme)
                && !OPENING.contains(last);
            if after_space || between_wide {
                out.extend(text.get(start..at));
                start = at;
            }
        }
        before = Some((grapheme, wide));
    }
    out.extend(text.get(start..).filter(|rest| !rest.is_empty()));
    out
}

fn graphemes(text: &str) -> impl Iterator<Item = (&str, usize)> {
    text.graphemes(true).map(|grapheme| (grapheme, grapheme.width()))
}

/// The longest beginning that fits.
fn take(text: &str, cells: usize) -> &str {
    let mut used = 0;
    let end = text
        .grapheme_indices(true)
        .find(|(_, grapheme)| {
            used += grapheme.width();
            used > cells
        })
        .map_or(text.len(), |(at, _)| at);
    text.get(..end).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn widths() {
        for (text, cells) in [
            ("", 0),
            ("web-1", 5),
            ("当番", 4),
            ("ｶﾅ", 2),
            ("か\u{3099}", 2),
            ("e\u{301}", 1),
            ("🔥", 2),
            ("–", 1),
            ("…", 1),
            ("a\u{1b}[31mb", 2),
            ("a\tb", 3),
        ] {
            assert_eq!(width(text), cells, "{text:?}");
        }
    }

    #[test]
    fn cutting_keeps_characters_whole() {
        for (text, cells, wanted) in [
            ("web-1", 5, "web-1"),
            ("web-1", 4, "web…"),
            ("web-1", 1, "…"),
            ("web-1", 0, ""),
            ("当番表", 6, "当番表"),
            ("当番表", 5, "当番…"),
            ("当番表", 4, "当…"),
            ("当番表", 3, "当…"),
            ("当番表", 2, "…"),
            ("e\u{301}e\u{301}e\u{301}", 2, "e\u{301}…"),
            ("🔥🔥", 3, "🔥…"),
            ("a\nb\u{1b}[0mc", 10, "a bc"),
        ] {
            assert_eq!(cut(text, cells), wanted, "{text:?} in {cells}");
        }
        assert_eq!(cut_with("web-canary", 5, "~"), "web-~");
        assert!(matches!(cut("fits", 4), Cow::Borrowed(_)), "nothing is copied when it fits");
    }

    #[test]
    fn padding_fills_to_the_cell() {
        assert_eq!(pad("当番", 6), "当番  ");
        assert_eq!(pad("当番表", 5), "当番…");
        assert_eq!(pad("当番表", 4), "当… ");
        assert_eq!(pad_start("12", 4), "  12");
    }

    #[test]
    fn skipping_leaves_half_of_a_wide_character_blank() {
        assert_eq!(skip("web-1", 2), "b-1");
        assert_eq!(skip("当番", 1), " 番");
        assert_eq!(skip("ab", 9), "");
    }

    #[test]
    fn wrapping() {
        for (text, cells, lines) in [
            ("", 10, vec![""]),
            ("one two three", 7, vec!["one two", "three"]),
            ("one two three", 8, vec!["one two", "three"]),
            ("abcdefghij", 4, vec!["abcd", "efgh", "ij"]),
            ("a abcdefghij b", 4, vec!["a", "abcd", "efgh", "ij b"]),
            ("アラームが発報しました。", 8, vec!["アラーム", "が発報し", "ました。"]),
            ("状態は、不明です", 6, vec!["状態", "は、不", "明です"]),
            ("対象は「web」です", 8, vec!["対象は", "「web」", "です"]),
        ] {
            assert_eq!(wrap(text, cells), lines, "{text:?} in {cells}");
        }
    }

    proptest! {
        #[test]
        fn nothing_is_ever_wider_than_asked(text in "(\\PC|[\u{0}-\u{9f}]|[あ-ん]|\u{301}|🔥){0,40}", cells in 0usize..30) {
            prop_assert!(width(&cut(&text, cells)) <= cells);
            prop_assert_eq!(width(&pad(&text, cells)), cells);
            prop_assert_eq!(width(&pad_start(&text, cells)), cells);
            for line in wrap(&text, cells) {
                prop_assert!(width(&line) <= cells.max(1), "{line:?}");
            }
        }

        #[test]
        fn wrapping_loses_no_letter(text in "[a-zあ-ん ]{0,60}", cells in 2usize..30) {
            let kept: String = wrap(&text, cells).concat().split(' ').collect();
            let all: String = text.split(' ').collect();
            prop_assert_eq!(kept, all);
        }
    }
}
