//! What the history itself says of a resource, read back from it: the instances that Auto Scaling launched and
//! terminated in the everyday noise, and the latest code of a function. Who asks a service for its state must find what
//! CloudTrail has of it.

use std::collections::HashMap;

use super::{NOISE_DAYS, Story, day_of};
use crate::drill::world::World;

impl Story {
    /// The instances that came and went by a launch template: id, and both moments in seconds since 1970.
    pub(crate) fn came_and_went(&self, world: &World, template: &str) -> Vec<(String, i64, i64)> {
        let last = day_of(world.origin.as_second());
        let ours = |id: &str| world.instances.iter().any(|instance| instance.id == id);
        let mut came: HashMap<String, i64> = HashMap::new();
        let mut found = Vec::new();
        for day in last - NOISE_DAYS..=last {
            for event in self.day(world, day).iter().filter(|event| event.call.error.is_none()) {
                let instances = event.call.resources.iter().filter(|(kind, _)| kind == "AWS::EC2::Instance");
                match event.call.name.as_ref() {
                    "RunInstances"
                        if event.call.request.as_ref().is_some_and(|text| text.contains(template)) =>
                    {
                        came.extend(
                            instances.filter(|(_, id)| !ours(id)).map(|(_, id)| (id.clone(), event.at)),
                        );
                    }
                    "TerminateInstances" => {
                        for (_, id) in instances {
                            if let Some(from) = came.remove(id) {
                                found.push((id.clone(), from, event.at));
                            }
                        }
                    }
                    _ => {}
                }
            }
        }
        found
    }

    /// When a function got its latest code, up to a moment in seconds since 1970, and the number of that build.
    pub(crate) fn latest_code(&self, world: &World, function: &str, until: i64) -> Option<(i64, i64)> {
        let oldest = day_of(world.origin.as_second()) - NOISE_DAYS;
        for day in (oldest..=day_of(until)).rev() {
            let events = self.day(world, day);
            let deployed = events.iter().rev().filter(|event| {
                event.at <= until
                    && event.call.error.is_none()
                    && event.call.name.starts_with("UpdateFunctionCode")
            });
            let mut ours =
                deployed.filter(|event| event.call.resources.iter().any(|(_, name)| name == function));
            if let Some(event) = ours.next() {
                let request = event.call.request.as_deref().unwrap_or_default();
                // `thumbnailer/212.zip`
                let number = request.split(".zip").next().and_then(|text| text.rsplit('/').next());
                return Some((event.at, number.and_then(|number| number.parse().ok()).unwrap_or(1)));
            }
        }
        None
    }
}
