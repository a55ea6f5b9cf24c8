//! The parts of a terminal that are not its screen: what it answers, what it is told, what its keys send.
#![allow(dead_code, reason = "every test target uses a part of it")]

/// What a terminal does beside showing text: it answers questions and does as it is told.
#[derive(Debug, Default)]
pub(crate) struct Terminal {
    /// Answers to write back.
    pub(super) answers: Vec<u8>,
    /// Between the beginning and the end of a synchronized update.
    pub(crate) in_frame: bool,
    /// Synchronized updates that ended.
    pub(crate) frames: usize,
    pub(crate) bells: usize,
    pub(crate) titles: Vec<String>,
    /// What was copied, still in base64.
    pub(crate) copied: Vec<String>,
    pub(crate) notices: Vec<String>,
    pub(crate) focus_reports: bool,
}

impl vt100::Callbacks for Terminal {
    fn audible_bell(&mut self, _: &mut vt100::Screen) {
        self.bells += 1;
    }

    fn set_window_title(&mut self, _: &mut vt100::Screen, title: &[u8]) {
        self.titles.push(String::from_utf8_lossy(title).into_owned());
    }

    fn copy_to_clipboard(&mut self, _: &mut vt100::Screen, _: &[u8], data: &[u8]) {
        self.copied.push(String::from_utf8_lossy(data).into_owned());
    }

    fn unhandled_osc(&mut self, _: &mut vt100::Screen, params: &[&[u8]]) {
        match params {
            [b"9", text @ ..] => {
                self.notices.push(String::from_utf8_lossy(&text.join(&b';')).into_owned());
            }
            [b"10", b"?"] => self.answers.extend(b"\x1b]10;rgb:cfcf/d3d3/dada\x07"),
            [b"11", b"?"] => self.answers.extend(b"\x1b]11;rgb:1515/1818/1e1e\x07"),
            _ => {}
        }
    }

    fn unhandled_csi(
        &mut self,
        screen: &mut vt100::Screen,
        intermediate: Option<u8>,
        _: Option<u8>,
        params: &[&[u16]],
        last: char,
    ) {
        let has = |wanted: u16| params.iter().any(|param| *param == [wanted]);
        match (intermediate, last) {
            (Some(b'?'), 'h') if has(2026) => self.in_frame = true,
            (Some(b'?'), 'l') if has(2026) => {
                self.frames += usize::from(self.in_frame);
                self.in_frame = false;
            }
            (Some(b'?'), 'h' | 'l') if has(1004) => self.focus_reports = last == 'h',
            // Where is the cursor? Are you well? What are you?
            (None, 'n') if has(6) => {
                let (row, column) = screen.cursor_position();
                self.answers.extend(format!("\x1b[{};{}R", row + 1, column + 1).bytes());
            }
            (None, 'n') if has(5) => self.answers.extend(b"\x1b[0n"),
            (None, 'c') => self.answers.extend(b"\x1b[?62;22c"),
            _ => {}
        }
    }
}

/// What a terminal sends for a key, by the names that `Session::keys` knows.
pub(super) fn key_bytes(key: &str) -> Option<Vec<u8>> {
    if let Some(text) = key.strip_prefix("text:") {
        return Some(text.into());
    }
    if let Some(key) = key.strip_prefix("alt-") {
        return key_bytes(key).map(|bytes| [b"\x1b", bytes.as_slice()].concat());
    }
    if let Some(letter) = key.strip_prefix("ctrl-") {
        return match letter.as_bytes() {
            [letter @ (b'a'..=b'z' | b'[' | b'\\' | b']' | b'^' | b'_')] => Some(vec![letter & 0x1f]),
            _ => None,
        };
    }
    let bytes: &[u8] = match key {
        "enter" => b"\r",
        "esc" => b"\x1b",
        "tab" => b"\t",
        "backtab" | "shift-tab" => b"\x1b[Z",
        "space" => b" ",
        "backspace" => b"\x7f",
        "delete" => b"\x1b[3~",
        "up" => b"\x1b[A",
        "down" => b"\x1b[B",
        "right" => b"\x1b[C",
        "left" => b"\x1b[D",
        "home" => b"\x1b[H",
        "end" => b"\x1b[F",
        "pgup" => b"\x1b[5~",
        "pgdn" => b"\x1b[6~",
        "f1" => b"\x1bOP",
        one if one.chars().count() == 1 => one.as_bytes(),
        _ => return None,
    };
    Some(bytes.to_vec())
}
