//! What a kind of change does to a kind of symptom: by the table, by a parameter, else by its verb alone.

use crate::{
    text::sentence::Sentence,
    triage::cause::{
        Case, Symptom,
        signals::{Detail, Effect},
    },
};

/// What this kind of change does to this kind of symptom.
pub(super) struct Kind<'a> {
    pub weight: f64,
    /// How well its best effect fits the symptom: 0 to 1.
    pub fit: f64,
    effect: Option<Effect>,
    /// The parameter that decides it.
    pub key: Option<&'a str>,
    /// What it changed breaks nothing.
    pub harmless: bool,
}

impl<'a> Kind<'a> {
    pub(super) fn of(case: &Case, effects: Option<&[Effect]>, details: &[&'a Detail], name: &str) -> Self {
        let none = Self { weight: by_verb(name), fit: 0.0, effect: None, key: None, harmless: false };
        let telling = details.iter().filter(|d| !d.effects.is_empty());
        let by_key =
            telling.flat_map(|d| fits(case, &d.effects, name).map(|(fit, e)| (fit, e, Some(d.key.as_str()))));
        let best = by_key.max_by(|a, b| a.0.total_cmp(&b.0));
        if let (None, Some(first)) = (best, details.first()) {
            return Self { key: Some(&first.key), harmless: true, ..none };
        }
        let by_name = || fits(case, effects.unwrap_or_default(), name).map(|(fit, e)| (fit, e, None));
        let best = best.or_else(|| by_name().max_by(|a, b| a.0.total_cmp(&b.0)));
        let Some((fit, effect, key)) = best else { return none };
        Self { weight: of_fit(fit), fit, effect: Some(effect), key, harmless: false }
    }

    pub(super) fn reason(&self) -> Option<Sentence> {
        let effect = self.effect.filter(|_| self.fit >= 0.3)?;
        let effect = Sentence::new(effect.key());
        Some(match self.key {
            Some(key) => Sentence::new("cause.key_can").with("key", key).with_part("effect", effect),
            None => Sentence::new("cause.can").with_part("effect", effect),
        })
    }

    /// Whether it is suspected of having opened something, which making a thing can do.
    pub(super) const fn opens(&self) -> bool {
        matches!(self.effect, Some(Effect::Exposure | Effect::Privilege | Effect::Cost | Effect::Capacity))
    }
}

/// What the verb of a call that is in no table says at most.
const VERB_MOST: f64 = 0.5;

fn of_fit(fit: f64) -> f64 {
    0.25 + 0.75 * fit
}

/// What no change can exceed as an explanation of a symptom, whatever it does.
pub fn ceiling(symptom: &Symptom) -> f64 {
    of_fit(symptom.most()).max(VERB_MOST)
}

/// How well each effect of a change fits the symptom: what the change typically causes before what it can cause too, and
/// what a verb says of it.
fn fits<'e>(case: &Case, effects: &'e [Effect], name: &str) -> impl Iterator<Item = (f64, Effect)> + 'e {
    let weights: Vec<f64> =
        effects.iter().map(|effect| case.symptom.weight(*effect) * agrees(name, *effect)).collect();
    effects.iter().zip(weights).zip(0u8..).map(|((effect, weight), at)| {
        let typical = (1.0 - 0.1 * f64::from(at)).max(0.6);
        (weight * typical, *effect)
    })
}

/// Taking something away breaks things and adding something opens them, rarely the other way round.
fn agrees(name: &str, effect: Effect) -> f64 {
    let opens = matches!(effect, Effect::Exposure | Effect::Privilege | Effect::Cost);
    match (verb(name), opens) {
        (Verb::Away, true) => 0.7,
        (Verb::Adds, false) if effect != Effect::Capacity => 0.75,
        _ => 1.0,
    }
}

/// What the verb alone says of a change that is not in the table: taking away breaks more than changing, changing more
/// than adding.
fn by_verb(name: &str) -> f64 {
    match verb(name) {
        Verb::Away => VERB_MOST,
        Verb::Changes => 0.42,
        Verb::Adds => 0.25,
    }
}

enum Verb {
    Away,
    Changes,
    Adds,
}

fn verb(name: &str) -> Verb {
    const AWAY: &[&str] = &[
        "Delete",
        "Remove",
        "Terminate",
        "Disable",
        "Stop",
        "Detach",
        "Revoke",
        "Deregister",
        "Disassociate",
        "Release",
        "Suspend",
        "Reject",
        "Cancel",
        "Purge",
        "Unsubscribe",
        "Deactivate",
        "Unassign",
    ];
    const ADDS: &[&str] = &[
        "Create",
        "Associate",
        "Attach",
        "Add",
        "Authorize",
        "Allocate",
        "Assign",
        "Register",
        "Enable",
        "Run",
        "Start",
        "Launch",
        "Activate",
        "Accept",
        "Publish",
        "Subscribe",
        "Resume",
        "Tag",
        "Describe",
        "Get",
        "List",
    ];
    // An image is made of a machine that is stopped for it, a deployment replaces what ran before.
    const CHANGES: &[&str] =
        &["CreateImage", "CreateDeployment", "StartInstanceRefresh", "StartPipelineExecution"];
    let begins = |verbs: &[&str]| verbs.iter().any(|verb| name.starts_with(verb));
    if begins(AWAY) {
        Verb::Away
    } else if begins(ADDS) && !begins(CHANGES) {
        Verb::Adds
    } else {
        Verb::Changes
    }
}
