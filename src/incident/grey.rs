//! The record of a grey zone: when it is not clear whether something is AWS's part or ours (`incident-flow.md` §1.6).
//!
//! The list of fields is closed, so that every such record can be read beside every other. What the shared responsibility
//! model says by default stands first and is nobody's to change; then what is disputed, each side's duty, the evidence with
//! its dates, the one question, and what support plan, terms and cost allow. The wording blames nobody. From the dates
//! alone a leaning is told, never a verdict: that is AWS's answer, and a person's.

use jiff::{Timestamp, civil};

use super::{event::Party, fold::Incident};

/// Wording key of what the model says by default.
pub const MODEL: &str = "incident.grey.model";

/// A part of the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Part {
    /// What it is about, and whose duty is what.
    Dispute,
    /// What is known, with dates.
    Evidence,
    /// What AWS is asked, and by when it answers.
    Question,
    /// What plan and contract allow.
    Terms,
    /// What came of it.
    Answer,
}

impl Part {
    /// All, in their order.
    pub const ALL: [Self; 5] = [Self::Dispute, Self::Evidence, Self::Question, Self::Terms, Self::Answer];

    /// Wording key of its heading.
    pub const fn wording(self) -> &'static str {
        match self {
            Self::Dispute => "incident.grey.part_dispute",
            Self::Evidence => "incident.grey.part_evidence",
            Self::Question => "incident.grey.part_question",
            Self::Terms => "incident.grey.part_terms",
            Self::Answer => "incident.grey.part_answer",
        }
    }
}

/// A field of the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// Its name in records ([`Event::Grey`](super::event::Event::Grey)); never renamed.
    pub key: &'static str,
    /// Wording key of what it is called.
    pub wording: &'static str,
    /// Where it stands.
    pub part: Part,
    /// Whether AWS cannot be asked without it.
    pub needed: bool,
    /// Whether it is a day or a moment, written `2026-05-01` or as RFC 3339.
    pub date: bool,
}

macro_rules! fields {
    ($($part:ident $key:literal $($mark:ident)*;)+) => {
        &[$(Field {
            key: $key,
            wording: concat!("incident.grey.", $key),
            part: Part::$part,
            needed: fields!(@ needed $($mark)*),
            date: fields!(@ date $($mark)*),
        },)+]
    };
    (@ needed needed $($rest:ident)*) => { true };
    (@ date date $($rest:ident)*) => { true };
    (@ $wanted:ident $other:ident $($rest:ident)*) => { fields!(@ $wanted $($rest)*) };
    (@ $wanted:ident) => { false };
}

/// All fields, in their order.
pub static FIELDS: &[Field] = fields! {
    Dispute "disputed" needed;
    Dispute "aws_duty" needed;
    Dispute "our_duty" needed;
    Evidence "resource" needed;
    Evidence "image_id";
    Evidence "image_owner";
    Evidence "image_created" date;
    Evidence "image_deprecated" date;
    Evidence "packages";
    Evidence "patch_history";
    Evidence "flaw_published" date;
    Evidence "fix_available" date;
    Evidence "last_patched" date;
    Evidence "exposed_since" date;
    Evidence "first_sign" needed date;
    Question "question" needed;
    Question "asked_in";
    Question "answer_due" date;
    Terms "plan" needed;
    Terms "response_target";
    Terms "terms";
    Terms "terms_checked_by";
    Terms "cost";
    Terms "cost_approved_by";
    Answer "answer";
    Answer "answered_at" date;
    Answer "settled";
};

/// The field of a name.
pub fn field(key: &str) -> Option<&'static Field> {
    FIELDS.iter().find(|field| field.key == key)
}

/// Whether the record is wanted: somebody has begun it, or the side is grey.
pub fn is_grey(incident: &Incident) -> bool {
    let side = incident.verdict.as_ref().map(|verdict| verdict.what.side);
    side == Some(Party::Grey) || !incident.grey.is_empty()
}

/// What a field says; nothing when it was never filled or was emptied.
pub fn value<'a>(incident: &'a Incident, key: &str) -> Option<&'a str> {
    incident.grey.get(key).map(|said| said.what.trim()).filter(|text| !text.is_empty())
}

/// The fields without which AWS cannot be asked and that say nothing yet.
pub fn missing(incident: &Incident) -> Vec<&'static Field> {
    let needed = FIELDS.iter().filter(|field| field.needed);
    let mut missing: Vec<_> = needed.filter(|field| value(incident, field.key).is_none()).collect();
    // Who allowed an extra cost is needed once there is one.
    let approved = value(incident, "cost").is_none() || value(incident, "cost_approved_by").is_some();
    missing.extend(field("cost_approved_by").filter(|_| !approved));
    missing
}

/// The moment that a field names; a day counts from its beginning in UTC.
pub fn moment(incident: &Incident, key: &str) -> Option<Timestamp> {
    let text = value(incident, key)?;
    let day = || text.parse::<civil::Date>().ok()?.to_zoned(jiff::tz::TimeZone::UTC).ok();
    text.parse().ok().or_else(|| day().map(|day| day.timestamp()))
}

/// Whether a text will do for a field: a date where a date is wanted, else anything.
pub fn is_fit(field: &Field, text: &str) -> bool {
    let text = text.trim();
    let date = || text.parse::<Timestamp>().is_ok() || text.parse::<civil::Date>().is_ok();
    text.is_empty() || !field.date || date()
}

/// Fields with dates that are known, the earliest first: the line of what happened when.
pub fn dates(incident: &Incident) -> Vec<(Timestamp, &'static Field)> {
    let evidence = FIELDS.iter().filter(|field| field.date && field.part == Part::Evidence);
    let mut dates: Vec<_> = evidence.filter_map(|f| Some((moment(incident, f.key)?, f))).collect();
    dates.sort_by_key(|(at, _)| *at);
    dates
}

/// Which way the dates lean (`incident-flow.md` R5, step 9); wording key. None where they do not say.
pub fn leaning(incident: &Incident) -> Option<&'static str> {
    let owner = value(incident, "image_owner").map(str::to_ascii_lowercase);
    let amazon = owner.as_deref().is_some_and(|owner| owner.contains("amazon") || owner == "aws");
    let sign = moment(incident, "first_sign")?;
    let before = |key| moment(incident, key).is_some_and(|at| at <= sign);
    if before("fix_available") {
        let patched = moment(incident, "fix_available")
            .zip(moment(incident, "last_patched"))
            .is_some_and(|(fix, patched)| (fix..=sign).contains(&patched));
        return (!patched).then_some("incident.grey.lean_customer");
    }
    match owner {
        Some(_) if !amazon => Some("incident.grey.lean_own_image"),
        Some(_) if moment(incident, "flaw_published").is_some() => Some("incident.grey.lean_grey"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        incident::{
            event::Event,
            made_up::{incident, opened},
        },
        text::{Catalogue, Lang},
    };

    fn with(fields: &[(&str, &str)]) -> Incident {
        let mut all = vec![(0, "ines", opened())];
        let grey = |(field, value): &(&str, &str)| {
            (1, "ines", Event::Grey { field: (*field).into(), value: (*value).into() })
        };
        all.extend(fields.iter().map(grey));
        incident(&all)
    }

    const NEEDED: [(&str, &str); 7] = [
        ("disputed", "who left port 22 open"),
        ("aws_duty", "the image as supplied"),
        ("our_duty", "patches since launch"),
        ("resource", "i-0a1c"),
        ("first_sign", "2026-04-30T22:10:00Z"),
        ("question", "Was the flaw in the image when it was published?"),
        ("plan", "Business Support+"),
    ];

    #[test]
    fn aws_can_be_asked_once_every_needed_field_says_something() {
        let keys = |incident: &Incident| missing(incident).iter().map(|f| f.key).collect::<Vec<_>>();
        assert_eq!(keys(&with(&[])), NEEDED.map(|(key, _)| key));
        assert_eq!(keys(&with(&NEEDED)), [""; 0]);
        let cost = [&NEEDED[..], &[("cost", "USD 200")]].concat();
        assert_eq!(keys(&with(&cost)), ["cost_approved_by"], "a cost wants somebody who allows it");
        let emptied = [&NEEDED[..], &[("question", "  ")]].concat();
        assert_eq!(keys(&with(&emptied)), ["question"]);
    }

    #[test]
    fn dates_lean_and_do_not_judge() {
        let lean = |fields: &[(&str, &str)]| leaning(&with(fields));
        let fixed = [("first_sign", "2026-04-30T22:10:00Z"), ("fix_available", "2026-04-01")];
        assert_eq!(lean(&fixed), Some("incident.grey.lean_customer"));
        let patched = [&fixed[..], &[("last_patched", "2026-04-20")]].concat();
        assert_eq!(lean(&patched), None, "it was patched with the fix, and still");
        let amazon =
            [("first_sign", "2026-04-30"), ("image_owner", "amazon"), ("flaw_published", "2026-05-02")];
        assert_eq!(lean(&amazon), Some("incident.grey.lean_grey"));
        let own = [("first_sign", "2026-04-30"), ("image_owner", "111122223333")];
        assert_eq!(lean(&own), Some("incident.grey.lean_own_image"));
        assert_eq!(lean(&[("image_owner", "amazon")]), None);
    }

    #[test]
    fn every_field_has_a_name_in_both_languages_and_dates_are_dates() {
        for lang in [Lang::En, Lang::Ja] {
            let words = Catalogue::load(lang);
            let parts = Part::ALL.iter().map(|part| part.wording());
            for key in FIELDS.iter().map(|field| field.wording).chain(parts).chain([MODEL]) {
                assert!(words.find(key).is_some(), "{lang:?} {key}");
            }
        }
        let date = field("first_sign").unwrap();
        assert!(is_fit(date, "2026-05-01") && is_fit(date, "2026-05-01T03:00:00Z") && is_fit(date, ""));
        assert!(!is_fit(date, "yesterday"));
        let order =
            [("first_sign", "2026-04-30"), ("image_created", "2025-01-01"), ("fix_available", "soon")];
        let keys: Vec<&str> = dates(&with(&order)).into_iter().map(|(_, f)| f.key).collect();
        assert_eq!(keys, ["image_created", "first_sign"]);
    }
}
