//! Line graphs in braille: two points of time and four of value in a cell.
//!
//! Pure: a series in, lines of text in roles out. Gaps in the data are gaps in the line; a threshold is a dashed line
//! with its value at the axis; state changes are marked. It must never invent a value between two datapoints that are
//! further apart than their period allows.

pub(super) mod canvas;
pub(super) mod scale;

use jiff::{Timestamp, tz::TimeZone};

use self::{
    canvas::Canvas,
    scale::{Scale, short_number, time_labels},
};
use super::lines::Strip;
use crate::{
    panes::detail::{Graph, Span},
    rows::metric::Series,
    text::{Catalogue, measure},
    value::Role,
};

/// From when to when a graph reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Axis {
    /// The left edge.
    pub start: Timestamp,
    /// The right edge.
    pub end: Timestamp,
}

impl Axis {
    fn seconds(self) -> f64 {
        seconds(self.end) - seconds(self.start)
    }

    /// Where a moment lies: 0 at the left edge, 1 at the right.
    fn share(self, at: Timestamp) -> f64 {
        (seconds(at) - seconds(self.start)) / self.seconds().max(1.0)
    }
}

#[expect(clippy::cast_precision_loss, reason = "seconds since 1970 are far below 2^52")]
fn seconds(at: Timestamp) -> f64 {
    at.as_second() as f64
}

/// What there is to draw.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Data<'a> {
    /// The series, and the edges of its anomaly band as far as they have been read.
    Points(&'a Series, Vec<&'a Series>),
    /// Why there is none, in words.
    Missing(Span),
}

/// Draws one graph in `width` × `height` cells: title and latest value, the plot, the times.
pub(super) fn graph(
    spec: &Graph,
    data: &Data<'_>,
    axis: Axis,
    (width, height): (usize, usize),
    zone: &TimeZone,
    words: &Catalogue,
) -> Vec<Strip> {
    let plot_rows = height.saturating_sub(2).max(1);
    let (series, band) = match data {
        Data::Points(series, band) if series.points.iter().any(|(_, v)| v.is_finite()) => (*series, band),
        _ => return without_data(spec, data, (width, plot_rows), words),
    };
    let values = band.iter().copied().chain([series]).flat_map(|s| s.points.iter().map(|(_, v)| *v));
    let scale = Scale::of(values, spec.threshold, plot_rows);
    let labels = scale.labels(plot_rows, spec.threshold);
    let label_cells = labels.iter().flatten().map(|(l, _)| measure::width(l)).max().unwrap_or(1);
    let plot_cells = width.saturating_sub(label_cells + 2).max(1);
    let plotted = |series: &[&Series], wanted: &dyn Fn(Timestamp, f64) -> bool| {
        let mut canvas = Canvas::new(plot_cells, plot_rows);
        for series in series {
            plot(&mut canvas, series, axis, scale, wanted);
        }
        canvas.rows()
    };
    let all = |_, _| true;
    let (dots, edges) = (plotted(&[series], &all), plotted(band, &all));
    let beyond = plotted(&[series], &|at, value| breaches(spec, band, at, value));

    let mut out = vec![title_line(spec, Some(series), width, words)];
    let marks: Vec<usize> = spec.marks.iter().filter_map(|at| column(axis.share(*at), plot_cells)).collect();
    let word = words.get("graph.threshold");
    for (row, label) in labels.iter().enumerate() {
        let threshold = label.as_ref().is_some_and(|(_, t)| *t);
        let (text, tick) = match label {
            Some((text, true)) => (text.as_str(), "┼"),
            Some((text, false)) => (text.as_str(), "┤"),
            None => ("", "│"),
        };
        let mut spans = vec![
            Span::new(
                format!("{}{text}", " ".repeat(label_cells.saturating_sub(measure::width(text)))),
                if threshold { Role::Warn } else { Role::Dim },
            ),
            Span::new(format!(" {tick}"), Role::Dim),
        ];
        let line = |rows: &[String]| rows.get(row).map(|r| r.chars().collect()).unwrap_or_default();
        let layers = Layers { dots: line(&dots), bad: line(&beyond), edges: line(&edges) };
        spans.extend(plot_row(&layers, threshold.then_some(word), &marks));
        out.push(Strip::plain(spans));
    }
    out.push(time_line(axis, label_cells + 2, plot_cells, zone));
    out
}

/// Whether a point is what the alarm fires on.
fn breaches(spec: &Graph, band: &[&Series], at: Timestamp, value: f64) -> bool {
    let Some(breach) = spec.breach else { return false };
    let edge = |series: &&Series| {
        let found = series.points.binary_search_by_key(&at, |(at, _)| *at).ok()?;
        series.points.get(found).map(|(_, value)| *value)
    };
    let lines: Vec<f64> = band.iter().filter_map(edge).chain(spec.threshold).collect();
    if lines.is_empty() || lines.len() < band.len() {
        return false;
    }
    let lower = lines.iter().copied().fold(f64::INFINITY, f64::min);
    let upper = lines.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    breach.holds(value, lower, upper)
}

/// What is drawn over one another in a row of the plot, a character a cell.
struct Layers {
    /// The series.
    dots: Vec<char>,
    /// The part of it that is beyond the threshold.
    bad: Vec<char>,
    /// The edges of the band.
    edges: Vec<char>,
}

/// A line of the plot as spans: dots, and where there are none the band, the threshold or a mark.
fn plot_row(layers: &Layers, threshold: Option<&str>, marks: &[usize]) -> Vec<Span> {
    let cells = &layers.dots;
    let dots_at = |layer: &[char], at: usize| layer.get(at).copied().filter(|c| *c != canvas::BLANK);
    let wide = threshold.map_or(0, |w| measure::width(w) + 2);
    // The word stands as far right as nothing is in its way.
    let free =
        |from: usize| cells.get(from..from + wide).is_some_and(|c| c.iter().all(|c| *c == canvas::BLANK));
    let spot = threshold.and_then(|_| (0..=cells.len().checked_sub(wide)?).rev().find(|from| free(*from)));
    let mut spans: Vec<Span> = Vec::new();
    let mut push = |text: &str, role: Role| match spans.last_mut() {
        Some(last) if last.role == role => last.text.push_str(text),
        _ => spans.push(Span::new(text, role)),
    };
    let mut at = 0;
    while let Some(cell) = cells.get(at) {
        if spot == Some(at) {
            let word = threshold.unwrap_or_default();
            push(&format!(" {word} "), Role::Warn);
            at += wide;
            continue;
        }
        match cell {
            _ if *cell != canvas::BLANK => {
                let role = if dots_at(&layers.bad, at).is_some() { Role::Bad } else { Role::Plain };
                push(cell.encode_utf8(&mut [0; 4]), role);
            }
            _ if let Some(edge) = dots_at(&layers.edges, at) => {
                push(edge.encode_utf8(&mut [0; 4]), Role::Warn);
            }
            _ if marks.contains(&at) => push("┊", Role::Bad),
            _ if threshold.is_some() => push("╌", Role::Warn),
            _ => push(" ", Role::Plain),
        }
        at += 1;
    }
    spans
}

/// `5xx Sum` at the left, `latest 212` at the right.
fn title_line(spec: &Graph, series: Option<&Series>, width: usize, words: &Catalogue) -> Strip {
    let unit = spec.unit.as_deref().filter(|u| !matches!(*u, "None" | ""));
    let latest = series.and_then(|s| s.points.last()).map(|(_, value)| {
        let value = match unit {
            Some("Percent") => format!("{} %", short_number(*value)),
            Some(unit) => format!("{} {unit}", short_number(*value)),
            None => short_number(*value),
        };
        let partial = series.filter(|s| !s.complete).map(|_| words.get("graph.partial"));
        let text = words.fill("graph.latest", &[("value", &value)]);
        partial.map_or(text.clone(), |p| format!("{text} · {p}"))
    });
    let right = latest.unwrap_or_default();
    let room = width.saturating_sub(measure::width(&right) + 2);
    let title = measure::pad(&spec.title, room);
    Strip::plain(vec![Span::new(title, Role::Title), Span::new(format!("  {right}"), Role::Plain)])
}

fn without_data(
    spec: &Graph,
    data: &Data<'_>,
    (width, rows): (usize, usize),
    words: &Catalogue,
) -> Vec<Strip> {
    let said = match data {
        Data::Missing(said) => said.clone(),
        Data::Points(..) => Span::new(words.get("graph.empty"), Role::Unknown),
    };
    let mut out = vec![title_line(spec, None, width, words)];
    out.extend(
        super::lines::wrapped(&said.text, said.role, width.saturating_sub(2)).into_iter().take(rows).map(
            |mut l| {
                l.0.insert(0, super::lines::Run::blank(2));
                l
            },
        ),
    );
    out.resize(rows + 2, Strip::default());
    out
}

fn time_line(axis: Axis, indent: usize, cells: usize, zone: &TimeZone) -> Strip {
    let mut text = " ".repeat(indent);
    for (at, label) in time_labels(axis, cells, zone) {
        let here = measure::width(&text);
        let wanted = indent + at;
        text.push_str(&" ".repeat(wanted.saturating_sub(here)));
        text.push_str(&label);
    }
    Strip::text(text, Role::Dim)
}

/// The cell of a share of the axis, if it lies on it.
fn column(share: f64, cells: usize) -> Option<usize> {
    (0.0..=1.0).contains(&share).then(|| canvas::index(share, cells))
}

/// Draws the wanted points of a series: neighbours joined, a gap wherever one is missing.
fn plot(
    canvas: &mut Canvas,
    series: &Series,
    axis: Axis,
    scale: Scale,
    wanted: &dyn Fn(Timestamp, f64) -> bool,
) {
    let allowed = f64::from(series.period.max(1)) * 1.5;
    let mut before: Option<(Timestamp, (f64, f64))> = None;
    for (at, value) in &series.points {
        let share = axis.share(*at);
        if !value.is_finite() || !(0.0..=1.0).contains(&share) || !wanted(*at, *value) {
            before = None;
            continue;
        }
        let point = (share, scale.share(*value));
        match before {
            Some((last, from)) if seconds(*at) - seconds(last) <= allowed => canvas.line(from, point),
            _ => canvas.line(point, point),
        }
        before = Some((*at, point));
    }
}

/// A series in one line of `width` cells.
pub(super) fn spark(series: &Series, axis: Axis, width: usize) -> String {
    let mut canvas = Canvas::new(width, 1);
    let scale = Scale::of(series.points.iter().map(|(_, v)| *v), None, 1);
    plot(&mut canvas, series, axis, scale, &|_, _| true);
    canvas.rows().concat()
}

#[cfg(test)]
mod tests;
