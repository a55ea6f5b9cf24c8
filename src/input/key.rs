//! One key with its modifiers, in one canonical form, and its name in keymaps.
//!
//! Terminals report the same press differently (`?` with or without SHIFT, `G` as `g` + SHIFT, shift-tab as BackTab,
//! ctrl-i as Tab), so a key is normalised when it is made: letters carry their case and drop SHIFT, all other characters
//! drop SHIFT, and keys that are one byte without the kitty protocol are one key here. `parse(display(key)) == key`.

use std::{fmt, str::FromStr};

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use crate::text::{nearest::nearest, sentence::Sentence};

/// A key without its modifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Code {
    /// A character, with its case.
    Char(char),
    /// Enter.
    Enter,
    /// Escape.
    Esc,
    /// Tab; shift-tab is this with shift.
    Tab,
    /// Backspace.
    Backspace,
    /// Delete.
    Delete,
    /// Insert.
    Insert,
    /// Cursor left.
    Left,
    /// Cursor right.
    Right,
    /// Cursor up.
    Up,
    /// Cursor down.
    Down,
    /// Home.
    Home,
    /// End.
    End,
    /// Page up.
    PageUp,
    /// Page down.
    PageDown,
    /// F1 to F35.
    F(u8),
}

/// The canonical name first, then what else is understood (vim's and others' spellings).
const NAMES: &[(Code, &[&str])] = &[
    (Code::Char(' '), &["space", "spc"]),
    (Code::Enter, &["enter", "return", "ret", "cr"]),
    (Code::Esc, &["esc", "escape"]),
    (Code::Tab, &["tab"]),
    (Code::Backspace, &["backspace", "bs"]),
    (Code::Delete, &["delete", "del"]),
    (Code::Insert, &["insert", "ins"]),
    (Code::Left, &["left"]),
    (Code::Right, &["right"]),
    (Code::Up, &["up"]),
    (Code::Down, &["down"]),
    (Code::Home, &["home"]),
    (Code::End, &["end"]),
    (Code::PageUp, &["pageup", "pgup"]),
    (Code::PageDown, &["pagedown", "pgdn", "pgdown"]),
    (Code::Char('<'), &["<", "lt"]),
    (Code::Char('>'), &[">", "gt"]),
    (Code::Char('-'), &["-", "minus"]),
];

/// The modifiers that keymaps know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Mods {
    /// Control.
    pub ctrl: bool,
    /// Alt, Option or Meta.
    pub alt: bool,
    /// Shift, on keys that are not characters.
    pub shift: bool,
}

/// A key press in canonical form. See the module.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    code: Code,
    mods: Mods,
}

impl Key {
    /// Normalises a key.
    pub fn new(code: Code, mods: Mods) -> Self {
        let Code::Char(c) = code else { return Self { code, mods } };
        let plain = Mods { shift: false, ..mods };
        let unctrl = Mods { ctrl: false, ..plain };
        match (mods.ctrl, c.to_ascii_lowercase()) {
            (true, 'i') => return Self { code: Code::Tab, mods: Mods { shift: mods.shift, ..unctrl } },
            (true, 'm') => return Self { code: Code::Enter, mods: unctrl },
            (true, '[') => return Self { code: Code::Esc, mods: unctrl },
            _ => {}
        }
        // Without the kitty protocol ctrl-d and ctrl-shift-d are the same byte, and "ctrl-D" is how many people write it.
        let c = if mods.ctrl {
            c.to_ascii_lowercase()
        } else if mods.shift {
            upper(c)
        } else {
            c
        };
        Self { code: Code::Char(c), mods: plain }
    }

    /// A key without modifiers.
    pub fn plain(code: Code) -> Self {
        Self::new(code, Mods::default())
    }

    /// A character with control.
    pub fn ctrl(c: char) -> Self {
        Self::new(Code::Char(c), Mods { ctrl: true, ..Mods::default() })
    }

    /// A character with alt.
    pub fn alt(c: char) -> Self {
        Self::new(Code::Char(c), Mods { alt: true, ..Mods::default() })
    }

    /// What key.
    pub const fn code(self) -> Code {
        self.code
    }

    /// Held down with it.
    pub const fn mods(self) -> Mods {
        self.mods
    }

    /// The character it types into a text field, if it types one.
    pub const fn text(self) -> Option<char> {
        match self.code {
            Code::Char(c) if !self.mods.ctrl && !self.mods.alt => Some(c),
            _ => None,
        }
    }

    /// From a terminal event: presses and repeats of keys that keymaps can name, nothing else.
    pub fn from_event(event: KeyEvent) -> Option<Self> {
        if event.kind == KeyEventKind::Release
            || event.modifiers.intersects(KeyModifiers::SUPER | KeyModifiers::HYPER)
        {
            return None;
        }
        let mut mods = Mods {
            ctrl: event.modifiers.contains(KeyModifiers::CONTROL),
            alt: event.modifiers.intersects(KeyModifiers::ALT | KeyModifiers::META),
            shift: event.modifiers.contains(KeyModifiers::SHIFT),
        };
        let code = match event.code {
            KeyCode::Char(c) if !c.is_control() => Code::Char(c),
            KeyCode::Enter => Code::Enter,
            KeyCode::Esc => Code::Esc,
            KeyCode::Tab => Code::Tab,
            KeyCode::BackTab => {
                mods.shift = true;
                Code::Tab
            }
            KeyCode::Backspace => Code::Backspace,
            KeyCode::Delete => Code::Delete,
            KeyCode::Insert => Code::Insert,
            KeyCode::Left => Code::Left,
            KeyCode::Right => Code::Right,
            KeyCode::Up => Code::Up,
            KeyCode::Down => Code::Down,
            KeyCode::Home => Code::Home,
            KeyCode::End => Code::End,
            KeyCode::PageUp => Code::PageUp,
            KeyCode::PageDown => Code::PageDown,
            KeyCode::F(n) => Code::F(n),
            _ => return None,
        };
        Some(Self::new(code, mods))
    }
}

/// The capital letter, where it is one letter.
fn upper(c: char) -> char {
    let mut capitals = c.to_uppercase();
    match (capitals.next(), capitals.next()) {
        (Some(capital), None) => capital,
        _ => c,
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Mods { ctrl, alt, shift } = self.mods;
        for (held, name) in [(ctrl, "ctrl-"), (alt, "alt-"), (shift, "shift-")] {
            if held {
                f.write_str(name)?;
            }
        }
        if let Some((_, names)) = NAMES.iter().find(|(code, _)| *code == self.code) {
            return f.write_str(names[0]);
        }
        match self.code {
            Code::Char(c) => write!(f, "{c}"),
            Code::F(n) => write!(f, "f{n}"),
            _ => Ok(()),
        }
    }
}

/// A key's name that means nothing, and the known one it may stand for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownKey {
    /// As it was written.
    pub text: String,
    /// What was probably meant.
    pub meant: Option<&'static str>,
}

impl UnknownKey {
    /// In words.
    pub fn sentence(&self) -> Sentence {
        match self.meant {
            Some(meant) => {
                Sentence::new("config.unknown_key_meant").with("key", &self.text).with("meant", meant)
            }
            None => Sentence::new("config.unknown_key").with("key", &self.text),
        }
    }
}

impl FromStr for Key {
    type Err = UnknownKey;

    /// `j`, `G`, `ctrl-d`, `<C-d>`, `shift-tab`, `alt-left`, `f5`, `space`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let inner = text.strip_prefix('<').and_then(|t| t.strip_suffix('>')).filter(|t| !t.is_empty());
        let mut rest = inner.unwrap_or(text);
        let mut mods = Mods::default();
        while let Some((name, after)) = rest.split_once('-').filter(|(_, after)| !after.is_empty()) {
            match name.to_ascii_lowercase().as_str() {
                "c" | "ctrl" | "control" => mods.ctrl = true,
                "a" | "m" | "alt" | "meta" | "option" => mods.alt = true,
                "s" | "shift" => mods.shift = true,
                _ => break,
            }
            rest = after;
        }
        code(rest).map(|code| Self::new(code, mods)).ok_or_else(|| UnknownKey {
            text: text.to_owned(),
            meant: nearest(
                rest,
                NAMES.iter().filter(|(_, names)| names[0].len() > 1).map(|(_, names)| names[0]),
            ),
        })
    }
}

fn code(name: &str) -> Option<Code> {
    let mut chars = name.chars();
    if let (Some(c), None) = (chars.next(), chars.next()) {
        return (!c.is_control()).then_some(Code::Char(c));
    }
    let name = name.to_ascii_lowercase();
    let function = || name.strip_prefix('f')?.parse().ok().filter(|n| (1..=35).contains(n)).map(Code::F);
    NAMES.iter().find(|(_, names)| names.contains(&name.as_str())).map(|(code, _)| *code).or_else(function)
}

/// Keys pressed one after the other: `g g`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Sequence(pub Vec<Key>);

impl FromStr for Sequence {
    type Err = UnknownKey;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let keys: Vec<Key> =
            text.split(' ').filter(|part| !part.is_empty()).map(str::parse).collect::<Result<_, _>>()?;
        if keys.is_empty() {
            return Err(UnknownKey { text: text.to_owned(), meant: (!text.is_empty()).then_some("space") });
        }
        Ok(Self(keys))
    }
}

impl fmt::Display for Sequence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, key) in self.0.iter().enumerate() {
            write!(f, "{}{key}", if i == 0 { "" } else { " " })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn event(code: KeyCode, modifiers: KeyModifiers) -> Option<String> {
        Key::from_event(KeyEvent::new(code, modifiers)).map(|k| k.to_string())
    }

    #[test]
    fn spellings_of_one_key() {
        for (text, canonical) in [
            ("j", "j"),
            ("G", "G"),
            ("shift-g", "G"),
            ("<S-g>", "G"),
            ("shift-?", "?"),
            ("ctrl-d", "ctrl-d"),
            ("ctrl-D", "ctrl-d"),
            ("<C-d>", "ctrl-d"),
            ("C-d", "ctrl-d"),
            ("<C-A-x>", "ctrl-alt-x"),
            ("alt-ctrl-x", "ctrl-alt-x"),
            ("alt-X", "alt-X"),
            ("M-<", "alt-<"),
            ("shift-tab", "shift-tab"),
            ("ctrl-i", "tab"),
            ("ctrl-m", "enter"),
            ("ctrl-[", "esc"),
            ("<CR>", "enter"),
            ("PgDn", "pagedown"),
            ("Space", "space"),
            ("ctrl-space", "ctrl-space"),
            ("f5", "f5"),
            ("-", "-"),
            ("ctrl--", "ctrl--"),
            ("<", "<"),
            (">", ">"),
            ("<lt>", "<"),
            ("ß", "ß"),
            ("shift-ß", "ß"),
            ("あ", "あ"),
        ] {
            assert_eq!(text.parse::<Key>().map(|k| k.to_string()).as_deref(), Ok(canonical), "{text}");
        }
        assert_eq!("g  g".parse::<Sequence>().unwrap().to_string(), "g g");
    }

    #[test]
    fn names_that_mean_nothing() {
        for (text, meant) in [
            ("entr", Some("enter")),
            ("ctrl-pagedwn", Some("pagedown")),
            ("f99", None),
            ("hyper-x", None),
            ("", None),
        ] {
            assert_eq!(text.parse::<Key>().unwrap_err(), UnknownKey { text: text.into(), meant }, "{text}");
        }
        assert_eq!(" ".parse::<Sequence>().unwrap_err().meant, Some("space"));
        assert!("".parse::<Sequence>().is_err());
    }

    #[test]
    fn what_terminals_send() {
        use KeyModifiers as M;
        for (code, mods, wanted) in [
            (KeyCode::Char('?'), M::SHIFT, Some("?")),
            (KeyCode::Char('?'), M::NONE, Some("?")),
            (KeyCode::Char('g'), M::SHIFT, Some("G")),
            (KeyCode::Char('G'), M::SHIFT, Some("G")),
            (KeyCode::BackTab, M::SHIFT, Some("shift-tab")),
            (KeyCode::BackTab, M::NONE, Some("shift-tab")),
            (KeyCode::Tab, M::SHIFT, Some("shift-tab")),
            (KeyCode::Char('i'), M::CONTROL, Some("tab")),
            (KeyCode::Char('x'), M::META, Some("alt-x")),
            (KeyCode::Char('x'), M::SUPER, None),
            (KeyCode::CapsLock, M::NONE, None),
            (KeyCode::Char('\u{7}'), M::NONE, None),
        ] {
            assert_eq!(event(code, mods).as_deref(), wanted, "{code:?} {mods:?}");
        }
        let kind = |kind| Key::from_event(KeyEvent::new_with_kind(KeyCode::Enter, M::NONE, kind));
        assert!(kind(KeyEventKind::Repeat).is_some());
        assert!(kind(KeyEventKind::Release).is_none());
    }

    #[test]
    fn typed_text() {
        for (key, text) in
            [("G", Some('G')), ("space", Some(' ')), ("ctrl-a", None), ("alt-a", None), ("enter", None)]
        {
            assert_eq!(key.parse::<Key>().unwrap().text(), text, "{key}");
        }
    }

    fn keys() -> impl Strategy<Value = Key> {
        let named = prop::sample::select(NAMES).prop_map(|(code, _)| code);
        let typed = any::<char>().prop_filter("has no name", |c| !c.is_control()).prop_map(Code::Char);
        let code = prop_oneof![
            named,
            typed,
            (1u8..=35).prop_map(Code::F),
            "[ -~]".prop_map(|s| Code::Char(s.chars().next().unwrap_or(' ')))
        ];
        (code, any::<[bool; 3]>())
            .prop_map(|(code, [ctrl, alt, shift])| Key::new(code, Mods { ctrl, alt, shift }))
    }

    proptest! {
        #[test]
        fn a_key_reads_back_as_itself(key in keys()) {
            prop_assert_eq!(key.to_string().parse::<Key>(), Ok(key));
        }

        #[test]
        fn a_sequence_reads_back_as_itself(keys in prop::collection::vec(keys(), 1..4)) {
            let keys = Sequence(keys);
            prop_assert_eq!(keys.to_string().parse::<Sequence>(), Ok(keys));
        }
    }
}
