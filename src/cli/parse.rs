//! From a word of the command line to a value, or to one sentence that clap puts after the word.
//!
//! These sentences stand beside clap's own and are in English like them; the language is not known before the options
//! have been read.

use std::{net::SocketAddr, time::Duration};

use jiff::Timestamp;

use super::SortBy;
use crate::{
    config::settings::is_url,
    incident::event::Level,
    panes::{PANES, PaneId},
    text::{duration, nearest::nearest},
};

/// A pane's name in any case.
pub(super) fn pane(word: &str) -> Result<PaneId, String> {
    PaneId::parse(word).ok_or_else(|| {
        let names: Vec<String> = PANES.iter().map(|p| p.name.to_ascii_lowercase()).collect();
        let meant = nearest(word, names.iter().map(String::as_str));
        let meant = meant.map(|m| format!("; did you mean '{m}'?")).unwrap_or_default();
        format!("there is no such pane{meant} [panes: {}]", names.join(", "))
    })
}

/// The farthest into a scenario that one may start: far beyond the end of any, and near enough that alarms can be worked
/// out up to there.
const FARTHEST: Duration = Duration::from_hours(30 * 24);

/// `200ms`, `10m`, `1h30m`; at most [`FARTHEST`].
pub(super) fn offset(word: &str) -> Result<Duration, String> {
    match duration::parse(word) {
        Some(span) if span <= FARTHEST => Ok(span),
        Some(_) => Err("no scenario goes that far; write at most 30d".to_owned()),
        None => Err("write a span of time such as 200ms, 30s, 10m or 1h30m".to_owned()),
    }
}

/// CloudTrail's event history holds no more.
const HISTORY: Duration = Duration::from_hours(90 * 24);

/// `30m`, `24h`, `7d`; at most 90 days.
pub(super) fn window(word: &str) -> Result<Duration, String> {
    match duration::parse(word) {
        Some(span) if !span.is_zero() && span <= HISTORY => Ok(span),
        Some(_) => Err("CloudTrail keeps 90 days; write a span such as 30m, 24h or 7d".to_owned()),
        None => Err("write a span of time such as 30m, 24h or 7d".to_owned()),
    }
}

/// RFC 3339.
pub(super) fn time(word: &str) -> Result<Timestamp, String> {
    word.parse().map_err(|_| "write a time as in RFC 3339, such as 2026-05-01T03:12:00Z".to_owned())
}

/// A factor above zero.
pub(super) fn speed(word: &str) -> Result<f64, String> {
    word.parse()
        .ok()
        .filter(|x: &f64| x.is_finite() && *x > 0.0 && *x <= 86_400.0)
        .ok_or_else(|| "write a number above 0 and up to 86400, such as 1, 0.5 or 60".to_owned())
}

/// The practice account has no passwords, so nobody else's machine may reach it.
pub(super) fn loopback(word: &str) -> Result<SocketAddr, String> {
    let word =
        word.strip_prefix("localhost:").map_or_else(|| word.to_owned(), |port| format!("127.0.0.1:{port}"));
    match word.parse::<SocketAddr>() {
        Ok(address) if address.ip().is_loopback() => Ok(address),
        Ok(_) => Err("the practice account is served on loopback only, such as 127.0.0.1:4566".to_owned()),
        Err(_) => {
            Err("write an address and a port, such as 127.0.0.1:4566; port 0 takes a free one".to_owned())
        }
    }
}

/// `COLUMN`, `COLUMN:asc`, `COLUMN:desc`.
pub(super) fn sort(word: &str) -> Result<SortBy, String> {
    let (column, order) = word.split_once(':').unwrap_or((word, "asc"));
    match order {
        "asc" | "desc" if !column.is_empty() => {
            Ok(SortBy { column: column.to_owned(), descending: order == "desc" })
        }
        _ => Err("write a column, and :desc after it to turn the order round".to_owned()),
    }
}

/// An endpoint.
pub(super) fn url(word: &str) -> Result<String, String> {
    if is_url(word) {
        Ok(word.to_owned())
    } else {
        Err("write a URL with its scheme, such as http://127.0.0.1:4566".to_owned())
    }
}

/// A word of a closed list, in any case; what there is, when it is none.
pub(super) fn word<T: Copy + Send + Sync + 'static>(
    all: &'static [T],
    name: fn(T) -> &'static str,
    read: fn(&str) -> Option<T>,
) -> impl Fn(&str) -> Result<T, String> + Clone + Send + Sync + 'static {
    move |typed: &str| {
        read(typed).ok_or_else(|| {
            let names: Vec<&str> = all.iter().map(|one| name(*one)).collect();
            let meant = nearest(typed, names.iter().copied());
            let meant = meant.map(|m| format!("did you mean '{m}'? ")).unwrap_or_default();
            format!("{meant}[possible values: {}]", names.join(", "))
        })
    }
}

/// `SEV-2`, `sev2`, `2`.
pub(super) fn level(word: &str) -> Result<Level, String> {
    let digit = word.trim_start_matches(|c: char| c.is_ascii_alphabetic() || c == '-');
    Level::ALL
        .iter()
        .copied()
        .find(|level| {
            level.word().eq_ignore_ascii_case(word) || level.word().trim_start_matches("SEV-") == digit
        })
        .ok_or_else(|| "write SEV-1, SEV-2, SEV-3 or SEV-4".to_owned())
}

/// Twelve digits.
pub(super) fn account(word: &str) -> Result<String, String> {
    let fits = word.len() == 12 && word.bytes().all(|b| b.is_ascii_digit());
    fits.then(|| word.to_owned()).ok_or_else(|| "write the twelve digits of an account's id".to_owned())
}

/// SHA-256 in hex.
pub(super) fn hash(word: &str) -> Result<String, String> {
    let fits = word.len() == 64 && word.bytes().all(|b| b.is_ascii_hexdigit());
    let wanted = || "write the 64 hex digits that an export or a message names as journal_head".to_owned();
    fits.then(|| word.to_ascii_lowercase()).ok_or_else(wanted)
}
