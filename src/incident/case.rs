//! The draft of a case for AWS Support, from the record (`incident-flow.md` §2.6): facts and guesses in blocks of their own,
//! and one question at the end.
//!
//! A draft is refused while a fact is missing without which AWS could only ask back. The severity is the one that fits, of
//! those that the account's plan offers; it cannot be changed once the case is there. Nothing here knows a plan: what is
//! offered is read from AWS (support:DescribeSeverityLevels).

pub mod service;

use super::{
    brief::{Beside, Brief, Telling, one, some},
    event::{Event, Level, Moment, Outcome},
    fold::Incident,
    grey,
    page::Page,
};
use crate::{
    resource::EC2_INSTANCE,
    text::{Lang, measure},
    value::rfc3339,
};

/// Codes of severities at AWS Support, the mildest first.
pub const CODES: [&str; 5] = ["low", "normal", "high", "urgent", "critical"];

/// Letters of a subject, so that a list of cases shows it whole.
const SUBJECT: usize = 100;
/// Lines of each list.
const MOST: usize = 12;
/// Characters that support:CreateCase takes as the body.
const BODY: usize = 8_000;
/// Service and category of a case about an instance.
const INSTANCE: (&str, &str) = ("amazon-elastic-compute-cloud-linux", "instance-issue");
/// Service and category of any other, as AWS's own example of create-case has them.
const GENERAL: (&str, &str) = ("general-info", "using-aws");

/// A fact that a case needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fact {
    /// The account's number.
    Account,
    /// The Region.
    Region,
    /// A resource by its id or ARN.
    Resource,
    /// What is wrong.
    Symptom,
    /// Since when.
    Since,
    /// How bad it is for the business, in a severity or in numbers.
    Effect,
    /// What was looked at, and how it came out.
    Checked,
    /// The one question.
    Question,
    /// Who answers if AWS asks back.
    Contact,
    /// A field of the grey-zone record.
    Grey(&'static grey::Field),
}

impl Fact {
    /// Wording key of what is missing.
    pub const fn wording(self) -> &'static str {
        match self {
            Self::Account => "case.need_account",
            Self::Region => "case.need_region",
            Self::Resource => "case.need_resource",
            Self::Symptom => "case.need_symptom",
            Self::Since => "case.need_since",
            Self::Effect => "case.need_effect",
            Self::Checked => "case.need_checked",
            Self::Question => "case.need_question",
            Self::Contact => "case.need_contact",
            Self::Grey(field) => field.wording,
        }
    }
}

/// A case as AWS Support takes it (support:CreateCase).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// `subject`.
    pub subject: String,
    /// `communicationBody`.
    pub body: String,
    /// `severityCode`; none where the plan offers none, and the API takes no case then either.
    pub severity: Option<String>,
    /// `language`.
    pub language: &'static str,
    /// `issueType`.
    pub issue: &'static str,
    /// `serviceCode` where nothing is known of what AWS offers (see [`service::choose`]).
    pub service: &'static str,
    /// `categoryCode` within that service.
    pub category: &'static str,
    /// CloudFormation types of what it is about, the most telling first.
    pub about: Vec<String>,
}

impl Draft {
    /// The whole of it as text, to be pasted into the form of the Support Center.
    pub fn text(&self) -> String {
        format!("{}\n\n{}", self.subject, self.body)
    }
}

/// What is missing before AWS can be asked; empty when the case is ready.
pub fn missing(incident: &Incident, beside: &Beside) -> Vec<Fact> {
    let scopes = || incident.subjects.iter().filter_map(|subject| subject.scope.as_ref());
    let asked = question(incident, beside);
    let effect =
        incident.level.is_some() || incident.reports.iter().any(|r| !r.what.how_many.trim().is_empty());
    let symptom = !incident.title.trim().is_empty() || !incident.reports.is_empty();
    let since = incident.since.is_some()
        || incident.moments.contains_key(&Moment::Began)
        || incident.reports.iter().any(|r| !r.what.since.trim().is_empty());
    let facts = [
        (Fact::Account, scopes().any(|scope| scope.account.is_some())),
        (Fact::Region, scopes().any(|scope| !scope.region.is_empty())),
        (Fact::Resource, !incident.subjects.is_empty()),
        (Fact::Symptom, symptom),
        (Fact::Since, since),
        (Fact::Effect, effect),
        (Fact::Checked, !incident.checks.is_empty() || !beside.checks.is_empty()),
        (Fact::Question, !asked.is_empty()),
        (Fact::Contact, !beside.from.trim().is_empty()),
    ];
    let mut missing: Vec<Fact> = facts.into_iter().filter(|(_, is)| !is).map(|(fact, _)| fact).collect();
    if grey::is_grey(incident) {
        let fields = grey::missing(incident).into_iter().filter(|field| field.key != "question");
        missing.extend(fields.map(Fact::Grey));
    }
    missing
}

/// The severity's code: the one that fits (§2.1), or the next milder one that is offered, or else the mildest.
pub fn severity(level: Option<Level>, offered: &[String]) -> Option<String> {
    let fit = match level {
        Some(Level::Sev1) => 4,
        Some(Level::Sev2) => 3,
        Some(Level::Sev3) => 2,
        Some(Level::Sev4) | None => 1,
    };
    let known = || CODES.iter().enumerate().filter(|(_, code)| offered.iter().any(|o| o == *code));
    let code = known().rfind(|(rank, _)| *rank <= fit).or_else(|| known().next());
    code.map(|(_, code)| (*code).to_owned())
}

/// The draft, in the language of the words.
///
/// # Errors
/// What is missing; nothing is sent without it.
pub fn draft(
    incident: &Incident,
    beside: &Beside,
    offered: &[String],
    telling: &Telling<'_>,
) -> Result<Draft, Vec<Fact>> {
    let missing = missing(incident, beside);
    if missing.is_empty() { Ok(unchecked(incident, beside, offered, telling)) } else { Err(missing) }
}

/// The same with gaps where facts are missing; to be shown and never sent.
pub fn unchecked(incident: &Incident, beside: &Beside, offered: &[String], telling: &Telling<'_>) -> Draft {
    let subject = format!("{}{}{}", incident.id(), telling.colon(), one(&incident.title));
    let language = match telling.words.lang() {
        Lang::En => "en",
        Lang::Ja => "ja",
    };
    let instance = incident.subjects.iter().any(|subject| subject.kind == EC2_INSTANCE);
    let (service, category) = if instance { INSTANCE } else { GENERAL };
    Draft {
        about: incident.subjects.iter().map(|subject| subject.kind.clone()).collect(),
        service,
        category,
        subject: measure::cut_with(&subject, SUBJECT, "…").into_owned(),
        body: body(incident, beside, telling),
        severity: severity(incident.level.as_ref().map(|level| level.what), offered),
        language,
        issue: "technical",
    }
}

fn question(incident: &Incident, beside: &Beside) -> String {
    one(grey::value(incident, "question").unwrap_or(&beside.asked))
}

fn body(incident: &Incident, beside: &Beside, telling: &Telling<'_>) -> String {
    let (brief, words) = (Brief::of(incident, beside, telling), telling.words);
    let mut page = Page::default();
    page.line(words.get("case.opening"));
    page.heading(words.get("case.facts"));
    page.row(words.get("case.title"), &brief.title);
    page.rows(words.get("message.reported"), &some(&brief.reports, MOST, telling));
    if let Some(since) = brief.since {
        page.row(words.get("message.since"), &rfc3339(since));
    }
    page.row(words.get("case.now"), &brief.state);
    page.row(words.get("case.effect"), &brief.severity);
    page.row("", &brief.affected.join("; "));
    page.rows(words.get("message.resources"), &some(&brief.resources, MOST, telling));
    let word = |outcome: Outcome| words.get(outcome.wording());
    let checks = brief.checks.iter().map(|c| format!("{}{}{}", word(c.outcome), telling.colon(), c.text));
    page.rows(words.get("case.checked"), &some(&checks.collect::<Vec<_>>(), MOST, telling));
    page.rows(words.get("message.changed"), &some(&brief.changes, MOST, telling));
    page.rows(words.get("case.calls"), &some(&calls(incident), MOST, telling));
    page.rows(words.get("message.actions"), &some(&brief.done, MOST, telling));
    page.heading(words.get("message.guesses"));
    page.rows("", &some(&brief.guesses, MOST, telling));
    if grey::is_grey(incident) {
        grey_block(&mut page, incident, telling);
    }
    let mut end = Page::default();
    end.heading(words.get("case.question"));
    end.row("", &question(incident, beside));
    end.heading(words.get("case.contact"));
    end.row("", &one(&beside.from));
    end.row("", &brief.record);
    let (told, end) = (page.finish(), end.finish());
    let room = BODY.saturating_sub(end.chars().count());
    if told.chars().count() <= room {
        return told + &end;
    }
    // Whole lines go, and it is said; the question never does.
    let cut = words.get("case.cut");
    let mut room = room.saturating_sub(cut.chars().count() + 1);
    let kept: String = told
        .split_inclusive('\n')
        .take_while(|line| {
            let count = line.chars().count();
            let fits = count <= room;
            room = room.saturating_sub(count);
            fits
        })
        .collect();
    format!("{kept}{cut}\n{end}")
}

/// Evidence by the call that brought it, with the time at which it was read.
fn calls(incident: &Incident) -> Vec<String> {
    let called = incident.evidence.iter().filter(|e| !e.what.operation.is_empty());
    called
        .map(|e| {
            let (at, title) = (rfc3339(e.what.observed_at), one(&e.what.title));
            format!("{at} {}: {title}", one(&e.what.operation))
        })
        .collect()
}

fn grey_block(page: &mut Page, incident: &Incident, telling: &Telling<'_>) {
    let words = telling.words;
    page.heading(words.get("incident.grey.heading"));
    page.row("", words.get(grey::MODEL));
    let asked = [grey::Part::Dispute, grey::Part::Evidence];
    for field in grey::FIELDS.iter().filter(|field| asked.contains(&field.part)) {
        page.row(words.get(field.wording), &grey::value(incident, field.key).map(one).unwrap_or_default());
    }
}

/// Whether a case was opened for this incident, and what AWS said first: for whoever looks before opening another.
pub fn opened(incident: &Incident) -> Option<(u64, &str)> {
    incident.entries.iter().find_map(|entry| match &entry.event {
        Ok(Event::Escalated(e)) if e.sent && e.channel == "support-case" => {
            Some((entry.seq, e.answer.as_str()))
        }
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;
    use crate::{
        incident::made_up::{action, alarm, at, incident, opened, severity as level},
        text::Catalogue,
    };

    fn offered(codes: &[&str]) -> Vec<String> {
        codes.iter().map(|code| (*code).to_owned()).collect()
    }

    fn told() -> Beside {
        Beside {
            from: "ines, +81 3 1234 5678".into(),
            asked: "Is the host of i-0a1c failing?".into(),
            checks: vec![(Outcome::Fail, "system check of i-0a1c: impaired".into())],
            suspects: vec!["the host".into()],
            ..Beside::default()
        }
    }

    #[test]
    fn a_case_is_refused_while_a_fact_is_missing() {
        let bare = incident(&[(0, "ines", opened())]);
        let keys = |incident: &Incident, beside: &Beside| {
            missing(incident, beside).into_iter().map(Fact::wording).collect::<Vec<_>>()
        };
        let nothing = ["case.need_effect", "case.need_checked", "case.need_question", "case.need_contact"];
        assert_eq!(keys(&bare, &Beside::default()), nothing);
        let whole = incident(&[(0, "ines", opened()), (1, "ines", level(Level::Sev2))]);
        assert_eq!(keys(&whole, &told()), [""; 0]);
        let words = Catalogue::load(Lang::En);
        let telling = Telling { words: &words, zone: &TimeZone::UTC, now: at(15) };
        assert!(draft(&bare, &Beside::default(), &[], &telling).is_err());
        let grey = (2, "ines", Event::Grey { field: "disputed".into(), value: "port 22".into() });
        let disputed = incident(&[(0, "ines", opened()), (1, "ines", level(Level::Sev2)), grey]);
        assert!(
            keys(&disputed, &told()).contains(&"incident.grey.aws_duty"),
            "a grey zone has facts of its own"
        );
        assert!(!keys(&disputed, &told()).contains(&"incident.grey.question"), "the question is asked once");
    }

    #[test]
    fn the_severity_is_one_that_the_plan_offers() {
        let all = offered(&CODES);
        let code = |level, offered: &[String]| severity(level, offered).unwrap_or_default();
        for (level, fit) in Level::ALL.iter().zip(["critical", "urgent", "high", "normal"]) {
            assert_eq!(code(Some(*level), &all), fit);
        }
        let small = offered(&["low", "normal"]);
        assert_eq!(code(Some(Level::Sev1), &small), "normal", "the highest that there is");
        assert_eq!(code(Some(Level::Sev4), &offered(&["high", "urgent"])), "high", "none is mild enough");
        assert_eq!(severity(Some(Level::Sev1), &[]), None);
        assert_eq!(severity(Some(Level::Sev1), &offered(&["platinum"])), None, "a code of no known rank");
    }

    #[test]
    fn facts_and_guesses_stand_apart_and_secrets_do_not_stand_at_all() {
        let note = action("aws iam delete-access-key --access-key-id AKIAIOSFODNN7EXAMPLE", "");
        let all = [(0, "ines", opened()), (1, "ines", level(Level::Sev1)), (2, "ines", note)];
        let incident = incident(&all);
        let words = Catalogue::load(Lang::En);
        let telling = Telling { words: &words, zone: &TimeZone::UTC, now: at(15) };
        let draft = draft(&incident, &told(), &offered(&["low", "urgent"]), &telling).unwrap();
        assert_eq!((draft.severity.as_deref(), draft.language), (Some("urgent"), "en"));
        assert_eq!(draft.subject, "INC-0042: web-5xx");
        let place = |text: &str| draft.body.find(text).unwrap_or_else(|| panic!("{text}\n{}", draft.body));
        let (facts, guesses) = (place("FACTS"), place("NOT PROVEN"));
        assert!(facts < place("impaired") && place("impaired") < guesses, "{}", draft.body);
        assert!(guesses < place("  the host\n"), "{}", draft.body);
        assert!(place("QUESTION") < place("Is the host of i-0a1c failing?"));
        assert!(
            draft.body.contains("…MPLE") && !draft.body.contains("AKIAIOSFODNN7EXAMPLE"),
            "{}",
            draft.body
        );
        assert!(draft.body.contains(alarm().arn.as_deref().unwrap()));
    }
    #[test]
    fn what_is_too_long_for_a_case_is_cut_before_its_question() {
        let mut all = vec![(0, "ines", opened()), (1, "ines", level(Level::Sev2))];
        all.extend((0..12).map(|n| (2, "ines", action(&"当番".repeat(140), &format!("result {n}")))));
        all.extend((0..12).map(|n| (3, "ines", action(&"x".repeat(290), &format!("later {n}")))));
        let mut beside = told();
        beside.checks = (0..12).map(|n| (Outcome::Fail, format!("{n} {}", "y".repeat(290)))).collect();
        beside.suspects = (0..12).map(|n| format!("{n} {}", "z".repeat(290))).collect();
        let words = Catalogue::load(Lang::En);
        let telling = Telling { words: &words, zone: &TimeZone::UTC, now: at(15) };
        let draft = draft(&incident(&all), &beside, &offered(&["low"]), &telling).unwrap();
        assert!(draft.body.chars().count() <= BODY, "{}", draft.body.chars().count());
        assert!(draft.body.contains("Is the host of i-0a1c failing?"), "{}", draft.body);
        assert!(draft.body.contains(words.get("case.cut")), "{}", draft.body);
    }
}
