//! What is known of an incident beside its steps: the changes that may be behind it, what it has in common with incidents
//! of before, how long things took.
//!
//! Suspects are the live explanation's, and those that were kept are in the journal. Nothing is decided here.

use super::{INCIDENT, alarms_of};
use crate::{
    incident::{Incident, figures::Figures, similar::Shares},
    panes::{
        PaneRow,
        detail::{Block, Line, PageCx, Span, Target},
    },
    resource::ResourceRef,
    scope::ScopeId,
    text::age,
    triage::{cause::groups, explanation::Explanation},
    value::Role,
};

/// Suspects that stand on an incident's page; all are on the alarm's.
const SUSPECTS: usize = 3;
/// Incidents of before that are named.
const BEFORE: usize = 4;

/// Whether it is still being looked for what changed.
pub(super) fn is_searching(incident: &Incident, page: &PageCx<'_>) -> bool {
    let alarms = alarms_of(incident, page);
    let done =
        |alarm: &ResourceRef| page.known.explanation(alarm.scope, &alarm.id).is_some_and(|known| known.done);
    !incident.is_closed() && !alarms.is_empty() && !alarms.iter().any(done)
}

/// The explanation that says most: of several alarms one that a change explains.
fn explanation<'a>(incident: &Incident, page: &PageCx<'a>) -> Option<&'a Explanation> {
    let of = |alarm: ResourceRef| page.known.explanation(alarm.scope, &alarm.id);
    let known = alarms_of(incident, page).into_iter().filter_map(of);
    known.max_by_key(|known| (known.ranking.found, known.done))
}

/// The change that explains it, in a few words.
pub(super) fn likely(incident: &Incident, page: &PageCx<'_>) -> Option<String> {
    let known = explanation(incident, page).filter(|known| known.ranking.found && !incident.is_closed())?;
    let event = &known.ranking.suspects.first()?.event;
    let ago = age::since(event.time, page.cx.now);
    let args: [(&str, &dyn std::fmt::Display); 3] =
        [("event", &event.name), ("who", &event.actor), ("age", &ago)];
    Some(page.cx.words.fill("incident.likely", &args))
}

/// The likeliest changes, or that none explains it.
pub(super) fn suspects(incident: &Incident, page: &PageCx<'_>) -> Block {
    let lines = explanation(incident, page).map(|known| lines(known, page)).unwrap_or_default();
    Block::Lines { title: "section.suspects", lines, empty: None }
}

fn lines(known: &Explanation, page: &PageCx<'_>) -> Vec<Line> {
    let (cx, words) = (&page.cx, page.cx.words);
    let text = |text: String, role| Line { spans: vec![Span::new(text, role)], ..Line::default() };
    let mut lines = Vec::new();
    if !known.ranking.found {
        let key = match (known.done, known.whole, known.ranking.suspects.is_empty()) {
            (false, ..) => "incident.searching",
            (true, true, true) => "triage.nothing",
            (true, false, true) => "triage.nothing_so_far",
            (true, _, false) => "triage.doubtful",
        };
        lines.push(text(words.get(key).to_owned(), if known.done { Role::Warn } else { Role::Dim }));
    }
    for group in groups(&known.ranking.suspects).iter().take(SUSPECTS) {
        let Some(suspect) = known.ranking.suspects.get(group.first) else { continue };
        let event = &suspect.event;
        let role = if known.ranking.found && group.first == 0 { Role::Name } else { Role::Plain };
        let ago = age::since(event.time, cx.now);
        lines.push(Line {
            depth: 0,
            spans: vec![
                Span::new(format!("{:.2} {}", suspect.score, event.name), role),
                Span::new(format!(" · {} · {ago}", event.actor), Role::Dim),
            ],
            target: Some(Target::Resource(PaneRow::subject(event))),
        });
        if group.first == 0 {
            lines.push(text(format!("     {}", event.summary.text(words)), Role::Plain));
        }
    }
    lines
}

/// Incidents of before that may help, each with what it was.
pub(super) fn before(incident: &Incident, page: &PageCx<'_>) -> Block {
    let (cx, words) = (&page.cx, page.cx.words);
    // That it was another thing of the same type helps where nothing is nearer.
    let all = page.known.similar(incident);
    let nearest = all.first().map(|one| one.shares);
    let near = all.iter().filter(|one| one.shares != Shares::Type || nearest == Some(Shares::Type));
    let line = |one: &crate::incident::similar::Similar<'_>| {
        let other = one.incident;
        let cause = other.cause.as_ref().filter(|_| other.is_closed()).map(|(class, summary)| {
            let class = words.get(class.wording());
            if summary.is_empty() { class.to_owned() } else { format!("{class}: {summary}") }
        });
        let took = Figures::of(other).recover.map(crate::incident::figures::lasted);
        let when = other.opened.as_ref().map(|(at, _)| age::since(*at, cx.now));
        let about: Vec<String> =
            [when, took.map(|took| words.fill("incident.took", &[("span", &took)])), cause]
                .into_iter()
                .flatten()
                .collect();
        let target = ResourceRef::new(ScopeId(0), INCIDENT, other.uid.clone());
        Line {
            depth: 0,
            spans: vec![
                Span::new(format!("{} {}", other.id(), other.title), Role::Plain),
                Span::new(format!(" · {}", about.join(" · ")), Role::Dim),
            ],
            target: Some(Target::Resource(target)),
        }
    };
    Block::Lines { title: "section.before", lines: near.take(BEFORE).map(line).collect(), empty: None }
}

/// How long things took, as far as known.
pub(super) fn times(incident: &Incident, page: &PageCx<'_>) -> Option<Line> {
    let told = Figures::of(incident).told(page.cx.words);
    let said: Vec<String> = told.into_iter().map(|(name, span)| format!("{name} {span}")).collect();
    (!said.is_empty())
        .then(|| Line { spans: vec![Span::new(said.join(" · "), Role::Dim)], ..Line::default() })
}
