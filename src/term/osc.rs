//! What a terminal does beside showing text: clipboard, window title, bell, notification.
//!
//! Everything that goes into a sequence is cleaned and cut here, because it may come from a tag that somebody else
//! wrote. These only write; nothing here may ask the terminal anything.

use std::io::{self, Write};

use base64::{Engine, prelude::BASE64_STANDARD};

use crate::text::sanitise;

/// Most bytes that are sent to a clipboard: terminals cut or drop sequences over 100,000 bytes of base64.
pub const COPY_MAX_BYTES: usize = 74_994;

/// Most characters of a window's title; longer ones make title bars and taskbars jump.
const TITLE_MAX_CHARS: usize = 120;

/// Most characters of a notification.
const NOTICE_MAX_CHARS: usize = 240;

/// Why something was not copied.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// More than [`COPY_MAX_BYTES`]: how many it is.
    #[error("{0} bytes are too many for the terminal's clipboard (at most {COPY_MAX_BYTES})")]
    TooLong(usize),
    /// The terminal refused.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Puts text on the clipboard of the machine that the terminal runs on (OSC 52). The terminal does not say whether it
/// did: tell the person "sent to the terminal", not "copied".
pub fn copy(out: &mut impl Write, text: &str) -> Result<(), CopyError> {
    if text.len() > COPY_MAX_BYTES {
        return Err(CopyError::TooLong(text.len()));
    }
    write!(out, "\x1b]52;c;{}\x07", BASE64_STANDARD.encode(text))?;
    Ok(())
}

/// Sets the title of window and tab (OSC 0); an empty one gives it back to the terminal.
pub fn title(out: &mut impl Write, text: &str) -> io::Result<()> {
    write!(out, "\x1b]0;{}\x07", plain(text, TITLE_MAX_CHARS))
}

/// Rings the bell.
pub fn bell(out: &mut impl Write) -> io::Result<()> {
    out.write_all(b"\x07")
}

/// A desktop notification (OSC 9). The name goes first, so that no text can start with the digits that some terminals
/// take for another command (`9;4` is a progress bar).
pub fn notify(out: &mut impl Write, text: &str) -> io::Result<()> {
    write!(out, "\x1b]9;toban: {}\x07", plain(text, NOTICE_MAX_CHARS))
}

fn plain(text: &str, max: usize) -> String {
    sanitise::clean(text).chars().filter(|c| !c.is_control()).take(max).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn the_clipboard_gets_the_text_as_it_is() {
        let out = written(|out| copy(out, "i-0a1c 当番\n").unwrap());
        let data = out.strip_prefix("\x1b]52;c;").unwrap().strip_suffix('\x07').unwrap();
        assert_eq!(BASE64_STANDARD.decode(data).unwrap(), "i-0a1c 当番\n".as_bytes());
    }

    #[test]
    fn too_much_for_a_clipboard_is_refused_whole() {
        let mut out = Vec::new();
        let error = copy(&mut out, &"x".repeat(COPY_MAX_BYTES + 1)).unwrap_err();
        assert!(error.to_string().contains("74995 bytes"), "{error}");
        assert!(out.is_empty());
        copy(&mut out, &"x".repeat(COPY_MAX_BYTES)).unwrap();
        assert!(out.len() < 100_010);
    }

    #[test]
    fn a_hostile_name_cannot_end_the_sequence_it_stands_in() {
        let evil = "web\x07\x1b]52;c;cm0gLXJmIC8=\x07\u{9c}\u{202e}1-bew\n";
        for out in [written(|out| title(out, evil).unwrap()), written(|out| notify(out, evil).unwrap())] {
            let inner = out.strip_prefix("\x1b]").unwrap().strip_suffix('\x07').unwrap();
            assert!(!inner.contains(|c: char| c.is_control() || c == '\u{202e}'), "{out:?}");
        }
    }

    #[test]
    fn titles_are_cut_and_emptied() {
        assert_eq!(written(|out| title(out, "").unwrap()), "\x1b]0;\x07");
        assert_eq!(written(|out| title(out, &"当".repeat(500)).unwrap()).chars().count(), 4 + 120 + 1);
    }

    #[test]
    fn a_notification_is_never_a_progress_bar() {
        assert_eq!(written(|out| notify(out, "4;1;50").unwrap()), "\x1b]9;toban: 4;1;50\x07");
    }
}
