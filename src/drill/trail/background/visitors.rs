//! Callers from outside: a vendor's account that watches ours, and the scripts of IAM users with long-lived keys.

use super::{super::session, lists::POLL};
use crate::drill::{
    script::trail::{AgentKind, Principal, PrincipalKind},
    trail::pen::Pen,
};

/// How often the vendor comes.
const POLL_SECS: i64 = 2 * 3600;

pub(super) fn write(pen: &mut Pen<'_>) {
    let world = pen.world;
    let of = |kind| world.story.principals.iter().filter(move |one: &&Principal| one.kind == kind);
    for vendor in of(PrincipalKind::Account) {
        for at in pen.every(POLL_SECS, 1187) {
            let who = session::open(pen, vendor, at);
            for (after, (what, request)) in (0..).zip(POLL) {
                pen.read(at + after, &who, what, request);
            }
        }
    }
    // Scripts have no office hours.
    for script in of(PrincipalKind::User).filter(|one| one.agent == AgentKind::Boto3) {
        for at in pen.every(3 * 3600, 4013) {
            let who = session::open(pen, script, at);
            pen.read(at, &who, "sts:GetCallerIdentity", "");
            pen.read(at + 1, &who, "ec2:DescribeInstances", r#"{"instancesSet":{},"filterSet":{}}"#);
            pen.read(
                at + 2,
                &who,
                "ec2:DescribeImages",
                r#"{"imagesSet":{},"ownersSet":{"items":[{"owner":"self"}]},"filterSet":{}}"#,
            );
        }
    }
}
