//! An incident's page: where it stands, the checklist beside what its steps look at, what happened, what was kept.

mod told;

use jiff::Timestamp;

use super::{found, now, reference, state, steps};
use crate::{
    incident::{
        Entry, Incident,
        due::Due,
        event::{Gate, Outcome, Role as Part},
        fold::Said,
    },
    panes::detail::{Block, Detail, Line, Need, PageCx, Span, Target},
    resource::{ALARM, ResourceRef},
    text::age,
    value::{Cx, Role},
};

/// Lines of the timeline that stand on the page; the newest.
const LINES: usize = 40;

/// The page of an incident.
pub fn detail(incident: &Incident, page: &PageCx<'_>) -> Detail {
    let cx = &page.cx;
    let (word, role) = state(incident, cx);
    let mut head = vec![Span::new(word, role)];
    head.extend(incident.level.as_ref().map(|level| Span::new(level.what.word(), Role::Title)));
    head.extend(
        incident
            .verdict
            .as_ref()
            .map(|verdict| Span::new(cx.words.get(verdict.what.side.wording()).to_owned(), Role::Plain)),
    );
    head.extend(running(incident, cx).map(|time| Span::new(time, Role::Plain)));
    let mut blocks = Vec::new();
    blocks.extend(
        page.known.incidents_trouble().map(|why| Block::Note(Span::new(why.text(cx.words), Role::Bad))),
    );
    blocks.push(Block::Note(Span::new(standing(incident, page), Role::Dim)));
    blocks.extend(overdue(incident, page));
    let beside = vec![now::this(incident, page), found::suspects(incident, page), checks(incident, cx)];
    blocks.push(Block::Columns(vec![(5, steps::list(incident, page)), (6, Block::Stack(beside))]));
    blocks.push(Block::Columns(vec![(5, about(incident, page)), (6, found::before(incident, page))]));
    blocks.push(timeline(incident, cx));
    blocks.push(kept(incident, cx));
    Detail { title: format!("{} {}", incident.id(), incident.title), state: head, blocks }
}

/// An entry of the journal in words.
pub fn told(entry: &Entry, cx: &Cx<'_>) -> String {
    told::text(entry, cx).0
}

/// What it still has to be told: what explains the alarms that it is about.
pub fn needs(incident: &Incident, page: &PageCx<'_>) -> Vec<Need> {
    if incident.is_closed() {
        return Vec::new();
    }
    alarms_of(incident, page).into_iter().map(|alarm| Need::Explanation(alarm.scope, alarm.id)).collect()
}

/// The alarms that it is about, as far as they are in this run's scopes.
pub(super) fn alarms_of(incident: &Incident, page: &PageCx<'_>) -> Vec<ResourceRef> {
    let refs = incident.subjects.iter().filter_map(|subject| reference(subject, page.cx.scopes));
    refs.filter(|resource| resource.kind == ALARM).collect()
}

/// The draft of the review.
pub fn review(incident: &Incident, page: &PageCx<'_>) -> Detail {
    let text = page.known.review(incident, page.cx.now);
    let role = |line: &str| if line.starts_with('#') { Role::Title } else { Role::Plain };
    let line = |line: &str| Line { spans: vec![Span::new(line.to_owned(), role(line))], ..Line::default() };
    let lines = text.lines().filter(|line| !line.trim().is_empty()).map(line).collect();
    let title = format!("{} {}", incident.id(), incident.title);
    let copy = Span::new(page.cx.words.get("incident.copy_review"), Role::Dim);
    Detail {
        title,
        state: vec![copy],
        blocks: vec![Block::Lines { title: "section.review", lines, empty: None }],
    }
}

/// What is overdue, a line each.
fn overdue(incident: &Incident, page: &PageCx<'_>) -> Option<Block> {
    let cx = &page.cx;
    let line = |due: &Due| {
        let to = due.to.join(", ");
        let age = age::since(due.at, cx.now);
        cx.words.fill(due.what.wording(), &[("to", &to), ("age", &age)])
    };
    let lines: Vec<String> = page.known.overdue(incident, cx.now).iter().map(line).collect();
    (!lines.is_empty()).then(|| Block::Note(Span::new(format!("! {}", lines.join(" · ")), Role::Bad)))
}

/// `00:14:07` since it was opened, or how long it took.
pub fn running(incident: &Incident, cx: &Cx<'_>) -> Option<String> {
    let (from, _) = incident.opened.as_ref()?;
    let until = incident.closed_at.unwrap_or(cx.now);
    let secs = until.duration_since(*from).as_secs().max(0);
    Some(format!("{:02}:{:02}:{:02}", secs / 3600, secs / 60 % 60, secs % 60))
}

/// `commander ines · acknowledged 1m · gate: yes 6m · escalated to l2, acknowledged 8m`.
fn standing(incident: &Incident, page: &PageCx<'_>) -> String {
    let (cx, words) = (&page.cx, page.cx.words);
    if let (Some((cause, summary)), true) = (&incident.cause, incident.is_closed()) {
        let by =
            incident.roles.get(&Part::Commander).map(|who| words.fill("incident.commander", &[("who", who)]));
        let was = [words.get(cause.wording()).to_owned(), summary.clone()];
        return by
            .into_iter()
            .chain(was.into_iter().filter(|text| !text.is_empty()))
            .collect::<Vec<_>>()
            .join(" · ");
    }
    let ago = |at: Timestamp| age::since(at, cx.now);
    let mut parts = Vec::new();
    match incident.roles.get(&Part::Commander) {
        Some(who) => parts.push(words.fill("incident.commander", &[("who", who)])),
        None => parts.push(words.get("incident.no_commander").to_owned()),
    }
    parts.push(match &incident.acknowledged {
        Some((at, who)) => words.fill("incident.acknowledged", &[("who", who), ("age", &ago(*at))]),
        None => words.get("incident.not_acknowledged").to_owned(),
    });
    parts.push(match &incident.gate {
        Some(gate) => {
            let answer = words.get(gate.what.answer.wording()).to_owned();
            let again = gate.what.again.filter(|_| gate.what.answer == Gate::Watch);
            let again =
                again.map(|at| words.fill("incident.again", &[("time", &age::clock(at, cx.now, cx.zone))]));
            let text = words.fill("incident.gate_is", &[("answer", &answer), ("age", &ago(gate.at))]);
            text + &again.unwrap_or_default()
        }
        None => words.get("incident.no_gate").to_owned(),
    });
    if let Some(last) = incident.escalations.last() {
        let to = &last.message.what.to;
        parts.push(match &last.acknowledged {
            Some((at, who)) => {
                words.fill("incident.taken_on", &[("to", to), ("who", who), ("age", &ago(*at))])
            }
            None if last.message.what.sent => {
                words.fill("incident.waits_for", &[("to", to), ("age", &ago(last.message.at))])
            }
            None => words.fill("incident.not_sent", &[("to", to), ("why", &last.message.what.answer)]),
        });
    }
    // On a narrow screen what changed stands further down.
    parts.extend(found::likely(incident, page));
    if let Some(to) = &incident.handing {
        parts.push(words.fill("incident.handing_to", &[("to", &to.what)]));
    }
    parts.join(" · ")
}

/// What checks came to: failures, then what is not known, then what is fine by name alone.
fn checks(incident: &Incident, cx: &Cx<'_>) -> Block {
    let mut all: Vec<&Said<crate::incident::event::Check>> = incident.checks.values().collect();
    let rank = |outcome: Outcome| match outcome {
        Outcome::Fail => 0,
        Outcome::Unknown => 1,
        Outcome::Pass => 2,
    };
    all.sort_by_key(|check| (rank(check.what.outcome), check.seq));
    let passed: Vec<&str> =
        all.iter().filter(|c| c.what.outcome == Outcome::Pass).map(|c| c.what.id.as_str()).collect();
    let telling = all.into_iter().filter(|check| check.what.outcome != Outcome::Pass);
    let mut lines: Vec<Line> = telling
        .map(|check| {
            let failed = check.what.outcome == Outcome::Fail;
            let (glyph, role) = if failed { ("✗", Role::Bad) } else { ("?", Role::Unknown) };
            let when = age::since(check.what.observed_at, cx.now);
            let spans = vec![
                Span::new(glyph, role),
                Span::new(format!(" {}", check.what.evidence), if failed { Role::Plain } else { Role::Dim }),
                Span::new(format!(" · {when}"), Role::Dim),
            ];
            Line { spans, ..Line::default() }
        })
        .collect();
    if !passed.is_empty() {
        let spans = vec![Span::new("✓", Role::Good), Span::new(format!(" {}", passed.join(" ")), Role::Dim)];
        lines.push(Line { spans, ..Line::default() });
    }
    Block::Lines { title: "section.findings", lines, empty: Some("absent.checks_unread") }
}

/// What it is about, and what was reported.
fn about(incident: &Incident, page: &PageCx<'_>) -> Block {
    let cx = &page.cx;
    let mut lines: Vec<Line> = incident
        .subjects
        .iter()
        .map(|subject| Line {
            depth: 0,
            spans: vec![
                Span::new(subject.label().to_owned(), Role::Name),
                Span::new(
                    format!("  {}", subject.kind.trim_start_matches("AWS::").replace("::", " ")),
                    Role::Dim,
                ),
            ],
            target: reference(subject, page.cx.scopes).map(Target::Resource),
        })
        .collect();
    for report in &incident.reports {
        let who = if report.what.who.is_empty() { &report.by } else { &report.what.who };
        let rest = [&report.what.since, &report.what.url, &report.what.how_many, &report.what.from];
        let rest: Vec<&str> = rest.into_iter().map(String::as_str).filter(|text| !text.is_empty()).collect();
        let spans = vec![
            Span::new(format!("“{}”", report.what.what), Role::Plain),
            Span::new(format!("  {who} · {}", rest.join(" · ")), Role::Dim),
        ];
        lines.push(Line { spans, ..Line::default() });
    }
    if let Some(verdict) = &incident.verdict {
        let side = cx.words.get(verdict.what.side.wording()).to_owned();
        let area =
            if verdict.what.area.is_empty() { String::new() } else { format!(" · {}", verdict.what.area) };
        let spans = vec![
            Span::new(format!("{side}{area}"), Role::Title),
            Span::new(format!("  {}", verdict.what.reasons.join("; ")), Role::Dim),
        ];
        lines.push(Line { spans, ..Line::default() });
    }
    lines.extend(found::times(incident, page));
    Block::Lines { title: "section.about", lines, empty: None }
}

/// What happened, the newest first; the checks that the console ran by itself are counted.
fn timeline(incident: &Incident, cx: &Cx<'_>) -> Block {
    let mut lines: Vec<Line> = told::lines(incident, cx);
    lines.truncate(LINES);
    Block::Lines { title: "section.timeline", lines, empty: None }
}

/// What was kept.
fn kept(incident: &Incident, cx: &Cx<'_>) -> Block {
    let line = |kept: &Said<crate::incident::event::Evidence>| {
        let at = age::clock(kept.what.observed_at, cx.now, cx.zone);
        let spans = vec![
            Span::new(format!("{at} "), Role::Dim),
            Span::new(format!(" {}", kept.what.title), Role::Plain),
            Span::new(format!("  {} · {} · {}", kept.what.source, kept.what.operation, kept.by), Role::Dim),
        ];
        Line { spans, ..Line::default() }
    };
    let lines = incident.evidence.iter().rev().map(line).collect();
    Block::Lines { title: "section.evidence", lines, empty: Some("absent.evidence") }
}
