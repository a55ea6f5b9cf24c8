//! A screen as an SVG image: deterministic, small, and the same columns in every font.
//!
//! One rectangle per run of one background, one text element per run of one style and one kind of character, each with
//! its own place and length, so that neither a wide character nor a font without braille makes the columns drift.
#![allow(dead_code, reason = "every test target uses a part of it")]

use std::fmt::Write as _;

use crate::screen::{Cell, Color, Screen, Style};

/// Pixels of a cell. Between them and the font's size lies a monospace font's own proportion (0.6 wide, 1.16 high), so
/// that box lines meet.
const CELL: (u16, u16) = (8, 16);
const FONT_SIZE: &str = "13.6";
const BASELINE: u16 = 12;
const MARGIN: u16 = 8;

const BACKGROUND: &str = "#15181e";
const FOREGROUND: &str = "#cfd3da";

/// The sixteen colours that a terminal's user chooses; here ours.
const ANSI: [&str; 16] = [
    "#262a33", "#e5534b", "#57ab5a", "#d6a419", "#4f94e0", "#b083f0", "#39b5c0", "#b6bcc6", "#6b7280",
    "#ff7b72", "#7ee787", "#f2cc60", "#79c0ff", "#d2a8ff", "#76e3ea", "#ffffff",
];

pub(crate) fn to_svg(title: &str, screen: &Screen) -> String {
    let (columns, rows) = screen.size();
    let (width, height) = (columns * CELL.0 + 2 * MARGIN, rows * CELL.1 + 2 * MARGIN);
    let mut svg = String::new();
    let title = escape(title);
    let _ = writeln!(
        svg,
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img">
<title>{title}</title>
<rect width="100%" height="100%" rx="6" fill="{BACKGROUND}"/>
<g transform="translate({MARGIN} {MARGIN})" font-family="'DejaVu Sans Mono','JetBrains Mono',Menlo,Consolas,'Noto Sans Mono CJK JP',monospace" font-size="{FONT_SIZE}" fill="{FOREGROUND}" xml:space="preserve">"#
    );
    for (row, cells) in (0_u16..).zip(&screen.rows) {
        for run in runs(cells, |cell| background(cell.style)) {
            if run.key != BACKGROUND {
                rect(&mut svg, row, run.column, run.width, &run.key);
            }
        }
        for run in runs(cells, |cell| (cell.style, Kind::of(&cell.text))) {
            text(&mut svg, row, &run);
        }
    }
    if let Some((row, column)) = screen.cursor {
        let (x, y) = (column * CELL.0, row * CELL.1);
        let _ = writeln!(
            svg,
            r#"<rect x="{x}" y="{y}" width="{}" height="{}" fill="none" stroke="{FOREGROUND}"/>"#,
            CELL.0, CELL.1
        );
    }
    svg.push_str("</g>\n</svg>\n");
    svg
}

/// Characters that fonts draw alike: mixing them in one element would spread one font's error over another's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Latin,
    Lines,
    Braille,
    Other,
}

impl Kind {
    fn of(text: &str) -> Self {
        match text.chars().next() {
            None | Some(' '..='\u{24f}') => Self::Latin,
            Some('\u{2500}'..='\u{259f}') => Self::Lines,
            Some('\u{2800}'..='\u{28ff}') => Self::Braille,
            Some(_) => Self::Other,
        }
    }
}

struct Run<K> {
    key: K,
    column: u16,
    width: u16,
    text: String,
}

fn runs<K: PartialEq>(cells: &[Cell], key: impl Fn(&Cell) -> K) -> Vec<Run<K>> {
    let mut runs: Vec<Run<K>> = Vec::new();
    let mut column = 0;
    for cell in cells.iter().filter(|cell| cell.width > 0) {
        let key = key(cell);
        match runs.last_mut() {
            Some(run) if run.key == key => {
                run.width += cell.width;
                run.text.push_str(&cell.text);
            }
            _ => runs.push(Run { key, column, width: cell.width, text: cell.text.clone() }),
        }
        column += cell.width;
    }
    runs
}

fn rect(svg: &mut String, row: u16, column: u16, width: u16, fill: &str) {
    let (x, y, width) = (column * CELL.0, row * CELL.1, width * CELL.0);
    let _ = writeln!(svg, r#"<rect x="{x}" y="{y}" width="{width}" height="{}" fill="{fill}"/>"#, CELL.1);
}

fn text(svg: &mut String, row: u16, run: &Run<(Style, Kind)>) {
    let style = run.key.0;
    let (mut column, mut width, mut text) = (run.column, run.width, run.text.as_str());
    if !style.underline {
        // Blanks are one column each: only wide characters take more.
        let blanks = |n: usize| u16::try_from(n).unwrap_or(u16::MAX);
        let trimmed = text.trim_end_matches(' ');
        width -= blanks(text.len() - trimmed.len());
        text = trimmed.trim_start_matches(' ');
        let lead = blanks(trimmed.len() - text.len());
        column += lead;
        width -= lead;
    }
    if text.is_empty() {
        return;
    }
    let (x, y, length) = (column * CELL.0, row * CELL.1 + BASELINE, width * CELL.0);
    let _ = write!(svg, r#"<text x="{x}" y="{y}" textLength="{length}" lengthAdjust="spacingAndGlyphs""#);
    let fill = foreground(style);
    if fill != FOREGROUND {
        let _ = write!(svg, r#" fill="{fill}""#);
    }
    for (on, attribute) in [
        (style.bold, r#" font-weight="bold""#),
        (style.dim, r#" fill-opacity="0.6""#),
        (style.italic, r#" font-style="italic""#),
        (style.underline, r#" text-decoration="underline""#),
    ] {
        if on {
            svg.push_str(attribute);
        }
    }
    let _ = writeln!(svg, ">{}</text>", escape(text));
}

fn foreground(style: Style) -> String {
    if style.reverse { colour(style.bg, BACKGROUND) } else { colour(style.fg, FOREGROUND) }
}

fn background(style: Style) -> String {
    if style.reverse { colour(style.fg, FOREGROUND) } else { colour(style.bg, BACKGROUND) }
}

fn colour(colour: Color, default: &str) -> String {
    match colour {
        Color::Default => default.to_owned(),
        Color::Rgb(r, g, b) => format!("#{r:02x}{g:02x}{b:02x}"),
        Color::Idx(n @ 0..=15) => ANSI[usize::from(n)].to_owned(),
        // xterm's cube of 6×6×6 and its 24 greys.
        Color::Idx(n @ 16..=231) => {
            let level = |step: u8| if step == 0 { 0 } else { 55 + 40 * step };
            let n = n - 16;
            format!("#{:02x}{:02x}{:02x}", level(n / 36), level(n / 6 % 6), level(n % 6))
        }
        Color::Idx(n) => {
            let grey = 8 + 10 * (n - 232);
            format!("#{grey:02x}{grey:02x}{grey:02x}")
        }
    }
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}
