//! Things grouped by the resource they are about: how many, and the newest few.

use std::{collections::HashMap, sync::Arc};

use jiff::Timestamp;

use super::names::Who;
use crate::rows::backup::{JOBS_KEPT, Job, Newest, POINTS_KEPT, RecoveryPoint, Snapshot};

/// What can be grouped.
pub(super) trait Item {
    /// How many are kept of one resource.
    const MOST: usize;
    /// The moment it is sorted by.
    fn at(&self) -> Option<Timestamp>;
    /// Whether it is a whole backup: the newest such one is kept however many came after it.
    fn is_good(&self) -> bool;
}

impl Item for Job {
    const MOST: usize = JOBS_KEPT;

    fn at(&self) -> Option<Timestamp> {
        self.created
    }

    fn is_good(&self) -> bool {
        Self::is_good(self)
    }
}

impl Item for RecoveryPoint {
    const MOST: usize = POINTS_KEPT;

    fn at(&self) -> Option<Timestamp> {
        self.created
    }

    fn is_good(&self) -> bool {
        Self::is_good(self)
    }
}

impl Item for Snapshot {
    const MOST: usize = POINTS_KEPT;

    fn at(&self) -> Option<Timestamp> {
        self.started
    }

    fn is_good(&self) -> bool {
        self.state == "completed"
    }
}

/// The snapshots of each volume, by its id.
pub(super) type Snapshots = HashMap<Box<str>, Newest<Snapshot>>;

/// Things by the key of their resource.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct By<T>(pub HashMap<Box<str>, Of<T>>);

impl<T> Default for By<T> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

/// The things of one resource.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Of<T> {
    /// The resource, as the first of them named it.
    pub who: Arc<Who>,
    /// The things.
    pub newest: Newest<T>,
}

impl<T: Item> By<T> {
    /// Adds one.
    pub(super) fn add(&mut self, who: &Arc<Who>, item: T) {
        let of = match self.0.get_mut(who.key.as_str()) {
            Some(of) => of,
            None => self
                .0
                .entry(who.key.as_str().into())
                .or_insert_with(|| Of { who: Arc::clone(who), newest: Newest::default() }),
        };
        add(&mut of.newest, item);
    }
}

/// Adds one in its place.
pub(super) fn add<T: Item>(to: &mut Newest<T>, item: T) {
    let Newest { count, list } = to;
    *count += 1;
    let place = list.partition_point(|known| known.at() >= item.at());
    // Most resources have a handful: room for four would be room for three too many.
    list.reserve_exact(1);
    list.insert(place, Arc::new(item));
    if list.len() > T::MOST {
        let last = list.len() - 1;
        let only_good = list.iter().position(|i| i.is_good()) == Some(last);
        list.remove(if only_good { last - 1 } else { last });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(day: u32, status: &str) -> RecoveryPoint {
        RecoveryPoint {
            arn: format!("{day}"),
            status: status.into(),
            created: format!("2026-04-{day:02}T03:00:00Z").parse().ok(),
            ..RecoveryPoint::default()
        }
    }

    #[test]
    fn the_newest_are_kept_and_the_newest_good_one_with_them() {
        let who = Arc::new(Who { key: "k".into(), ..Who::default() });
        let mut by = By::default();
        for day in [3, 1, 30, 2, 29, 28, 4, 5, 27, 26, 25, 24, 23, 22] {
            let status = if day <= 2 { "COMPLETED" } else { "PARTIAL" };
            by.add(&who, point(day, status));
        }
        let newest = &by.0["k"].newest;
        let days: Vec<&str> = newest.list.iter().map(|p| p.arn.as_str()).collect();
        assert_eq!(newest.count, 14);
        assert_eq!(days, ["30", "29", "28", "27", "26", "25", "24", "23", "22", "2"]);
    }
}
