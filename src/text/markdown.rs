//! Makes a text harmless in Markdown: what somebody else wrote stays a text, and never becomes a heading, a link, a picture
//! or markup of HTML.

use super::sanitise::cleaned;

/// One line that reads in Markdown as it stands. Line breaks become spaces, control characters go.
pub fn escaped(text: &str) -> String {
    let text = cleaned(text);
    let text = text.trim();
    let mut out = String::with_capacity(text.len() + 8);
    // At the beginning of a line these begin a list, a quotation, a rule or a heading.
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    for (at, c) in text.char_indices() {
        let begins = at == 0 && matches!(c, '-' | '+' | '=');
        let last = text.get(at + c.len_utf8()..).is_none_or(|rest| rest.is_empty() || rest.starts_with(' '));
        let numbers = at > 0 && at == digits && matches!(c, '.' | ')') && last;
        if begins
            || numbers
            || matches!(c, '\\' | '`' | '*' | '_' | '<' | '>' | '[' | ']' | '|' | '#' | '~' | '&' | '!')
        {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// The same as code: nothing in it is read as anything.
pub fn code(text: &str) -> String {
    let text = cleaned(text).replace('`', "'");
    let text = text.trim();
    if text.is_empty() { String::new() } else { format!("`{text}`") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_wrote_stays_text() {
        for (text, harmless) in [
            ("web-5xx", "web-5xx"),
            ("当番 テスト", "当番 テスト"),
            ("# head\nline", "\\# head line"),
            ("[x](http://evil)", "\\[x\\](http://evil)"),
            ("![x](http://evil)", "\\!\\[x\\](http://evil)"),
            ("<script>&amp;", "\\<script\\>\\&amp;"),
            ("- item", "\\- item"),
            ("12. item", "12\\. item"),
            ("1.5 GB", "1.5 GB"),
            ("a_b*c`d|e", "a\\_b\\*c\\`d\\|e"),
            ("\u{1b}[31mred", "red"),
        ] {
            assert_eq!(escaped(text), harmless, "{text:?}");
        }
        assert_eq!(code("aws `x`\nls"), "`aws 'x' ls`");
    }
}
