//! Round numbers for axes: values and times.

use jiff::{Timestamp, tz::TimeZone};

use super::{
    Axis,
    canvas::{self, index},
};
use crate::text::measure;

/// The value axis.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::view) struct Scale {
    /// Value at the lower edge.
    pub min: f64,
    /// Value at the upper edge.
    pub max: f64,
    /// Between labels.
    pub step: f64,
}

/// A round number at or above `x`: 1, 2 or 5 times a power of ten.
fn round_up(x: f64) -> f64 {
    let power = 10f64.powf(x.log10().floor());
    let factor = [1.0, 2.0, 5.0, 10.0].into_iter().find(|f| f * power >= x * (1.0 - 1e-9));
    factor.unwrap_or(10.0) * power
}

impl Scale {
    /// An axis that holds all values and the threshold, with labels about every second row. It begins at zero unless
    /// everything lies far above, where zero would flatten what matters.
    #[expect(clippy::cast_precision_loss, reason = "rows of a terminal")]
    pub(in crate::view) fn of(
        values: impl Iterator<Item = f64>,
        threshold: Option<f64>,
        rows: usize,
    ) -> Self {
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for value in values.chain(threshold).filter(|v| v.is_finite()) {
            (low, high) = (low.min(value), high.max(value));
        }
        if low > high {
            return Self { min: 0.0, max: 1.0, step: 1.0 };
        }
        if low >= 0.0 && low <= high * 0.7 {
            low = 0.0;
        }
        if high <= 0.0 && high >= low * 0.7 {
            high = 0.0;
        }
        let mut span = high - low;
        // One flat value, or values that differ by less than a float can divide.
        if span <= high.abs().max(low.abs()) * 1e-9 {
            span = if high == 0.0 { 1.0 } else { high.abs() * 0.2 };
            (low, high) = if high == 0.0 { (0.0, 1.0) } else { (low - span / 2.0, high + span / 2.0) };
        }
        let step = round_up(span / (rows as f64 / 2.0).clamp(1.0, 5.0));
        let scale =
            Self { min: (low / step + 1e-9).floor() * step, max: (high / step - 1e-9).ceil() * step, step };
        let sound = scale.min.is_finite() && scale.max.is_finite() && scale.max > scale.min;
        if sound { scale } else { Self { min: low, max: high, step: span } }
    }

    /// Where a value lies: 0 at the lower edge, 1 at the upper.
    pub(in crate::view) fn share(self, value: f64) -> f64 {
        ((value - self.min) / (self.max - self.min)).clamp(0.0, 1.0)
    }

    /// The cell row of a value, from above.
    fn row(self, value: f64, rows: usize) -> usize {
        index(1.0 - self.share(value), rows * 4) / 4
    }

    /// The label of each row, and whether it is the threshold's. The threshold's row always has one; round numbers give
    /// way to it.
    pub(in crate::view) fn labels(self, rows: usize, threshold: Option<f64>) -> Vec<Option<(String, bool)>> {
        let mut labels: Vec<Option<(String, bool)>> = vec![None; rows];
        for n in 0..=rows.saturating_mul(2).min(64) {
            #[expect(clippy::cast_precision_loss, reason = "at most 64")]
            let value = self.min + self.step * n as f64;
            if value > self.max + self.step * 1e-6 {
                break;
            }
            if let Some(slot) = labels.get_mut(self.row(value, rows)) {
                *slot = Some((short_number(value), false));
            }
        }
        if let Some(value) = threshold.filter(|v| v.is_finite())
            && let Some(slot) = labels.get_mut(self.row(value, rows))
        {
            *slot = Some((short_number(value), true));
        }
        labels
    }
}

/// `0`, `0.05`, `12`, `1.2k`, `3.4M`: three figures at most, and a letter.
pub(in crate::view) fn short_number(n: f64) -> String {
    const UNITS: [(f64, &str); 4] = [(1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")];
    if !n.is_finite() {
        return "–".to_owned();
    }
    let size = n.abs();
    if size >= 1e15 {
        return format!("{n:.1e}");
    }
    // 999.96 reads 1k, not 1000.
    let unit = UNITS.iter().find(|(at, _)| size >= at * 0.999_5);
    let (value, letter) = unit.map_or((n, ""), |(at, letter)| (n / at, *letter));
    let size = value.abs();
    let digits = match size {
        0.0..0.000_1 => 0,
        0.000_1..0.01 => 4,
        0.01..1.0 => 2,
        1.0..100.0 => 1,
        _ => 0,
    };
    let text = format!("{value:.digits$}");
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    let text = if text == "-0" { "0" } else { text };
    format!("{text}{letter}")
}

/// Minutes between times that people read well.
const STEPS: [i64; 14] = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1_440, 2_880, 10_080];

/// Round times in the operator's zone: the cell at which each label starts, and the label. Never overlapping, never
/// beyond the edges.
pub(in crate::view) fn time_labels(axis: Axis, cells: usize, zone: &TimeZone) -> Vec<(usize, String)> {
    let span = (axis.end.as_second() - axis.start.as_second()).max(1);
    let form = if span > 36 * 3_600 { "%m-%d %H:%M" } else { "%H:%M" };
    let label_cells = if span > 36 * 3_600 { 11 } else { 5 };
    let room = i64::try_from((cells / (label_cells + 7)).max(1)).unwrap_or(1);
    let step = STEPS.iter().map(|m| m * 60).find(|s| span / s <= room).unwrap_or(span);
    // Round in the operator's zone: its offset at the end of the axis is near enough for a label's place.
    let offset = i64::from(zone.to_offset(axis.end).seconds());
    let first = (axis.start.as_second() + offset).div_euclid(step) * step - offset;
    let mut labels: Vec<(usize, String)> = Vec::new();
    let mut free = 0;
    for n in 0..=room + 2 {
        let second = first + n * step;
        let Ok(at) = Timestamp::from_second(second) else { break };
        let share = axis.share(at);
        if !(0.0..=1.0).contains(&share) {
            continue;
        }
        let label = at.to_zoned(zone.clone()).strftime(form).to_string();
        let wide = measure::width(&label);
        let from = canvas::index(share, cells).saturating_sub(wide / 2);
        if from >= free && from + wide <= cells {
            free = from + wide + 2;
            labels.push((from, label));
        }
    }
    labels
}
