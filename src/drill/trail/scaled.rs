//! Instances that Auto Scaling launched and terminated in the everyday noise, read back from the history itself: who
//! asks a group for its activities must find what CloudTrail has.

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
}
