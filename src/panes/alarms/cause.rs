//! What explains an alarm, as parts of its page: suspects, checks, whose matter it is, what is around, and a timeline.
//!
//! Everything here is said by `triage`; this only lays it out.

use jiff::Timestamp;

use crate::{
    panes::{
        PaneRow, alarms,
        detail::{Block, Line, PageCx, Span, Target},
        resource::lines,
    },
    resource::ResourceRef,
    rows::{
        alarm::{Alarm, AlarmState},
        metric::GRAPH_WINDOW,
    },
    text::{age, problem},
    triage::{
        cause::{FOUND, Suspect, groups},
        check::{Finding, Outcome},
        explanation::Explanation,
        kinds,
        responsibility::Verdict,
    },
    value::{Cx, Role},
};

/// Reasons that stand under the first suspect; `toban triage` gives all.
const REASONS: usize = 4;
/// Suspects that are told in full.
const IN_FULL: usize = 3;
/// Suspects that are shown at all.
const SHOWN: usize = 6;
/// Of one deed so many calls are named beside the first.
const INSIDE: usize = 4;
/// Checks that are shown; failures come first.
const CHECKS: usize = 14;
/// Things around that are shown.
const AROUND: usize = 40;
/// From this score on a suspect stands in the timeline.
const NOTED: f64 = 0.1;
/// Other alarms that stand in the timeline.
const OTHERS: usize = 8;

/// The suspects beside the checks and what is affected, with whose matter it is below. Where no change explains it and a
/// check says what is wrong, the checks stand first.
pub(super) fn blocks(alarm: &Alarm, affected: Block, page: &PageCx<'_>) -> Vec<Block> {
    let known = page.known.explanation(alarm.scope, &alarm.name);
    let running = page.known.is_explaining(alarm.scope, &alarm.name);
    if known.is_none() && !running {
        let failed = page.known.explanation_problem(alarm.scope, &alarm.name).map(|problem| {
            let words = page.cx.words;
            let (why, next) = (problem::headline(words, problem), problem::remedy(words, &problem.remedy));
            Block::Note(Span::new(
                words.fill("described.failed", &[("why", &why), ("next", &next)]),
                Role::Warn,
            ))
        });
        return failed.into_iter().chain([affected]).collect();
    }
    let suspects = Block::Lines {
        title: "section.suspects",
        lines: known.map(|known| suspects(known, &page.cx)).unwrap_or_default(),
        empty: Some("absent.suspects_unread"),
    };
    let checks = Block::Lines {
        title: "section.findings",
        lines: known.map(|known| checks(&known.findings, &page.cx)).unwrap_or_default(),
        empty: Some("absent.checks_unread"),
    };
    let columns = if known.is_some_and(is_told_by_checks) {
        vec![(5, checks), (5, suspects), (4, affected)]
    } else {
        vec![(6, suspects), (4, affected), (4, checks)]
    };
    let mut blocks = vec![Block::Columns(columns)];
    blocks.extend(known.filter(|known| known.done).map(|known| verdict(known, &page.cx)));
    blocks
}

/// Whether a check says more than any change does: it is over, nothing was changed that would explain it, something is
/// not as it should be.
fn is_told_by_checks(known: &Explanation) -> bool {
    known.done
        && !known.ranking.found
        && known.findings.iter().any(|finding| finding.outcome == Outcome::Fail)
}

/// What happened around it, and what is around it.
pub(super) fn more(alarm: &Alarm, page: &PageCx<'_>) -> Vec<Block> {
    let Some(known) = page.known.explanation(alarm.scope, &alarm.name) else { return Vec::new() };
    vec![
        Block::Lines { title: "section.timeline", lines: timeline(alarm, known, page), empty: None },
        Block::Lines { title: "section.around_it", lines: around(known, page), empty: None },
    ]
}

/// When suspects acted that a graph should mark.
pub(super) fn marks(alarm: &Alarm, page: &PageCx<'_>) -> Vec<Timestamp> {
    let known = page.known.explanation(alarm.scope, &alarm.name);
    let first = known.and_then(|known| known.ranking.suspects.first().filter(|_| known.ranking.found));
    first.map(|first| first.event.time).into_iter().collect()
}

fn suspects(known: &Explanation, cx: &Cx<'_>) -> Vec<Line> {
    let words = cx.words;
    let dim = |text: String| Line { spans: vec![Span::new(text, Role::Dim)], ..Line::default() };
    let back = known.read_back_to.map_or_else(|| "–".to_owned(), |at| age::clock(at, cx.now, cx.zone));
    let key = match (known.done, known.whole) {
        (false, _) => "triage.reading",
        (true, true) => "triage.read",
        (true, false) => "triage.read_part",
    };
    let window = age::short(known.case.window.as_secs());
    let mut list =
        vec![dim(words
            .fill(key, &[("n", &known.read), ("window", &window), ("calls", &known.calls), ("at", &back)]))];
    let warn = |text: String| Line { spans: vec![Span::new(text, Role::Warn)], ..Line::default() };
    let trail = known.problems.iter().find(|problem| problem.operation == "cloudtrail:LookupEvents");
    list.extend(trail.map(|problem| {
        let (why, next) = (problem::headline(words, problem), problem::remedy(words, &problem.remedy));
        warn(words.fill("described.failed", &[("why", &why), ("next", &next)]))
    }));
    if known.done && !known.ranking.found {
        let key = match (known.ranking.suspects.is_empty(), known.whole) {
            (true, true) => "triage.nothing",
            (true, false) => "triage.nothing_so_far",
            (false, _) => "triage.doubtful",
        };
        list.push(warn(words.get(key).to_owned()));
    }
    let all = groups(&known.ranking.suspects);
    for (at, group) in all.iter().take(SHOWN).enumerate() {
        let Some(suspect) = known.ranking.suspects.get(group.first) else { continue };
        list.extend(told(at, group.first, suspect, known, cx));
        for inside in
            group.inside.iter().take(INSIDE).filter_map(|inside| known.ranking.suspects.get(*inside))
        {
            list.push(Line {
                depth: 0,
                spans: vec![
                    Span::new(format!("   + {}", inside.event.name), Role::Plain),
                    Span::new(format!(" · {}", inside.event.summary.text(cx.words)), Role::Dim),
                ],
                target: Some(Target::Resource(PaneRow::subject(&inside.event))),
            });
        }
    }
    let told: usize = all.iter().take(SHOWN).map(|group| 1 + group.inside.len().min(INSIDE)).sum();
    list.extend(lines::more(known.of.saturating_sub(told), 0, cx));
    list
}

fn told(at: usize, rank: usize, suspect: &Suspect, known: &Explanation, cx: &Cx<'_>) -> Vec<Line> {
    let Suspect { score, reasons, event } = suspect;
    let likely = known.ranking.found && *score >= FOUND;
    let role = if likely { Role::Bad } else { Role::Plain };
    let when = known.case.at.duration_since(event.time);
    let when = if when.is_negative() {
        cx.words.fill("triage.later", &[("age", &age::short(-when.as_secs()))])
    } else {
        cx.words.fill("triage.earlier", &[("age", &age::short(when.as_secs()))])
    };
    let target = Some(Target::Resource(PaneRow::subject(event)));
    let mut list = vec![Line {
        depth: 0,
        spans: vec![
            Span::new(format!("{} {score:.2}", rank + 1), role),
            Span::new(format!("  {when}"), Role::Dim),
            Span::new(format!("  {}", event.name), if likely { Role::Name } else { Role::Plain }),
        ],
        target,
    }];
    let under =
        |text: String, role| Line { spans: vec![Span::new(format!("    {text}"), role)], ..Line::default() };
    if at < IN_FULL {
        list.push(under(event.summary.text(cx.words), Role::Plain));
    }
    if at == 0 {
        let from = event.source_ip.as_deref().map(|from| format!(" · {from}")).unwrap_or_default();
        list.push(under(format!("{} · {}{from}", event.actor, event.via.word()), Role::Dim));
        list.extend(reasons.iter().take(REASONS).map(|reason| under(reason.text(cx.words), Role::Dim)));
    } else if at < IN_FULL {
        list.push(under(format!("{} · {}", event.actor, event.via.word()), Role::Dim));
    }
    list
}

fn checks(findings: &[Finding], cx: &Cx<'_>) -> Vec<Line> {
    let line = |finding: &Finding| {
        let (glyph, role) = match finding.outcome {
            Outcome::Pass => ("✓", Role::Good),
            Outcome::Fail => ("✗", Role::Bad),
            Outcome::Unknown => ("?", Role::Unknown),
        };
        let text = finding.evidence.text(cx.words);
        Line {
            depth: 0,
            spans: vec![
                Span::new(glyph, role),
                Span::new(
                    format!(" {text}"),
                    if finding.outcome == Outcome::Fail { Role::Plain } else { Role::Dim },
                ),
            ],
            target: finding.about.clone().filter(|_| finding.outcome == Outcome::Fail).map(Target::Resource),
        }
    };
    let passed = findings.iter().filter(|finding| finding.outcome == Outcome::Pass);
    let rest: Vec<&Finding> = findings.iter().filter(|finding| finding.outcome != Outcome::Pass).collect();
    let mut list: Vec<Line> = rest.iter().take(CHECKS).map(|finding| line(finding)).collect();
    list.extend(lines::more(rest.len().saturating_sub(CHECKS), 0, cx));
    // What is fine is told by its names alone.
    let mut ids: Vec<&str> = passed.map(|finding| finding.id).collect();
    ids.dedup();
    if !ids.is_empty() {
        let spans = vec![Span::new("✓", Role::Good), Span::new(format!(" {}", ids.join(" ")), Role::Dim)];
        list.push(Line { spans, ..Line::default() });
    }
    list
}

fn verdict(known: &Explanation, cx: &Cx<'_>) -> Block {
    let verdict = Verdict::of(&known.ranking, &known.findings, known.whole && known.problems.is_empty());
    let area = verdict.area.map(|area| format!(" · {}", cx.words.get(area))).unwrap_or_default();
    let next = cx.words.get(verdict.next);
    let text = cx.words.fill(
        "triage.whose",
        &[("side", &format!("{}{area}", cx.words.get(verdict.side()))), ("next", &next)],
    );
    let role = if verdict.word == "unknown" { Role::Unknown } else { Role::Title };
    Block::Note(Span::new(text, role))
}

/// What is around what is unwell, as a tree; each with how it belongs to what stands above it.
fn around(known: &Explanation, page: &PageCx<'_>) -> Vec<Line> {
    let cx = &page.cx;
    let nodes = &known.graph.nodes;
    let mut list = Vec::new();
    let mut waiting: Vec<(usize, u8)> = (0..nodes.len())
        .rev()
        .filter(|at| nodes.get(*at).is_some_and(|n| n.parent.is_none()))
        .map(|at| (at, 0))
        .collect();
    while let Some((at, depth)) = waiting.pop() {
        let Some(node) = nodes.get(at) else { continue };
        let mut spans = vec![Span::new(kinds::label(&node.resource), Role::Name)];
        if !node.name.is_empty() && node.name != kinds::label(&node.resource) {
            spans.push(Span::new(format!(" {}", node.name), Role::Plain));
        }
        spans.push(Span::new(format!("  {}", node.resource.short_kind()), Role::Dim));
        spans.extend(node.via.iter().map(|via| Span::new(format!("  {}", via.text(cx.words)), Role::Dim)));
        list.push(Line { depth, spans, target: Some(Target::Resource(node.resource.clone())) });
        let children =
            (0..nodes.len()).rev().filter(|child| nodes.get(*child).is_some_and(|n| n.parent == Some(at)));
        waiting.extend(children.map(|child| (child, depth.saturating_add(1))));
    }
    let hidden = list.len().saturating_sub(AROUND);
    list.truncate(AROUND);
    list.extend(lines::more(hidden, 0, cx));
    list
}

/// One thing that happened.
struct Happened {
    at: Timestamp,
    line: Line,
}

/// Transitions of alarms, suspects, scheduled events, backup and patch runs, the oldest first as on the graph's axis.
fn timeline(alarm: &Alarm, known: &Explanation, page: &PageCx<'_>) -> Vec<Line> {
    let from = known.case.at.saturating_sub(GRAPH_WINDOW).unwrap_or(known.case.at);
    let mut all = transitions(alarm, page);
    all.extend(other_alarms(alarm, page));
    all.extend(suspected(known, page));
    all.extend(runs(known, page));
    all.retain(|happened| happened.at >= from && happened.at <= page.cx.now);
    // What is to come stands last.
    all.extend(scheduled(known, page).into_iter().filter(|happened| happened.at >= from));
    all.sort_by_key(|happened| happened.at);
    all.into_iter().map(|happened| happened.line).collect()
}

fn happened(at: Timestamp, what: Vec<Span>, target: Option<Target>, cx: &Cx<'_>) -> Happened {
    let mut spans = vec![Span::new(age::clock(at, cx.now, cx.zone), Role::Dim)];
    spans.extend(what);
    Happened { at, line: Line { depth: 0, spans, target } }
}

fn transitions(alarm: &Alarm, page: &PageCx<'_>) -> Vec<Happened> {
    let items = page.known.history(alarm.scope, &alarm.name).unwrap_or_default();
    let changes = items.iter().filter_map(|item| Some((item.at, item.states?)));
    let mut seen: Vec<(i64, AlarmState)> = Vec::new();
    let mut all = Vec::new();
    for (at, (old, new)) in changes {
        if old != new {
            seen.push((at.as_second(), new));
            all.push(changed(alarm, at, new, page));
        }
    }
    // Until the history has been read the last change is known all the same.
    let last = alarm.state_since.filter(|at| !seen.contains(&(at.as_second(), alarm.state)));
    all.extend(last.map(|at| changed(alarm, at, alarm.state, page)));
    all
}

fn changed(alarm: &Alarm, at: Timestamp, state: AlarmState, page: &PageCx<'_>) -> Happened {
    let role = match state {
        AlarmState::Alarm => Role::Bad,
        AlarmState::Ok => Role::Good,
        AlarmState::InsufficientData => Role::Unknown,
    };
    let what = vec![
        Span::new(format!("  {}", state.word()), role),
        Span::new(format!("  {}", alarm.name), Role::Plain),
    ];
    happened(at, what, None, &page.cx)
}

/// Other alarms that changed their state around the same time.
fn other_alarms(alarm: &Alarm, page: &PageCx<'_>) -> Vec<Happened> {
    let near = |other: &Alarm| {
        other.name != alarm.name
            && other.state == AlarmState::Alarm
            && other
                .state_since
                .zip(alarm.state_since)
                .is_some_and(|(a, b)| a.duration_since(b).abs() <= GRAPH_WINDOW)
    };
    let mut others = page.known.alarms_where(alarm.scope, &near);
    others.sort_by_key(|other| (other.state_since, other.name.clone()));
    let line = |other: &Alarm| {
        let mut happened = changed(other, other.state_since?, other.state, page);
        happened.line.target = Some(Target::Resource(alarms::subject(other)));
        Some(happened)
    };
    others.into_iter().filter_map(line).take(OTHERS).collect()
}

fn suspected(known: &Explanation, page: &PageCx<'_>) -> Vec<Happened> {
    let cx = &page.cx;
    let noted = known.ranking.suspects.iter().take(SHOWN).filter(|suspect| suspect.score >= NOTED);
    noted
        .map(|Suspect { event, score, .. }| {
            let what = vec![
                Span::new(
                    format!("  {}", event.name),
                    if *score >= FOUND { Role::Name } else { Role::Plain },
                ),
                Span::new(format!("  {}", event.actor), Role::Plain),
                Span::new(format!("  {}", event.summary.text(cx.words)), Role::Dim),
            ];
            happened(event.time, what, Some(Target::Resource(PaneRow::subject(event))), cx)
        })
        .collect()
}

/// What AWS has scheduled for instances, which may be still to come.
fn scheduled(known: &Explanation, page: &PageCx<'_>) -> Vec<Happened> {
    let cx = &page.cx;
    let near = known.graph.of_kind(crate::resource::EC2_INSTANCE).filter(|node| node.steps <= 2);
    let instances = near.filter_map(|node| page.known.instance(node.resource.scope, &node.resource.id));
    let mut list = Vec::new();
    for instance in instances {
        for event in instance.status.iter().flat_map(|status| &status.events) {
            let Some(at) = event.not_before else { continue };
            let what = vec![
                Span::new(format!("  {}", event.code), Role::Warn),
                Span::new(format!("  {}", instance.name), Role::Plain),
                Span::new(format!("  {}", event.description), Role::Dim),
            ];
            let target =
                ResourceRef::new(instance.scope, crate::resource::EC2_INSTANCE, instance.id.as_str());
            list.push(happened(at, what, Some(Target::Resource(target)), cx));
        }
    }
    list
}

/// Backups and patch runs of what is unwell and of what is nearest to it.
fn runs(known: &Explanation, page: &PageCx<'_>) -> Vec<Happened> {
    let cx = &page.cx;
    let near: Vec<&ResourceRef> =
        known.graph.nodes.iter().filter(|node| node.steps <= 2).map(|node| &node.resource).collect();
    let mut list = Vec::new();
    for resource in near {
        let line = |at: Timestamp, key: &str, word: &str| {
            let name = kinds::label(resource);
            let what = vec![
                Span::new(format!("  {}", cx.words.get(key)), Role::Plain),
                Span::new(format!("  {name}"), Role::Plain),
                Span::new(format!("  {word}"), Role::Dim),
            ];
            happened(at, what, Some(Target::Resource(resource.clone())), cx)
        };
        if let Some(backup) = page.known.backup_of(resource)
            && let Some((job, at)) =
                backup.jobs.iter().filter_map(|job| Some((job, job.at()?))).max_by_key(|(_, at)| *at)
        {
            list.push(line(at, "triage.backup_run", &job.state));
        }
        if resource.kind == crate::resource::EC2_INSTANCE
            && let Some(node) = page.known.node(resource.scope, &resource.id)
            && let Some(scan) = node.scan.found()
            && let Some(at) = scan.ended
        {
            list.push(line(at, "triage.patch_run", &scan.operation));
        }
    }
    list
}
