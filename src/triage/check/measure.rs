//! Metrics as the checks ask for them: few, because each costs money, and never taken for fine when they have no points.

use jiff::{SignedDuration, Timestamp};

use super::{Finding, Given, Outcome, Side, Wanted, unread};
use crate::{
    resource::ResourceRef,
    rows::metric::{MetricStat, Series, SeriesQuery},
    text::sentence::Sentence,
    triage::cause::Effect,
};

/// Metrics of one triage. The alarm's own may be another.
pub(super) const MOST: usize = 11;
/// How much a kind of effect must explain of a symptom for a metric to be worth its price.
const PLAUSIBLE: f64 = 0.3;
/// How long before a case's time something must have been for it to have to do with it.
const RECENT: SignedDuration = SignedDuration::from_mins(15);

/// How many more metrics may be asked for.
pub(super) fn room(given: &Given<'_>) -> usize {
    MOST.saturating_sub(given.facts.metrics())
}

/// Whether one of these would explain the symptom.
pub(super) fn plausible(given: &Given<'_>, effects: &[Effect]) -> bool {
    effects.iter().any(|effect| given.case.symptom.weight(*effect) >= PLAUSIBLE)
}

/// A metric of one thing.
pub(super) fn metric(
    (namespace, name): (&str, &str),
    (dimension, value): (&str, &str),
    (stat, period): (&str, u32),
) -> SeriesQuery {
    SeriesQuery::Stat(MetricStat {
        namespace: namespace.to_owned(),
        name: name.to_owned(),
        dimensions: vec![(dimension.to_owned(), value.to_owned())],
        stat: stat.to_owned(),
        period,
        ..MetricStat::default()
    })
}

/// A metric that a check asks for, and about what.
pub(super) struct Gauge<'a> {
    /// The check.
    pub(super) id: &'static str,
    /// Whose matter a failure is.
    pub(super) side: Side,
    /// Whose metric.
    pub(super) about: &'a ResourceRef,
    /// Which.
    pub(super) query: SeriesQuery,
}

impl Gauge<'_> {
    /// As a wish.
    pub(super) fn wanted(&self) -> Wanted {
        Wanted::Series(self.query.clone())
    }

    /// A finding about its thing.
    pub(super) fn finding(&self, outcome: Outcome, evidence: Sentence) -> Finding {
        Finding::new(self.id, outcome, self.side, self.about, evidence)
    }

    /// What came of it; nothing while it is still to come. Why there is none is a finding already.
    pub(super) fn read<'f>(&self, given: &Given<'f>) -> Option<Result<&'f Series, Finding>> {
        match given.facts.series(&self.query) {
            Some(Ok(series)) => Some(Ok(series)),
            Some(Err(problem)) => Some(Err(self.finding(Outcome::Unknown, unread(problem)))),
            None if room(given) == 0 && !given.facts.has_series(&self.query) => {
                let evidence = Sentence::new("check.too_many").with("metric", self.name()).with("n", MOST);
                Some(Err(self.finding(Outcome::Unknown, evidence)))
            }
            None => None,
        }
    }

    /// The value at the case's time; no points are not known. `judge` has the value and says what it means.
    pub(super) fn last(
        &self,
        given: &Given<'_>,
        judge: impl FnOnce(f64) -> (Outcome, Sentence),
    ) -> Option<Finding> {
        let series = match self.read(given)? {
            Ok(series) => series,
            Err(finding) => return Some(finding),
        };
        let Some((at, value)) = last(series) else {
            let evidence =
                Sentence::new("check.no_points").with("metric", self.name()).with("id", label(self.about));
            return Some(self.finding(Outcome::Unknown, evidence));
        };
        let (outcome, evidence) = judge(value);
        Some(self.finding(outcome, evidence).since(Some(at)))
    }

    /// How many were counted in the quarter of an hour before the case's time, and what that means when it is not none.
    /// A metric that is sent only when there is something to count has no points when there was nothing.
    pub(super) fn counted(&self, given: &Given<'_>) -> Option<Finding> {
        let series = match self.read(given)? {
            Ok(series) => series,
            Err(finding) => return Some(finding),
        };
        let from = given.case.at.saturating_sub(RECENT).unwrap_or(Timestamp::MIN);
        let span = SignedDuration::from_secs(i64::from(series.period));
        let late = |(at, value): &&(Timestamp, f64)| {
            *value > 0.0 && at.saturating_add(span).is_ok_and(|end| end > from)
        };
        let counted: Vec<&(Timestamp, f64)> = series.points.iter().filter(late).collect();
        let sum: f64 = counted.iter().map(|(_, value)| value).sum();
        let (outcome, key) =
            if sum > 0.0 { (Outcome::Fail, "check.counted") } else { (Outcome::Pass, "check.none_counted") };
        let evidence = Sentence::new(key).with("id", label(self.about)).with("metric", self.name());
        let evidence = if sum > 0.0 { evidence.with("n", number(sum)) } else { evidence };
        Some(self.finding(outcome, evidence).since(counted.first().map(|(at, _)| *at)))
    }

    /// What people call its metric.
    pub(super) fn name(&self) -> String {
        match &self.query {
            SeriesQuery::Stat(stat) => format!("{} {}", stat.namespace, stat.name),
            SeriesQuery::Math { expressions, .. } => {
                expressions.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>().join(", ")
            }
        }
    }
}

/// What people call it.
fn label(resource: &ResourceRef) -> &str {
    crate::triage::kinds::label(resource)
}

/// The newest point.
pub(super) fn last(series: &Series) -> Option<(Timestamp, f64)> {
    series.points.iter().rev().find(|(_, value)| value.is_finite()).copied()
}

/// A number as people write it: `12`, `0.4`.
pub(super) fn number(value: f64) -> String {
    if value.abs() >= 10.0 || value.fract() == 0.0 { format!("{value:.0}") } else { format!("{value:.1}") }
}
