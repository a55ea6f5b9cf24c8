//! Suspects that are one deed: a deployment's calls, an intruder's steps. The likeliest speaks for all.
//!
//! By who and when alone: the same session (its access key, else the same actor by the same way), one shortly after the
//! other. Ranks stay as they are; this only says which belong together.

use jiff::SignedDuration;

use super::Suspect;
use crate::rows::event::{ActorKind, Event};

/// Two calls of one deed are no further apart.
const APART: SignedDuration = SignedDuration::from_mins(15);
/// What is far less likely than the first is no part of the deed: a harmless call of the same session.
const PART: f64 = 0.5;

/// A deed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Its likeliest suspect, as a place in the ranking.
    pub first: usize,
    /// The others, in the order of their ranks.
    pub inside: Vec<usize>,
}

/// The suspects as deeds, in the order of their likeliest.
pub fn groups(suspects: &[Suspect]) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for (at, suspect) in suspects.iter().enumerate() {
        let of = groups.iter_mut().find(|group| {
            let first = suspects.get(group.first);
            let near = |other: &usize| {
                suspects.get(*other).is_some_and(|other| is_near(&other.event, &suspect.event))
            };
            first.is_some_and(|first| {
                suspect.score >= first.score * PART && is_same(&first.event, &suspect.event)
            }) && std::iter::once(&group.first).chain(&group.inside).any(near)
        });
        match of {
            Some(group) => group.inside.push(at),
            None => groups.push(Group { first: at, inside: Vec::new() }),
        }
    }
    groups
}

fn is_near(one: &Event, other: &Event) -> bool {
    one.time.duration_since(other.time).abs() <= APART
}

fn is_same(one: &Event, other: &Event) -> bool {
    // A service does many things that have nothing to do with each other.
    if one.actor_kind == ActorKind::Service || one.error.is_some() != other.error.is_some() {
        return false;
    }
    match (&one.access_key, &other.access_key) {
        (Some(one), Some(other)) => one == other,
        _ => one.actor == other.actor && one.via == other.via,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rows::event::made_up;

    fn suspect(score: f64, time: &str, actor: &str) -> Suspect {
        let time = format!("2026-05-01T{time}Z").parse().unwrap();
        let event = Event { time, actor: actor.into(), access_key: None, ..made_up::call("Change") };
        Suspect { score, reasons: Vec::new(), event }
    }

    #[test]
    fn one_hand_s_calls_in_a_row_are_one_deed() {
        let suspects = [
            suspect(0.9, "03:10:00", "pipeline"),
            suspect(0.8, "03:01:00", "alice"),
            suspect(0.8, "02:58:00", "pipeline"),
            suspect(0.7, "02:44:00", "pipeline"),
            suspect(0.7, "01:00:00", "pipeline"),
            suspect(0.1, "03:09:00", "pipeline"),
        ];
        let group = |first, inside: &[usize]| Group { first, inside: inside.to_vec() };
        assert_eq!(
            groups(&suspects),
            [group(0, &[2, 3]), group(1, &[]), group(4, &[]), group(5, &[])],
            "each near another of its deed, and about as likely"
        );
    }

    #[test]
    fn what_services_do_is_not_one_deed() {
        let mut both = [suspect(0.9, "03:10:00", "autoscaling"), suspect(0.9, "03:09:00", "autoscaling")];
        for suspect in &mut both {
            suspect.event.actor_kind = ActorKind::Service;
        }
        assert_eq!(groups(&both).len(), 2);
        assert!(groups(&[]).is_empty());
    }
}
