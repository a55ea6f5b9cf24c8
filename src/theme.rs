//! The look: roles to styles, glyphs to what the terminal can show. The only file that names a colour.
//!
//! Colours are the sixteen of the terminal's own theme; meaning never rides on one alone (there is a word or a glyph
//! beside each). Without colour (`NO_COLOR`, `--color never`) the same roles are told apart by bold, dim, underline
//! and reverse. It must never name an RGB or indexed colour.

use std::borrow::Cow;

use ratatui::style::{Color, Modifier, Style};

use crate::{severity::Severity, value::Role};

/// How the screen is painted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Skin {
    /// Colours or none.
    pub theme: Theme,
    /// Unicode or ASCII.
    pub glyphs: Glyphs,
}

/// Which styles the roles get.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// The sixteen ANSI colours.
    #[default]
    Colour,
    /// No colour at all.
    Mono,
}

impl Theme {
    /// The style of a role on the terminal's own background.
    ///
    /// "Dim" is the attribute and not bright black, which several popular themes set to their background.
    pub const fn style(self, role: Role) -> Style {
        let plain = Style::new();
        match (role, self) {
            (Role::Dim, _) => plain.add_modifier(Modifier::DIM),
            (Role::Name | Role::Title | Role::Key, _) | (Role::Accent | Role::Bad, Self::Mono) => {
                plain.add_modifier(Modifier::BOLD)
            }
            (Role::Accent, Self::Colour) => plain.fg(Color::Cyan).add_modifier(Modifier::BOLD),
            (Role::Bad, Self::Colour) => plain.fg(Color::Red).add_modifier(Modifier::BOLD),
            (Role::Warn, Self::Colour) => plain.fg(Color::Yellow),
            (Role::Good, Self::Colour) => plain.fg(Color::Green),
            (Role::Unknown, Self::Colour) => plain.fg(Color::Magenta),
            (Role::Plain, _) | (Role::Warn | Role::Good | Role::Unknown, Self::Mono) => plain,
        }
    }

    /// [`Theme::style`] for lines that are printed and not drawn: the parameters of SGR (ECMA-48, 8.3.117), empty for
    /// plain text.
    pub const fn sgr(self, role: Role) -> &'static str {
        match (role, self) {
            (Role::Dim, _) => "2",
            (Role::Name | Role::Title | Role::Key, _) | (Role::Accent | Role::Bad, Self::Mono) => "1",
            (Role::Accent, Self::Colour) => "1;36",
            (Role::Bad, Self::Colour) => "1;31",
            (Role::Warn, Self::Colour) => "33",
            (Role::Good, Self::Colour) => "32",
            (Role::Unknown, Self::Colour) => "35",
            (Role::Plain, _) | (Role::Warn | Role::Good | Role::Unknown, Self::Mono) => "",
        }
    }

    /// The style of a role in the selected row. The row has one background; of the colours only red is readable on it in
    /// every common theme, so red stays and the rest becomes black. Without colour the row is reversed as a whole.
    pub const fn selected(self, role: Role) -> Style {
        match self {
            Self::Mono => Style::new().add_modifier(Modifier::REVERSED),
            Self::Colour => {
                let base = Style::new().bg(Color::Gray);
                match role {
                    Role::Bad => base.fg(Color::Red).add_modifier(Modifier::BOLD),
                    Role::Name | Role::Warn | Role::Accent | Role::Key | Role::Title | Role::Unknown => {
                        base.fg(Color::Black).add_modifier(Modifier::BOLD)
                    }
                    Role::Plain | Role::Dim | Role::Good => base.fg(Color::Black),
                }
            }
        }
    }

    /// The tab or trail entry where we are.
    pub const fn current(self) -> Style {
        self.style(Role::Accent).add_modifier(Modifier::UNDERLINED)
    }

    /// A column's title; the one that is sorted by stands out.
    pub const fn column(self, sorted: bool) -> Style {
        if sorted { Style::new().add_modifier(Modifier::BOLD) } else { self.style(Role::Dim) }
    }

    /// The line between regions.
    pub const fn rule(self) -> Style {
        self.style(Role::Dim)
    }

    /// A word that must not be overlooked: a drill, a frozen display, actions allowed.
    pub const fn mark(self) -> Style {
        match self {
            Self::Colour => Style::new().fg(Color::Black).bg(Color::Yellow).add_modifier(Modifier::BOLD),
            Self::Mono => Style::new().add_modifier(Modifier::REVERSED),
        }
    }

    /// What leads somewhere, in addition to its role.
    pub const fn link(self) -> Style {
        Style::new().add_modifier(Modifier::UNDERLINED)
    }
}

/// What the terminal's font can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Glyphs {
    /// Everything.
    #[default]
    Unicode,
    /// `--ascii`: nothing above U+007E of ours. Names that AWS or people gave stay as they are.
    Ascii,
}

/// Signs of ours (and punctuation of our sentences) with the ASCII that stands for them. All take one cell.
const PLAIN: &[(char, char)] = &[
    ('●', '*'),
    ('▲', '!'),
    ('△', '^'),
    ('·', '.'),
    ('✓', '+'),
    ('✗', 'x'),
    ('▌', '>'),
    ('▸', '>'),
    ('›', '>'),
    ('─', '-'),
    ('│', '|'),
    ('┌', '+'),
    ('┐', '+'),
    ('└', '`'),
    ('┘', '+'),
    ('├', '|'),
    ('┤', '|'),
    ('┬', '+'),
    ('┴', '+'),
    ('┼', '+'),
    ('╌', '-'),
    ('┊', ':'),
    ('…', '~'),
    ('–', '-'),
    ('—', '-'),
    ('→', '>'),
    ('←', '<'),
    ('↑', '^'),
    ('↓', 'v'),
    ('×', 'x'),
    ('≥', '>'),
    ('≤', '<'),
    ('≈', '~'),
    ('•', '*'),
    ('’', '\''),
    ('“', '"'),
    ('”', '"'),
];

impl Glyphs {
    /// The text as this terminal can show it; the same number of cells.
    pub fn show(self, text: &str) -> Cow<'_, str> {
        if self == Self::Unicode || text.is_ascii() {
            return Cow::Borrowed(text);
        }
        Cow::Owned(text.chars().map(ascii).collect())
    }
}

fn ascii(c: char) -> char {
    match u32::from(c) {
        ..0x80 => c,
        code @ 0x2800..=0x28ff => braille(code & 0xff),
        _ => PLAIN.iter().find(|(sign, _)| *sign == c).map_or(c, |(_, plain)| *plain),
    }
}

/// Dots of a braille character as a mark at the height where they are; bits as in Unicode: 1, 2, 4, 0x40 are the left
/// column from above, 8, 0x10, 0x20, 0x80 the right one.
const fn braille(dots: u32) -> char {
    const UPPER: u32 = 0x1 | 0x2 | 0x8 | 0x10;
    match (dots & UPPER != 0, dots & !UPPER != 0) {
        (false, false) => ' ',
        (true, false) => '\'',
        (false, true) => '.',
        (true, true) => '*',
    }
}

/// The sign before a severity's word.
pub const fn severity_glyph(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "●",
        Severity::High => "▲",
        Severity::Medium => "△",
        Severity::Low => "·",
        Severity::Ok => "✓",
        Severity::Unknown => "?",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::measure::width;

    const ROLES: [Role; 10] = [
        Role::Plain,
        Role::Dim,
        Role::Name,
        Role::Accent,
        Role::Title,
        Role::Key,
        Role::Bad,
        Role::Warn,
        Role::Good,
        Role::Unknown,
    ];

    fn styles(theme: Theme) -> Vec<Style> {
        let mut all: Vec<Style> = ROLES.iter().flat_map(|r| [theme.style(*r), theme.selected(*r)]).collect();
        all.extend([theme.current(), theme.column(true), theme.column(false), theme.rule(), theme.mark()]);
        all
    }

    #[test]
    fn only_the_sixteen_colours_of_the_terminal() {
        for style in styles(Theme::Colour) {
            for colour in [style.fg, style.bg].into_iter().flatten() {
                assert!(!matches!(colour, Color::Rgb(..) | Color::Indexed(_)), "{style:?}");
            }
        }
    }

    #[test]
    fn without_colour_there_is_none() {
        for style in styles(Theme::Mono) {
            assert_eq!((style.fg, style.bg), (None, None), "{style:?}");
        }
        for role in ROLES {
            assert!(["", "1", "2"].contains(&Theme::Mono.sgr(role)), "{role:?}");
        }
    }

    #[test]
    fn the_selected_row_has_one_background() {
        for theme in [Theme::Colour, Theme::Mono] {
            let first = theme.selected(Role::Plain);
            for role in ROLES {
                let style = theme.selected(role);
                assert_eq!(style.bg, first.bg);
                assert_eq!(
                    style.add_modifier.contains(Modifier::REVERSED),
                    first.add_modifier.contains(Modifier::REVERSED)
                );
                assert!(
                    !style.add_modifier.contains(Modifier::DIM),
                    "dim text on a background is unreadable"
                );
            }
        }
    }

    #[test]
    fn ascii_keeps_the_columns() {
        for (sign, plain) in PLAIN {
            assert!(plain.is_ascii());
            assert_eq!(width(&sign.to_string()), 1, "{sign}");
        }
        let text = "● crit  ▌└ web › ⣀⠉⣿⠀ … 当番";
        let shown = Glyphs::Ascii.show(text);
        assert_eq!(shown, "* crit  >` web > .'*  ~ 当番");
        assert_eq!(width(&shown), width(text));
    }

    #[test]
    fn severities_are_told_apart_by_sign_in_both_sets() {
        use std::collections::HashSet;
        let all = [
            Severity::Ok,
            Severity::Unknown,
            Severity::Low,
            Severity::Medium,
            Severity::High,
            Severity::Critical,
        ];
        for glyphs in [Glyphs::Unicode, Glyphs::Ascii] {
            let signs: HashSet<String> =
                all.iter().map(|s| glyphs.show(severity_glyph(*s)).into_owned()).collect();
            assert_eq!(signs.len(), all.len());
        }
    }
}
