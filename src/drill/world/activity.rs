//! What an Auto Scaling group did: launches and terminations, as they follow from the instances, from CloudTrail's
//! everyday and from what timelines tell.
//!
//! An activity is never stored: the instances and the history are the only truth, so a group cannot claim to have
//! launched what is not there.

use jiff::Timestamp;

use super::{Ids, World, groups::GROUP_TAG, groups::Group, shift};

/// Auto Scaling keeps activities for six weeks.
const KEPT: i64 = 42 * 86_400;

/// How long a launch and a termination take.
const LAUNCH: i64 = 34;
const TERMINATION: i64 = 61;

/// One activity.
#[derive(Debug, Clone)]
pub(crate) struct Activity {
    /// A UUID.
    pub(crate) id: String,
    /// What was done.
    pub(crate) about: String,
    /// Why.
    pub(crate) cause: String,
    /// When it began.
    pub(crate) start: Timestamp,
    /// When it was over.
    pub(crate) end: Option<Timestamp>,
    /// `Successful InProgress Failed …`.
    pub(crate) status: String,
    /// Why it failed.
    pub(crate) message: Option<String>,
}

/// Which way the capacity goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Up,
    Down,
}

impl World {
    /// The activities of a group that are known at a second of the scenario, newest first.
    pub(crate) fn activities(&self, group: &Group, elapsed: i64) -> Vec<Activity> {
        let now = self.moment(elapsed);
        let recent = |at: &Timestamp| *at <= now && now.duration_since(*at).as_secs() <= KEPT;
        let mut found = Vec::new();
        let mut size = 0;
        let own = self.instances.iter().filter(|one| one.tag(GROUP_TAG) == Some(&group.name));
        for one in own {
            // The first ones fill the group; what comes later takes somebody's place.
            size = (size + 1).min(group.desired);
            if recent(&one.launched) {
                found.push(self.change(&one.id, (Way::Up, size), one.launched, now, group));
            }
            let ended =
                one.effects.iter().find(|(_, effect)| effect.state.as_deref() == Some("shutting-down"));
            let ended = ended.map(|(at, _)| self.moment(*at)).filter(recent);
            if let Some(at) = ended {
                found.push(self.change(&one.id, (Way::Down, group.desired), at, now, group));
            }
        }
        for (id, from, to) in self.story.came_and_went(self, &group.template) {
            let over = group.desired + 1;
            for (way, at) in [(Way::Up, from), (Way::Down, to)] {
                if let Some(at) = Timestamp::from_second(at).ok().filter(recent) {
                    found.push(self.change(&id, (way, over), at, now, group));
                }
            }
        }
        for (second, told) in &group.told {
            let at = self.moment(*second);
            if recent(&at) {
                let usual = "an instance was started in response to a difference between desired and actual capacity.";
                let about = told.about.as_deref().unwrap_or("Launching a new EC2 instance.");
                found.push(Activity {
                    id: self.activity_id(group, about, at),
                    about: about.to_owned(),
                    cause: format!("At {} {}", stamp(at), told.cause.as_deref().unwrap_or(usual)),
                    start: at,
                    end: (told.status != "InProgress").then_some(at),
                    status: told.status.clone(),
                    message: told.message.clone(),
                });
            }
        }
        found.sort_by(|a, b| (b.start, &b.id).cmp(&(a.start, &a.id)));
        found
    }

    fn activity_id(&self, group: &Group, about: &str, at: Timestamp) -> String {
        Ids { seed: self.seed }.uuid(&format!("activity/{}/{about}/{}", group.name, at.as_second()))
    }

    /// An instance comes, or goes; with the larger of the two capacities.
    fn change(
        &self,
        instance: &str,
        (way, size): (Way, i64),
        at: Timestamp,
        now: Timestamp,
        group: &Group,
    ) -> Activity {
        let refresh = group.refreshes.iter().find(|(_, from, told)| {
            let until = told.until.map_or(i64::MAX, |until| until.0.saturating_add(TERMINATION));
            let second = self.elapsed(at);
            *from <= second && second <= until
        });
        // Who launches before terminating has one too many meanwhile.
        let launches_first = refresh.is_some_and(|(_, _, told)| told.preferences.launches_first());
        let size = if launches_first { group.desired + 1 } else { size };
        let less = size - 1;
        let (about, cause, lasts) = match way {
            Way::Up => (
                format!("Launching a new EC2 instance: {instance}"),
                format!(
                    "an instance was started in response to a difference between desired and actual capacity, \
                     increasing the capacity from {less} to {size}."
                ),
                LAUNCH,
            ),
            Way::Down => (
                format!("Terminating EC2 instance: {instance}"),
                if refresh.is_some() {
                    "an instance was taken out of service in response to an instance refresh.".to_owned()
                } else {
                    format!(
                        "an instance was taken out of service in response to a difference between desired and actual \
                         capacity, shrinking the capacity from {size} to {less}."
                    )
                },
                TERMINATION,
            ),
        };
        let end = shift(at, lasts);
        let done = end <= now;
        Activity {
            id: self.activity_id(group, &about, at),
            about,
            cause: format!("At {} {cause}", stamp(at)),
            start: at,
            end: done.then_some(end),
            status: if done { "Successful" } else { "InProgress" }.to_owned(),
            message: None,
        }
    }
}

/// `2026-05-01T03:04:05Z`, as causes have it.
fn stamp(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
