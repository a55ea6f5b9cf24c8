//! The draft of the review, in Markdown and for programs: what the record says, and what people have to add to it
//! (`incident-flow.md` §2.8). Both are written in one go, so that neither says what the other does not.
//!
//! It says the same as the export for programs, for people, and it blames nobody: causes are conditions and changes, and
//! questions ask what would have helped. What only people know stands as a question to be answered in its place, so that a
//! gap is seen. Every text of others is escaped.

use serde_json::{Value as Json, json};

use super::{
    brief::{Beside, Brief, Telling, one},
    chain::Entry,
    event::{Event, Kind, Outcome, Party},
    export,
    figures::Figures,
    fold::Incident,
    grey,
    ladder::Ladder,
};
use crate::{
    text::{
        duration,
        markdown::{code, escaped},
    },
    value::rfc3339,
};

/// What a report is made from beside the record.
pub struct Sources<'a> {
    /// An entry of the journal as one line.
    pub line: &'a dyn Fn(&Entry) -> String,
    /// Figures by their names, e.g. time to detect; in words, empty where they are not known.
    pub figures: &'a [(String, String)],
    /// The ladder: what was promised is compared to what was kept.
    pub ladder: &'a Ladder,
}

/// The draft, in Markdown.
pub fn markdown(
    incident: &Incident,
    beside: &Beside,
    sources: &Sources<'_>,
    telling: &Telling<'_>,
) -> String {
    written(incident, beside, sources, telling).text
}

/// The draft for programs: `{"id", "uid", "title", "draft": true, "metrics", "sections": [{"id", "title", "facts": […],
/// "questions": […]}], "journal_head"}`. A fact has `text`, and `name`, `at`, `by` and the like where it has them; times are
/// RFC 3339 UTC; questions are those that people answer.
pub fn document(incident: &Incident, beside: &Beside, sources: &Sources<'_>, telling: &Telling<'_>) -> Json {
    let sections = written(incident, beside, sources, telling).sections;
    let section = |Section { id, title, facts, questions }: Section| json!({ "id": id, "title": title, "facts": facts, "questions": questions });
    json!({
        "id": incident.id(),
        "uid": incident.uid,
        "title": one(&incident.title),
        "draft": true,
        "metrics": export::metrics(&Figures::of(incident)),
        "sections": sections.into_iter().map(section).collect::<Vec<_>>(),
        "journal_head": incident.head,
    })
}

fn written<'a>(
    incident: &Incident,
    beside: &Beside,
    sources: &Sources<'_>,
    telling: &'a Telling<'_>,
) -> Writer<'a> {
    let brief = Brief::of(incident, beside, telling);
    let mut out = Writer { telling, text: String::new(), sections: Vec::new() };
    out.head(incident, &brief);
    out.summary(incident, &brief);
    out.figures(sources.figures);
    out.impact(incident, &brief);
    out.detection(incident, &brief);
    out.response(incident, sources.ladder);
    out.causes(incident, &brief);
    out.recovery(incident, &brief);
    out.well(incident, sources.ladder);
    out.responsibility(incident);
    out.items(incident);
    out.timeline(incident, sources.line);
    out.messages(incident);
    out.record(incident);
    out
}

/// A part of the draft, for programs.
struct Section {
    id: &'static str,
    title: String,
    facts: Vec<Json>,
    questions: Vec<String>,
}

struct Writer<'a> {
    telling: &'a Telling<'a>,
    text: String,
    sections: Vec<Section>,
}

impl Writer<'_> {
    fn word(&self, key: &'static str) -> &str {
        self.telling.words.get(key)
    }

    fn line(&mut self, text: &str) {
        self.text.push_str(text);
        self.text.push('\n');
    }

    fn heading(&mut self, key: &'static str) {
        let heading = format!("\n## {}\n", self.word(key));
        self.line(&heading);
        self.section(key);
    }

    fn section(&mut self, key: &'static str) {
        let (id, title) = (key.rsplit('.').next().unwrap_or(key), self.word(key).to_owned());
        self.sections.push(Section { id, title, facts: Vec::new(), questions: Vec::new() });
    }

    /// Something known, for programs.
    fn fact(&mut self, fact: Json) {
        if let Some(section) = self.sections.last_mut() {
            section.facts.push(fact);
        }
    }

    fn row(&mut self, key: &'static str, text: &str) {
        if !text.trim().is_empty() {
            self.fact(json!({ "name": self.word(key), "text": text }));
            let row = format!("- **{}**{}{}", self.word(key), self.telling.colon(), escaped(text));
            self.line(&row);
        }
    }

    fn rows(&mut self, key: &'static str, texts: &[String]) {
        for text in texts {
            self.row(key, text);
        }
    }

    fn item(&mut self, text: &str) {
        self.fact(json!({ "text": text }));
        self.line(&format!("- {}", escaped(text)));
    }

    /// A question that people answer.
    fn ask(&mut self, key: &'static str) {
        let question = self.word(key).to_owned();
        self.line(&format!("- _{question}_"));
        if let Some(section) = self.sections.last_mut() {
            section.questions.push(question);
        }
    }

    fn head(&mut self, incident: &Incident, brief: &Brief) {
        let title = format!("# {}{}{}\n", incident.id(), self.telling.colon(), escaped(&brief.title));
        self.line(&title);
        let draft = format!("_{}_\n", self.word("report.draft"));
        self.line(&draft);
        self.section("report.draft");
        let kind = incident.kind.map_or("", Kind::wording);
        let kind = if kind.is_empty() { "" } else { self.telling.words.get(kind) }.to_owned();
        self.row("report.kind", &kind);
        self.row("report.severity", &brief.severity);
        self.row("report.state", &brief.state);
        self.row("report.side", &brief.side);
        let at = |at: Option<jiff::Timestamp>| at.map(rfc3339).unwrap_or_default();
        self.row("report.opened", &at(incident.opened.as_ref().map(|(at, _)| *at)));
        self.row("report.closed", &at(incident.closed_at));
        self.rows("report.about", &brief.resources);
        self.ask("report.ask_owner");
    }

    fn summary(&mut self, incident: &Incident, brief: &Brief) {
        self.heading("report.summary");
        self.rows("message.reported", &brief.reports);
        if let Some((_, summary)) = &incident.cause {
            self.item_unless_empty(summary);
        }
        self.ask("report.ask_summary");
    }

    fn item_unless_empty(&mut self, text: &str) {
        if !text.trim().is_empty() {
            self.item(text);
        }
    }

    fn figures(&mut self, figures: &[(String, String)]) {
        let known: Vec<_> = figures.iter().filter(|(_, text)| !text.trim().is_empty()).collect();
        if known.is_empty() {
            return;
        }
        self.heading("report.figures");
        let head = format!("| {} | {} |\n|---|---|", self.word("report.figure"), self.word("report.value"));
        self.line(&head);
        for (name, text) in known {
            self.fact(json!({ "name": name, "text": text }));
            self.line(&format!("| {} | {} |", escaped(name), escaped(text)));
        }
    }

    fn impact(&mut self, incident: &Incident, brief: &Brief) {
        self.heading("report.impact");
        self.rows("message.affected", &brief.affected);
        let began = brief.since;
        let over = [super::event::Moment::Recovered, super::event::Moment::Mitigated]
            .iter()
            .find_map(|moment| incident.moments.get(moment));
        if let Some((from, to)) = began.zip(over) {
            let span = std::time::Duration::try_from(to.duration_since(from)).unwrap_or_default();
            let span = std::time::Duration::from_secs(span.as_secs());
            let text = format!("{} – {} ({})", rfc3339(from), rfc3339(*to), duration::show(span));
            self.row("report.lasted", &text);
        }
        self.ask("report.ask_impact");
    }

    fn detection(&mut self, incident: &Incident, brief: &Brief) {
        self.heading("report.detection");
        let by_report = !incident.reports.is_empty();
        let by_alarm = incident.subjects.iter().any(|subject| subject.kind.contains("Alarm"));
        let how = match (by_alarm, by_report) {
            (true, false) => Some("report.by_alarm"),
            (false, true) => Some("report.by_report"),
            (true, true) => Some("report.by_both"),
            (false, false) => None,
        };
        if let Some(how) = how {
            let how = self.word(how).to_owned();
            self.item(&how);
        }
        for (outcome, key) in [(Outcome::Fail, "message.failed"), (Outcome::Unknown, "message.unknown")] {
            let of = brief.checks.iter().filter(|check| check.outcome == outcome);
            self.rows(key, &of.map(|check| check.text.clone()).collect::<Vec<_>>());
        }
        self.ask("report.ask_detection");
    }

    fn response(&mut self, incident: &Incident, ladder: &Ladder) {
        self.heading("report.response");
        let roles: Vec<String> = incident
            .roles
            .iter()
            .map(|(role, who)| format!("{} ({})", one(who), self.telling.words.get(role.wording())))
            .collect();
        self.row("report.responders", &roles.join(", "));
        if let Some((at, who)) = &incident.acknowledged {
            self.row("report.acknowledged", &format!("{} {}", rfc3339(*at), one(who)));
        }
        if let Some(gate) = &incident.gate {
            let answer = self.telling.words.get(gate.what.answer.wording());
            self.row("report.gate", &format!("{} {answer}: {}", rfc3339(gate.at), one(&gate.what.reason)));
        }
        for rung in &incident.escalations {
            let told = &rung.message.what;
            let to = ladder.contact(&told.to).map_or(told.to.as_str(), |c| c.label(self.telling.words));
            let answer = match &rung.acknowledged {
                Some((at, who)) => self
                    .telling
                    .words
                    .fill("report.answered", &[("at", &self.telling.clock(*at)), ("who", &one(who))]),
                None if told.sent => self.word("report.silent").to_owned(),
                None => self.telling.words.fill("report.not_sent", &[("why", &one(&told.answer))]),
            };
            let text = format!("{} {}, {answer}", self.telling.clock(rung.message.at), one(to));
            self.row("report.told", &text);
        }
        self.ask("report.ask_response");
    }

    fn causes(&mut self, incident: &Incident, brief: &Brief) {
        self.heading("report.causes");
        let cause =
            incident.cause.as_ref().map(|(cause, _)| self.telling.words.get(cause.wording()).to_owned());
        self.row("report.class", &cause.unwrap_or_default());
        self.rows("message.changed", &brief.changes);
        self.rows("report.suspected", &brief.guesses);
        for key in ["report.ask_why", "report.ask_conditions"] {
            self.ask(key);
        }
    }

    fn recovery(&mut self, incident: &Incident, brief: &Brief) {
        self.heading("report.recovery");
        for (moment, at) in &incident.moments {
            let text = format!(
                "{}{}{}",
                self.telling.words.get(moment.wording()),
                self.telling.colon(),
                rfc3339(*at)
            );
            self.item(&text);
        }
        for done in &brief.done {
            self.item(done);
        }
        self.ask("report.ask_recovery");
    }

    /// What the record itself can praise, and where it asks.
    fn well(&mut self, incident: &Incident, ladder: &Ladder) {
        self.heading("report.well");
        let level = incident.level.as_ref().map(|level| level.what);
        let limit = level.map(|level| ladder.ack_within.of(level));
        let opened = incident.opened.as_ref().map(|(at, _)| *at);
        if let (Some(limit), Some(opened), Some((at, _))) = (limit, opened, &incident.acknowledged) {
            let took = std::time::Duration::try_from(at.duration_since(opened)).unwrap_or_default();
            let key = if took <= limit { "report.ack_in_time" } else { "report.ack_late" };
            let took = duration::show(std::time::Duration::from_secs(took.as_secs()));
            let text = self.telling.words.fill(key, &[("took", &took), ("limit", &duration::show(limit))]);
            self.item(&text);
        }
        let unknown = incident.checks.values().filter(|c| c.what.outcome == Outcome::Unknown).count();
        if unknown > 0 {
            let all = incident.checks.len();
            let text =
                self.telling.words.fill("report.checks_unknown", &[("unknown", &unknown), ("all", &all)]);
            self.item(&text);
        }
        for key in ["report.ask_well", "report.ask_not_well", "report.ask_luck"] {
            self.ask(key);
        }
    }

    /// What the seeds of this console ask of every review (`incident-flow.md` §2.8).
    fn responsibility(&mut self, incident: &Incident) {
        self.heading("report.responsibility");
        let sides: Vec<Party> = incident
            .entries
            .iter()
            .filter_map(|entry| match &entry.event {
                Ok(Event::Verdict { side, .. }) => Some(*side),
                _ => None,
            })
            .filter(|side| *side != Party::Unknown)
            .collect();
        if let (Some(first), Some(last)) = (sides.first(), incident.verdict.as_ref().map(|v| v.what.side)) {
            let (first_word, last_word) = (first.wording(), last.wording());
            let words = self.telling.words;
            let text = if *first == last {
                words.fill("report.side_right", &[("side", &words.get(last_word))])
            } else {
                words.fill(
                    "report.side_changed",
                    &[("first", &words.get(first_word)), ("last", &words.get(last_word))],
                )
            };
            self.item(&text);
        }
        if grey::is_grey(incident) {
            let model = self.word(grey::MODEL).to_owned();
            self.item(&model);
            for field in grey::FIELDS {
                if let Some(value) = grey::value(incident, field.key) {
                    self.row(field.wording, &one(value));
                }
            }
        }
        for key in ["report.ask_side", "report.ask_split", "report.ask_prevented"] {
            self.ask(key);
        }
    }

    fn items(&mut self, incident: &Incident) {
        self.heading("report.items");
        let columns = ["report.item_class", "report.item_what", "report.item_owner", "report.item_due"];
        let head = format!("| {} |\n|---|---|---|---|", columns.map(|key| self.word(key)).join(" | "));
        self.line(&head);
        for item in &incident.items {
            let class = self.telling.words.get(item.what.class.wording());
            let about = &item.what;
            let (text, owner, due) = (one(&about.text), one(&about.owner), one(&about.due));
            self.fact(json!({ "class": about.class.word(), "text": text, "owner": owner, "due": due }));
            let cells = [&item.what.text, &item.what.owner, &item.what.due].map(|text| escaped(&one(text)));
            self.line(&format!("| {class} | {} |", cells.join(" | ")));
        }
        if incident.items.is_empty() {
            let question = self.word("report.ask_items").to_owned();
            self.line(&format!("| _{question}_ | | | |"));
            if let Some(section) = self.sections.last_mut() {
                section.questions.push(question);
            }
        }
    }

    fn timeline(&mut self, incident: &Incident, line: &dyn Fn(&Entry) -> String) {
        self.heading("report.timeline");
        for entry in &incident.entries {
            let (by, text) = (one(&entry.hand.by), one(&line(entry)));
            self.fact(json!({ "at": rfc3339(entry.at), "by": by, "text": text }));
            let (by, text) = (escaped(&by), escaped(&text));
            self.line(&format!("- `{}` {by}{}{text}", rfc3339(entry.at), self.telling.colon()));
        }
    }

    fn messages(&mut self, incident: &Incident) {
        let sent: Vec<_> = incident.escalations.iter().filter(|rung| rung.message.what.sent).collect();
        if sent.is_empty() {
            return;
        }
        self.heading("report.messages");
        for rung in sent {
            let told = &rung.message.what;
            let lines: Vec<String> = told.message.lines().map(crate::text::sanitise::clean).collect();
            let to = one(&told.to);
            self.fact(json!({ "at": rfc3339(rung.message.at), "to": to, "text": lines.join("\n") }));
            self.line(&format!("### {} → {}\n", rfc3339(rung.message.at), escaped(&one(&told.to))));
            self.line("```text");
            for line in told.message.lines() {
                // Three backticks would end the block.
                self.line(&crate::text::sanitise::clean(line).replace("```", "'''"));
            }
            self.line("```\n");
        }
    }

    fn record(&mut self, incident: &Incident) {
        self.heading("report.record");
        let entries = incident.entries.len();
        let text = self.telling.words.fill("report.record_is", &[("entries", &entries)]);
        self.item(&text);
        if !incident.head.is_empty() {
            self.fact(json!({ "name": "journal_head", "text": incident.head }));
            let head = format!("- {}", code(&incident.head));
            self.line(&head);
        }
    }
}
