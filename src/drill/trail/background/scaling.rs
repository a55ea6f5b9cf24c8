//! Auto Scaling at work on the batch workers: instances that came and went before the scenario, and what follows them.

use serde_json::json;

use super::super::{
    event::Call,
    past::{launch, terminate},
    session,
};
use crate::drill::trail::pen::Pen;

/// The group that scales, and its fleet.
const GROUP: &str = "batch-asg";
const FLEET: &str = "batch";

const SERVICE: &str = "autoscaling";

/// How long a terminated instance is still listed (`aws-facts.md` §1.0), and some more.
const LISTED: i64 = 3 * 3600;

pub(super) fn write(pen: &mut Pen<'_>) {
    let world = pen.world;
    let Some(like) = world.instances.iter().find(|instance| instance.fleet == FLEET) else { return };
    for at in pen.around_the_clock(3.5) {
        let gone = at + pen.dice.span(1800, 3 * 3600);
        // What is gone is no longer in the account's list; from then on the group keeps its size. And a life is told
        // whole, in one day.
        if gone + LISTED > world.origin.as_second() || !pen.has(gone) {
            continue;
        }
        let id = pen.fresh("i");
        let who = session::linked(pen, SERVICE, "AWSServiceRoleForAutoScaling", "AutoScaling", at - 1);
        let call = launch(world, like, &[id.as_str()]);
        pen.write(at, &who, call);
        let volume = pen.fresh("vol");
        let call = Call::new("ec2:CreateTags")
            .request(&json!({
                "resourcesSet": { "items": [{ "resourceId": id }, { "resourceId": volume }] },
                "tagSet": { "items": [{ "key": "aws:autoscaling:groupName", "value": GROUP }] },
            }))
            .done()
            .on("AWS::EC2::Instance", id.clone())
            .on("AWS::EC2::Volume", volume);
        pen.write(at + 3, &who, call);
        let call = terminate(&id);
        let who = session::linked(pen, SERVICE, "AWSServiceRoleForAutoScaling", "AutoScaling", gone - 1);
        pen.write(gone, &who, call);
    }
}
