//! What holds for all checks, and the bench on which each is tried.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use serde_json::Value as Json;

use super::*;
use crate::{
    problem::{ProblemKind, Remedy},
    rows::metric::Series,
    scope::ScopeId,
    text::{Catalogue, Lang},
    triage::{
        cause::{About, Symptom},
        kinds::{self, Place},
    },
};

const PLACE: Place<'static> =
    Place { scope: ScopeId(0), partition: "aws", region: "eu-west-1", account: "111122223333" };

/// A case with answers, at 2026-05-01 03:00 UTC.
#[derive(Debug, Default, Clone)]
pub(super) struct Bench {
    roots: Vec<ResourceRef>,
    pub(super) facts: Facts,
    pub(super) alarm: Option<Alarm>,
}

/// The case's time.
pub(super) const AT: &str = "2026-05-01T03:00:00Z";

impl Bench {
    /// One thing is unwell.
    pub(super) fn of(kind: &'static str, id: &str) -> Self {
        Self { roots: vec![kinds::refer(kind, id, &PLACE)], ..Self::default() }
    }

    /// AWS answers.
    pub(super) fn tell(&mut self, read: Read, of: &str, answer: Json) {
        if let Some(question) = self.facts.ask(&Question::one(read, of)) {
            self.facts.add(question, Ok(answer));
        }
    }

    /// AWS does not answer.
    pub(super) fn refuse(&mut self, read: Read, of: &str) {
        if let Some(question) = self.facts.ask(&Question::one(read, of)) {
            self.facts.add(question, Err(problem(read.action())));
        }
    }

    /// CloudWatch answers what a check asks: a value for each metric, or no points; a point a minute up to the time.
    pub(super) fn measure(&mut self, check: &dyn Check, value: impl Fn(&str) -> Option<f64>) {
        for query in self.asked(check) {
            let name = match &query {
                SeriesQuery::Stat(stat) => stat.name.clone(),
                SeriesQuery::Math { expressions, .. } => expressions.first().unwrap().1.clone(),
            };
            let at: Timestamp = AT.parse().unwrap();
            let time = |ago: i64| at - SignedDuration::from_mins(ago);
            let points = value(&name)
                .map_or_else(Vec::new, |value| (1..=5).rev().map(|ago| (time(ago), value)).collect());
            self.facts.ask_series(&query);
            self.facts.add_series(query, Ok(Series { points, period: 60, complete: true }));
        }
    }

    /// The metrics that a check asks for.
    pub(super) fn asked(&self, check: &dyn Check) -> Vec<SeriesQuery> {
        let series = |wanted| match wanted {
            Wanted::Series(query) => Some(query),
            Wanted::Read(_) => None,
        };
        self.with(|given| check.wants(given)).into_iter().filter_map(series).collect()
    }

    /// What a check makes of it.
    pub(super) fn found(&self, check: &dyn Check) -> Vec<Finding> {
        self.with(|given| check.judge(given))
    }

    /// The same in English: `fail i-1: stopped`.
    pub(super) fn said(&self, check: &dyn Check) -> Vec<String> {
        said(&self.found(check))
    }

    pub(super) fn with<T>(&self, act: impl FnOnce(&Given<'_>) -> T) -> T {
        let graph = Graph::of(&self.roots, &self.facts, &PLACE);
        let at: Timestamp = AT.parse().unwrap();
        let symptom = match &self.alarm {
            Some(alarm) => Symptom::of_alarms(std::iter::once(alarm)),
            None => Symptom::of("", "", "", ""),
        };
        let about = About { resources: self.roots.clone(), related: graph.related() };
        let case = Case { symptom, about, at, window: SignedDuration::from_hours(24), began: None };
        let (alarm, facts) = (self.alarm.as_ref(), &self.facts);
        act(&Given {
            case: &case,
            alarm,
            graph: &graph,
            facts,
            region: PLACE.region,
            now: at + SignedDuration::from_mins(2),
        })
    }
}

fn said(found: &[Finding]) -> Vec<String> {
    let words = Catalogue::load(Lang::En);
    found.iter().map(|one| format!("{} {}", one.outcome.word(), one.evidence.text(&words))).collect()
}

/// A call that failed.
pub(super) fn problem(operation: &str) -> Problem {
    Problem {
        operation: operation.to_owned(),
        kind: ProblemKind::Denied,
        message: "no".to_owned(),
        remedy: Remedy::Wait,
    }
}

fn finding(id: &'static str, outcome: Outcome, n: usize) -> Finding {
    let about = kinds::refer("AWS::EC2::Instance", format!("i-{n:08}"), &PLACE);
    let evidence = Sentence::new("check.status").with("id", &about.id).with("status", outcome.word());
    Finding::new(id, outcome, Side::Aws, &about, evidence)
}

#[test]
fn many_that_are_fine_are_one_line_and_failures_are_named() {
    let many = |outcome, n: usize| (0..n).map(move |n| finding("ec2.state", outcome, n)).collect::<Vec<_>>();
    assert_eq!(merge::merge(many(Outcome::Pass, 3)).len(), 3);
    let fine = merge::merge(many(Outcome::Pass, 12));
    assert_eq!(said(&fine), ["pass 12 looked at, all fine; i-00000000: pass"]);
    assert_eq!(merge::merge(many(Outcome::Fail, 6)).len(), 6);
    let failed = merge::merge(many(Outcome::Fail, 8));
    assert_eq!(failed.len(), 6);
    assert_eq!(said(&failed).last().unwrap(), "fail 3 more like these: i-00000005, i-00000006, i-00000007");
    // Each check and outcome by itself.
    let mut both = many(Outcome::Pass, 4);
    both.extend(many(Outcome::Fail, 2));
    both.push(finding("ec2.status.system", Outcome::Pass, 9));
    assert_eq!(merge::merge(both).len(), 4);
}

#[test]
fn an_empty_account_gives_nothing_but_what_is_not_known() {
    let bench = Bench::default();
    assert_eq!(bench.with(judge).iter().filter(|one| one.outcome != Outcome::Unknown).count(), 0);
    assert_eq!(bench.with(wants), []);
}

#[test]
fn what_is_refused_is_never_fine() {
    for kind in kinds::KINDS {
        let mut bench = Bench::of(kind.name, &format!("{}0123456789abcdef0", kind.prefix));
        // Round after round, as long as something is asked for.
        for _ in 0..5 {
            let (wanted, asked) = bench.with(|given| (wants(given), given.graph.questions()));
            let questions = asked.into_iter().chain(wanted.iter().filter_map(|wanted| match wanted {
                Wanted::Read(question) => Some(question.clone()),
                Wanted::Series(_) => None,
            }));
            for question in questions.collect::<Vec<_>>() {
                if let Some(question) = bench.facts.ask(&question) {
                    bench.facts.add(question.clone(), Err(problem(question.read.action())));
                }
            }
            for wanted in wanted {
                if let Wanted::Series(query) = wanted {
                    bench.facts.ask_series(&query);
                    bench.facts.add_series(query, Err(problem("cloudwatch:GetMetricData")));
                }
            }
        }
        let found = bench.with(judge);
        assert!(found.iter().all(|one| one.outcome == Outcome::Unknown), "{}: {:?}", kind.name, said(&found));
        assert!(bench.facts.metrics() <= measure::MOST, "{}", kind.name);
        for one in &found {
            assert!(CHECKS.iter().any(|check| check.id() == one.id), "{} says it is {}", kind.name, one.id);
        }
    }
}

#[test]
fn every_check_has_a_name_of_its_own() {
    let ids: BTreeSet<&str> = CHECKS.iter().map(|check| check.id()).collect();
    assert_eq!(ids.len(), CHECKS.len());
    for id in ids {
        let dotted = id.split('.').count() >= 2 && id.split('.').all(|part| !part.is_empty());
        let lower = id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b".-_".contains(&b));
        assert!(dotted && lower, "{id}");
    }
}
