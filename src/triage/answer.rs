//! The answer to "what changed?": as a document for programs, as text, as Markdown.
//!
//! The document is `contract.md`'s. Text and Markdown say the same to people. Nothing here ranks or asks.

use std::io::{self, Write};

use jiff::Timestamp;
use serde_json::{Value as Json, json};

use super::{
    cause::{Ranking, Related, Suspect, groups},
    check::{Finding, Outcome},
    context::Context,
    resources::same,
    responsibility::Verdict,
};
use crate::{
    panes::{self, PaneId},
    problem::Problem,
    resource::ResourceRef,
    rows::event::Event,
    text::{age, measure, problem, sentence::Sentence},
    value::{Cx, rfc3339},
};

/// In which form it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, clap::ValueEnum)]
pub enum Form {
    /// For people.
    #[default]
    Text,
    /// One document.
    Json,
    /// For tickets and chats.
    Markdown,
}

/// Something that could not be had.
#[derive(Debug, Clone, PartialEq)]
pub enum Trouble {
    /// Said in a sentence of ours.
    Said(Sentence),
    /// A call that failed.
    Problem(Problem),
}

/// What was asked, and what came out.
#[derive(Debug)]
pub struct Answer {
    /// What was to be explained.
    pub context: Context,
    /// What people call things whose ids do not say so.
    pub names: Vec<(ResourceRef, String)>,
    /// What the checks say.
    pub findings: Vec<Finding>,
    /// The suspects, as many as are wanted.
    pub ranking: Ranking,
    /// How many suspects there are in all.
    pub of: usize,
    /// The runbook that fits, by its id.
    pub runbook: Option<String>,
    /// How many events were read.
    pub read: u64,
    /// What could not be had.
    pub errors: Vec<Trouble>,
    /// Requests to AWS.
    pub calls: u32,
    /// How long it took.
    pub elapsed_ms: u64,
    /// Whether AWS was asked: without that there are no checks.
    pub asked: bool,
}

impl Answer {
    /// Writes it.
    pub fn write(&self, form: Form, cx: &Cx<'_>, out: &mut dyn Write) -> io::Result<()> {
        match form {
            Form::Text => self.text(cx, out),
            Form::Json => {
                serde_json::to_writer(&mut *out, &self.document(cx))?;
                out.write_all(b"\n")
            }
            Form::Markdown => self.markdown(cx, out),
        }
    }

    fn document(&self, cx: &Cx<'_>) -> Json {
        let Context { account, region, alarm, case, .. } = &self.context;
        let profile = cx.scopes.iter().next().map(|(_, scope)| scope.profile.as_str()).and_then(filled);
        let scope = json!({"profile": profile, "account": filled(account), "region": region});
        let subject = match (alarm, case.about.resources.first()) {
            (Some(name), _) => json!({"type": "alarm", "id": name, "scope": scope}),
            (None, Some(r)) => json!({"type": r.kind, "id": r.id, "scope": scope}),
            (None, None) => json!({"type": "report", "id": null, "scope": scope}),
        };
        let error = |trouble: &Trouble| match trouble {
            Trouble::Said(sentence) => json!({"message": sentence.text(cx.words)}),
            Trouble::Problem(Problem { operation, kind, message, remedy }) => json!({
                "scope": scope, "operation": operation, "kind": kind.word(), "message": message,
                "remedy": problem::remedy(cx.words, remedy),
            }),
        };
        let suspects = self.ranking.suspects.iter().zip(1u32..);
        json!({
            "subject": subject,
            "at": rfc3339(case.at),
            "window_secs": case.window.as_secs(),
            "complete": self.errors.is_empty(),
            "errors": self.errors.iter().map(error).collect::<Vec<_>>(),
            "resources": case.about.resources.iter().map(|r| self.resource(r)).collect::<Vec<_>>(),
            "related": case.about.related.iter().map(|r| related(r, cx)).collect::<Vec<_>>(),
            "checks": self.findings.iter().map(|f| finding(f, case.at, cx)).collect::<Vec<_>>(),
            "cause_found": self.ranking.found,
            "suspects": suspects.map(|(s, rank)| suspect(s, rank, &scope, cx)).collect::<Vec<_>>(),
            "responsibility": self.responsibility(cx),
            "runbook": self.runbook,
            "api_calls": self.calls,
            "elapsed_ms": self.elapsed_ms,
        })
    }

    fn resource(&self, resource: &ResourceRef) -> Json {
        let name = self.names.iter().find(|(known, _)| same(known, resource)).map(|(_, name)| name);
        json!({"type": resource.kind, "id": resource.id, "arn": resource.arn, "name": name})
    }

    fn responsibility(&self, cx: &Cx<'_>) -> Json {
        let verdict = Verdict::of(&self.ranking, &self.findings, self.errors.is_empty() && self.asked);
        json!({
            "verdict": verdict.word,
            "area": verdict.area.map(|area| cx.words.get(area)),
            "reasons": verdict.reasons.iter().map(|r| r.text(cx.words)).collect::<Vec<_>>(),
            "next": cx.words.get(verdict.next),
        })
    }

    fn text(&self, cx: &Cx<'_>, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "{}", self.headline(cx))?;
        let failed = self.findings.iter().filter(|f| f.outcome == Outcome::Fail);
        for failed in failed {
            writeln!(out, "  ✗ {}  {}", failed.id, failed.evidence.text(cx.words))?;
        }
        let unknown = self.findings.iter().filter(|f| f.outcome == Outcome::Unknown);
        for unknown in unknown {
            writeln!(out, "  ? {}  {}", unknown.id, unknown.evidence.text(cx.words))?;
        }
        if self.asked {
            let passed = self.findings.iter().filter(|f| f.outcome == Outcome::Pass).count();
            writeln!(out, "  ✓ {}", cx.words.fill("triage.passed", &[("n", &passed)]))?;
        }
        writeln!(out, "{}", cx.words.get(self.verdict()))?;
        for group in groups(&self.ranking.suspects) {
            let Some(suspect) = self.ranking.suspects.get(group.first) else { continue };
            let rank = group.first + 1;
            let head = format!("{rank:>3}  {:.2}  {}", suspect.score, said(&suspect.event, cx));
            writeln!(out, "\n{}", head.trim_end())?;
            for inside in group.inside.iter().filter_map(|at| self.ranking.suspects.get(*at)) {
                writeln!(out, "     + {:.2}  {}", inside.score, said(&inside.event, cx))?;
            }
            for reason in &suspect.reasons {
                writeln!(out, "           {}", reason.text(cx.words))?;
            }
        }
        if self.of > self.ranking.suspects.len() {
            let more = self.of - self.ranking.suspects.len();
            writeln!(out, "\n{}", cx.words.fill("triage.more", &[("n", &more)]))?;
        }
        writeln!(out, "\n{}", self.next(cx))?;
        Ok(())
    }

    /// Whose matter it is and what comes next, a line each.
    fn next(&self, cx: &Cx<'_>) -> String {
        let verdict = Verdict::of(&self.ranking, &self.findings, self.errors.is_empty() && self.asked);
        let side = cx.words.get(verdict.side());
        let mut next =
            cx.words.fill("triage.whose", &[("side", &side), ("next", &cx.words.get(verdict.next))]);
        if let Some(id) = &self.runbook {
            next = format!("{next}\n{}", cx.words.fill("triage.runbook", &[("id", id)]));
        }
        next
    }

    fn markdown(&self, cx: &Cx<'_>, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "## {}\n\n{}\n", escaped(&self.headline(cx)), cx.words.get(self.verdict()))?;
        for (suspect, rank) in self.ranking.suspects.iter().zip(1u32..) {
            writeln!(out, "{rank}. **{:.2}** {}", suspect.score, escaped(&said(&suspect.event, cx)))?;
            for reason in &suspect.reasons {
                writeln!(out, "   - {}", escaped(&reason.text(cx.words)))?;
            }
            writeln!(out, "   - `{}`", suspect.event.id.replace('`', "'"))?;
        }
        if self.asked {
            writeln!(out)?;
        }
        for finding in &self.findings {
            let evidence = escaped(&finding.evidence.text(cx.words));
            writeln!(out, "- {} `{}` {evidence}", finding.outcome.word(), finding.id)?;
        }
        writeln!(out, "\n{}", escaped(&self.next(cx)))?;
        Ok(())
    }

    const fn verdict(&self) -> &'static str {
        match (self.ranking.found, self.ranking.suspects.is_empty()) {
            (true, _) => "triage.found",
            (false, false) => "triage.doubtful",
            // What was not read may hold it.
            (false, true) if self.asked && !self.errors.is_empty() => "triage.nothing_so_far",
            (false, true) => "triage.nothing",
        }
    }

    fn headline(&self, cx: &Cx<'_>) -> String {
        let Context { region, alarm, case, .. } = &self.context;
        let subject = alarm.as_deref().or(case.about.resources.first().map(|r| r.id.as_str()));
        cx.words.fill(
            "triage.headline",
            &[
                ("subject", &subject.unwrap_or("–")),
                ("region", region),
                ("at", &rfc3339(case.at)),
                ("window", &age::short(case.window.as_secs())),
                ("n", &self.read),
            ],
        )
    }
}

/// `03:06 alice: revoked ingress 443 …`.
fn said(event: &Event, cx: &Cx<'_>) -> String {
    let Event { time, actor, summary, .. } = event;
    format!("{}  {actor}: {}", at(*time, cx), measure::cut(&summary.text(cx.words), 300))
}

fn at(time: Timestamp, cx: &Cx<'_>) -> String {
    age::clock(time, cx.now, cx.zone)
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '<' | '>' | '[' | ']' | '|' | '#') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

fn filled(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

fn finding(finding: &Finding, now: Timestamp, cx: &Cx<'_>) -> Json {
    json!({
        "id": finding.id,
        "outcome": finding.outcome.word(),
        "evidence": finding.evidence.text(cx.words),
        "observed_at": rfc3339(finding.at.unwrap_or(now)),
    })
}

fn related(related: &Related, cx: &Cx<'_>) -> Json {
    let Related { resource, via, steps: _ } = related;
    let via = via.as_ref().map(|via| via.text(cx.words)).unwrap_or_default();
    json!({"type": resource.kind, "id": resource.id, "via": via})
}

fn suspect(suspect: &Suspect, rank: u32, scope: &Json, cx: &Cx<'_>) -> Json {
    let Suspect { score, reasons, event } = suspect;
    json!({
        "rank": rank,
        "event_id": event.id,
        "score": (score * 1000.0).round() / 1000.0,
        "reasons": reasons.iter().map(|r| r.text(cx.words)).collect::<Vec<_>>(),
        "event": row(event, scope, cx),
    })
}

/// The event as `toban list events` has it.
fn row(event: &Event, scope: &Json, cx: &Cx<'_>) -> Json {
    let mut row = panes::json::row(PaneId::Events, &event.clone(), cx);
    if let Json::Object(all) = &mut row {
        all.insert("scope".into(), scope.clone());
    }
    row
}
