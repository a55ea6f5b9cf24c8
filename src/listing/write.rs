//! A listing as text: table, JSON, JSON lines, CSV.

use std::io::{self, Write};

use serde::{Serialize, Serializer, ser::SerializeMap};

use super::{ErrorRow, Format, Listing};
use crate::{
    panes::{Align, Column, Row},
    problem::ProblemKind,
    text::{Catalogue, measure, problem},
    value::{Cx, Value, rfc3339},
};

/// What stands for an operation where log files could not be read.
const FILES: &str = "trail:ReadFiles";

/// Writes a listing in a format.
pub fn write(listing: &Listing, format: Format, cx: &Cx<'_>, out: &mut impl Write) -> io::Result<()> {
    match format {
        Format::Table => table(listing, cx, out),
        Format::Json => {
            serde_json::to_writer(&mut *out, &Document { listing, cx })?;
            out.write_all(b"\n")
        }
        Format::Ndjson => {
            for row in rows(listing) {
                serde_json::to_writer(&mut *out, &RowJson { listing, row, cx })?;
                out.write_all(b"\n")?;
            }
            Ok(())
        }
        Format::Csv => csv(listing, cx, out),
    }
}

fn rows(listing: &Listing) -> impl Iterator<Item = &dyn Row> {
    (0..listing.table.shown()).filter_map(|at| listing.table.at(at))
}

fn exported(listing: &Listing) -> impl Iterator<Item = (usize, &'static Column)> + '_ {
    listing.table.columns.iter().copied().enumerate().filter(|(_, c)| c.exported && c.key != "severity")
}

struct Document<'a> {
    listing: &'a Listing,
    cx: &'a Cx<'a>,
}

impl Serialize for Document<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { listing, cx } = self;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("pane", &listing.table.pane.spec().name.to_lowercase())?;
        map.serialize_entry("fetched_at", &rfc3339(listing.fetched_at))?;
        map.serialize_entry("complete", &listing.is_complete())?;
        map.serialize_entry("errors", &errors(listing, cx.words))?;
        map.serialize_entry("api_calls", &listing.calls)?;
        map.serialize_entry("elapsed_ms", &listing.elapsed_ms)?;
        map.serialize_entry("rows", &AllRows(self))?;
        map.end()
    }
}

struct AllRows<'a>(&'a Document<'a>);

impl Serialize for AllRows<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Document { listing, cx } = self.0;
        serializer.collect_seq(rows(listing).map(|row| RowJson { listing, row, cx }))
    }
}

struct RowJson<'a> {
    listing: &'a Listing,
    row: &'a dyn Row,
    cx: &'a Cx<'a>,
}

impl Serialize for RowJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { listing, row, cx } = self;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("scope", &listing.scopes.get(row.scope()))?;
        map.serialize_entry("severity", &row.severity(cx))?;
        map.serialize_entry("attention", &row.attention(cx))?;
        for (at, column) in exported(listing) {
            map.serialize_entry(column.key, &JsonValue(&row.cell(at, cx).value))?;
        }
        map.end()
    }
}

/// Text is by far the most common value; it is written without an intermediate tree.
struct JsonValue<'a>(&'a Value);

impl Serialize for JsonValue<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Text(text) => serializer.serialize_str(text),
            Value::Word(word) => serializer.serialize_str(word),
            Value::List(items) => items.serialize(serializer),
            Value::Data(data, _) => data.serialize(serializer),
            other => other.json().serialize(serializer),
        }
    }
}

fn errors<'a>(listing: &'a Listing, words: &Catalogue) -> Vec<ErrorRow<'a>> {
    let asked = listing.problems.iter().filter_map(|(scope, p)| {
        Some(ErrorRow {
            scope: Some(listing.scopes.get(*scope)?),
            operation: &p.operation,
            kind: p.kind,
            message: (&p.message).into(),
            remedy: problem::remedy(words, &p.remedy),
        })
    });
    let unread = listing.unread.iter().map(|sentence| ErrorRow {
        scope: None,
        operation: FILES,
        kind: ProblemKind::Other,
        message: sentence.text(words).into(),
        remedy: String::new(),
    });
    asked.chain(unread).collect()
}

fn csv(listing: &Listing, cx: &Cx<'_>, out: &mut impl Write) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    let head = ["profile", "account", "region", "severity", "attention"];
    writer.write_record(head.into_iter().chain(exported(listing).map(|(_, c)| c.key))).map_err(of_csv)?;
    for row in rows(listing) {
        let scope = listing.scopes.get(row.scope());
        let mut record = vec![
            scope.map(|s| s.profile.clone()).unwrap_or_default(),
            scope.and_then(|s| s.account.clone()).unwrap_or_default(),
            scope.map(|s| s.region.clone()).unwrap_or_default(),
            row.severity(cx).word().to_owned(),
            row.attention(cx).join("; "),
        ];
        record.extend(exported(listing).map(|(at, _)| match row.cell(at, cx).value {
            Value::Unknown => String::new(),
            Value::Text(text) => text,
            Value::List(items) => items.join(" "),
            Value::Data(data, _) => data.to_string(),
            other => other.json().to_string().trim_matches('"').to_owned(),
        }));
        writer.write_record(record).map_err(of_csv)?;
    }
    writer.flush()
}

/// The failure itself: as it comes out of `csv` it is of no kind, and a closed pipe could not be told from a full disk.
fn of_csv(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

/// Columns as wide as their widest value, up to this many cells.
const WIDEST: usize = 60;

fn table(listing: &Listing, cx: &Cx<'_>, out: &mut impl Write) -> io::Result<()> {
    let shown: Vec<(usize, &Column)> =
        listing.table.columns.iter().copied().enumerate().filter(|(_, c)| c.width.is_some()).collect();
    let titles = shown.iter().map(|(_, c)| cx.words.get(&format!("column.{}", c.key)).to_owned());
    let mut lines: Vec<Vec<String>> = vec![titles.collect()];
    for row in rows(listing) {
        lines.push(
            shown
                .iter()
                .map(|(at, _)| {
                    let cell = row.cell(*at, cx);
                    measure::cut(&cell.value.show(cx), WIDEST).into_owned()
                })
                .collect(),
        );
    }
    let mut widths = vec![0; shown.len()];
    for line in &lines {
        for (width, text) in widths.iter_mut().zip(line) {
            *width = measure::width(text).max(*width);
        }
    }
    for line in lines {
        let mut text = String::new();
        for ((cell, width), (_, column)) in line.iter().zip(&widths).zip(&shown) {
            let padded = match column.align {
                Align::Left => measure::pad(cell, *width),
                Align::Right => measure::pad_start(cell, *width),
            };
            text.push_str(&padded);
            text.push_str("  ");
        }
        writeln!(out, "{}", text.trim_end())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use jiff::{Timestamp, tz::TimeZone};

    use super::*;
    use crate::{
        app::table::Table,
        config::Thresholds,
        panes::PaneId,
        rows::alarm::Alarm,
        scope::{Scope, Scopes},
        text::Lang,
    };

    /// A reader that has seen enough: `| head`.
    struct Closed;

    impl Write for Closed {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
    }

    #[test]
    fn a_closed_pipe_is_told_as_one_in_every_format() {
        let (words, thresholds) = (Catalogue::load(Lang::En), Thresholds::default());
        let scopes = Scopes::new(vec![Scope::new("prod", "eu-west-1")]);
        let now = Timestamp::UNIX_EPOCH;
        let cx = Cx { now, zone: &TimeZone::UTC, words: &words, thresholds: &thresholds, scopes: &scopes };
        let mut table = Table::new(PaneId::Alarms);
        // More than any buffer on the way holds.
        let rows = (0..2_000).map(|n| Alarm { name: format!("alarm {n}"), ..Alarm::default() });
        table.upsert(1, rows.map(crate::panes::boxed).collect());
        table.settle(&cx, usize::MAX);
        let listing = Listing {
            table,
            scopes: scopes.clone(),
            problems: Vec::new(),
            unread: Vec::new(),
            failed: Vec::new(),
            unexpanded: false,
            calls: 1,
            fetched_at: now,
            elapsed_ms: 1,
        };
        for format in [Format::Table, Format::Json, Format::Ndjson, Format::Csv] {
            let error = write(&listing, format, &cx, &mut Closed).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::BrokenPipe, "{format:?}: {error}");
        }
    }
}
