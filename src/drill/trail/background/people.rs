//! People at work: they sign in, and look at one thing after the other. At night there is the one on call.

use super::{super::session, lists::TOURS};
use crate::drill::{
    script::trail::{AgentKind, Principal, PrincipalKind},
    trail::pen::Pen,
};

/// How often a day a person sits down at the console.
const SESSIONS_A_DAY: f64 = 1.7;

/// How often somebody looks at night.
const NIGHT_LOOKS: f64 = 1.2;

/// Seconds between two things that a person looks at, at most.
const PAUSE: i64 = 260;

pub(super) fn write(pen: &mut Pen<'_>) {
    let world = pen.world;
    let people = |one: &&Principal| matches!(one.kind, PrincipalKind::Sso | PrincipalKind::User);
    for one in world.story.principals.iter().filter(people) {
        let Some(office) = one.office else { continue };
        let often = if one.kind == PrincipalKind::User { 0.6 } else { SESSIONS_A_DAY };
        for at in pen.office(office, often) {
            sit_down(pen, one, at);
        }
    }
    let on_call: Vec<&Principal> = world.story.principals.iter().filter(|one| one.role == "OnCall").collect();
    for at in pen.around_the_clock(NIGHT_LOOKS) {
        if let Some(one) = pen.dice.pick(&on_call).copied() {
            sit_down(pen, one, at);
        }
    }
}

/// One sitting: one to three tours. Scripts go faster than people.
fn sit_down(pen: &mut Pen<'_>, one: &Principal, at: i64) {
    let who = session::open(pen, one, at);
    let pause = if one.agent == AgentKind::Console { PAUSE } else { PAUSE / 3 };
    let mut at = at;
    for _ in 0..pen.dice.span(1, 4) {
        let Some(tour) = pen.dice.pick(TOURS) else { continue };
        for (what, request) in *tour {
            if pen.dice.chance(0.85) {
                pen.read(at, &who, what, request);
                at += pen.dice.span(2, pause);
            }
        }
    }
}
