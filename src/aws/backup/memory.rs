//! What a session remembers of backups: what each source said last, the last rows, and every recovery point that was
//! there, so that one that is gone before its time is missed.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use jiff::{SignedDuration, Timestamp};

use super::{
    by::{By, Snapshots},
    ebs::Volume,
    names::Who,
    sources::Protected,
    vaults::{Points, Seen},
};
use crate::{
    aws::kept::Kept,
    rows::backup::{Backup, Job, Policy, RecoveryPoint, Vanished},
};

/// Missing recovery points that are remembered at most; the oldest losses go first.
const MOST_MISSED: usize = 1_000;
/// For how long a loss is said.
const MISSED_FOR: SignedDuration = SignedDuration::from_hours(7 * 24);

/// What a session remembers.
#[derive(Default)]
pub(in crate::aws) struct Memory {
    pub(super) volumes: Kept<Arc<Vec<Volume>>>,
    pub(super) protected: Kept<Arc<Vec<Protected>>>,
    pub(super) snapshots: Kept<Arc<Snapshots>>,
    pub(super) jobs: Kept<Arc<By<Job>>>,
    pub(super) points: Kept<Arc<By<RecoveryPoint>>>,
    pub(super) policies: Kept<Arc<Vec<Arc<Policy>>>>,
    pub(super) opted_in: Kept<Arc<HashMap<String, bool>>>,
    rows: Mutex<Vec<Arc<Backup>>>,
    points_seen: Mutex<PointsSeen>,
}

#[derive(Default)]
struct PointsSeen {
    /// By ARN.
    there: HashMap<String, Seen>,
    missed: Vec<Missed>,
}

/// A loss, and whose.
pub(super) type Missed = (Arc<Who>, Arc<Vanished>);

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// An answer that takes over from the one before it what is still the same: the rows hold that, and it would be in
/// memory twice.
pub(super) trait Adopt {
    fn adopt(&mut self, before: &Self);
}

impl<T: Clone + PartialEq> Adopt for By<T> {
    fn adopt(&mut self, before: &Self) {
        self.0.adopt(&before.0);
    }
}

impl<K: Eq + std::hash::Hash, V: Clone + PartialEq> Adopt for HashMap<K, V> {
    fn adopt(&mut self, before: &Self) {
        for (key, item) in self {
            if let Some(same) = before.get(key).filter(|known| *known == item) {
                item.clone_from(same);
            }
        }
    }
}

/// AWS gives lists in the same order each time, as a rule.
impl<T: Clone + PartialEq> Adopt for Vec<T> {
    fn adopt(&mut self, before: &Self) {
        for (item, known) in self.iter_mut().zip(before) {
            if item == known {
                item.clone_from(known);
            }
        }
    }
}

impl Memory {
    /// Compares what the vaults hold with what they held: everything that is missing before its time, this or an earlier
    /// time of asking. Only vaults that were read to their end, or are themselves gone, prove a loss.
    pub(super) fn compare(&self, now: Timestamp, points: &Points) -> Vec<Missed> {
        let mut known = lock(&self.points_seen);
        let PointsSeen { there, missed } = &mut *known;
        let proven = |vault: &str| {
            points.read.contains(vault)
                || points.listed.as_ref().is_some_and(|listed| !listed.contains(vault))
        };
        there.retain(|arn, seen| {
            if points.seen.contains_key(arn) || !proven(&seen.who.vault) {
                return true;
            }
            if seen.delete_at.is_none_or(|at| at > now) {
                let gone = Vanished {
                    arn: arn.clone(),
                    vault: seen.who.vault.to_string(),
                    created: seen.created,
                    delete_at: seen.delete_at,
                    missed_at: now,
                };
                missed.push((Arc::clone(&seen.who), Arc::new(gone)));
            }
            false
        });
        there.extend(
            points.seen.iter().filter(|(arn, _)| !arn.is_empty()).map(|(a, s)| (a.clone(), s.clone())),
        );
        missed.retain(|(_, gone)| {
            !points.seen.contains_key(&gone.arn) && now.duration_since(gone.missed_at) <= MISSED_FOR
        });
        missed.sort_by_key(|(_, gone)| std::cmp::Reverse((gone.missed_at, gone.created)));
        missed.truncate(MOST_MISSED);
        missed.clone()
    }

    /// Keeps the rows that `make` hands over one by one, shared with the last ones where they are the same: both are in
    /// memory while the screen goes over from one to the other.
    pub(super) fn share(&self, make: impl FnOnce(&mut dyn FnMut(Backup))) -> Vec<Arc<Backup>> {
        let mut last = lock(&self.rows);
        let before: HashSet<ById> = last.drain(..).map(ById).collect();
        let mut rows = Vec::with_capacity(before.len());
        make(&mut |row| {
            rows.push(match before.get(row.id.as_str()) {
                Some(ById(same)) if **same == row => Arc::clone(same),
                _ => Arc::new(row),
            });
        });
        last.clone_from(&rows);
        rows
    }
}

struct ById(Arc<Backup>);

impl std::borrow::Borrow<str> for ById {
    fn borrow(&self) -> &str {
        &self.0.id
    }
}

impl std::hash::Hash for ById {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.id.as_str().hash(state);
    }
}

impl PartialEq for ById {
    fn eq(&self, other: &Self) -> bool {
        self.0.id == other.0.id
    }
}

impl Eq for ById {}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    /// One vault holding these, with the day of May 2026 on which each is to be deleted.
    fn vault(held: &[(&str, Option<u8>)]) -> Points {
        let name = || "Default".to_owned();
        let who = Arc::new(Who { key: "vol-1".into(), vault: "Default".into(), ..Who::default() });
        let seen = |(arn, day): &(&str, Option<u8>)| {
            let delete_at = day.map(|day| at(&format!("2026-05-{day:02}T00:00:00Z")));
            ((*arn).to_owned(), Seen { who: Arc::clone(&who), created: None, delete_at })
        };
        Points {
            seen: held.iter().map(seen).collect(),
            listed: Some(HashSet::from([name()])),
            read: HashSet::from([name()]),
            ..Points::default()
        }
    }

    fn arns(missed: &[Missed]) -> Vec<&str> {
        let mut arns: Vec<&str> = missed.iter().map(|(_, gone)| gone.arn.as_str()).collect();
        arns.sort_unstable();
        arns
    }

    #[test]
    fn what_is_gone_before_its_time_is_missed() {
        let memory = Memory::default();
        let day = |n: u8| at(&format!("2026-05-{n:02}T12:00:00Z"));
        let all = [("due", Some(2)), ("early", Some(20)), ("forever", None), ("stays", Some(20))];
        assert_eq!(arns(&memory.compare(day(1), &vault(&all))), [""; 0], "nothing to compare with");
        assert_eq!(arns(&memory.compare(day(3), &vault(&all[3..]))), ["early", "forever"]);
        assert_eq!(arns(&memory.compare(day(4), &vault(&all[3..]))), ["early", "forever"], "still missed");
        let back = [all[1], all[3]];
        assert_eq!(arns(&memory.compare(day(5), &vault(&back))), ["forever"], "it was there after all");
        assert_eq!(arns(&memory.compare(day(14), &vault(&back))), [""; 0], "said for a week");
    }

    #[test]
    fn a_vault_that_was_not_read_proves_nothing() {
        let memory = Memory::default();
        let now = at("2026-05-01T12:00:00Z");
        memory.compare(now, &vault(&[("kept", None)]));
        let unread = Points { read: HashSet::new(), ..vault(&[]) };
        assert_eq!(arns(&memory.compare(now, &unread)), [""; 0]);
        assert_eq!(arns(&memory.compare(now, &Points::default())), [""; 0], "nor does a list that failed");
        assert_eq!(arns(&memory.compare(now, &vault(&[("kept", None)]))), [""; 0]);
        let deleted = Points { listed: Some(HashSet::new()), read: HashSet::new(), ..vault(&[]) };
        assert_eq!(arns(&memory.compare(now, &deleted)), ["kept"], "gone with its vault");
    }

    #[test]
    fn an_answer_takes_over_what_is_still_the_same() {
        let point = |arn: &str| RecoveryPoint { arn: arn.into(), ..RecoveryPoint::default() };
        let answer = |points: &[(&str, &str)]| {
            let mut by = By::default();
            for (key, arn) in points {
                by.add(&Arc::new(Who { key: (*key).into(), ..Who::default() }), point(arn));
            }
            by
        };
        let before = answer(&[("a", "1"), ("b", "2"), ("gone", "3")]);
        let mut after = answer(&[("a", "1"), ("b", "changed"), ("new", "4")]);
        let plain = after.clone();
        after.adopt(&before);
        assert_eq!(after, plain, "it says what it said");
        let same = |key: &str| Arc::ptr_eq(&before.0[key].newest.list[0], &after.0[key].newest.list[0]);
        assert!(same("a") && !same("b"));
        let (one, other) = (Arc::new(1), Arc::new(2));
        let mut list = vec![Arc::new(1), Arc::new(3)];
        list.adopt(&vec![Arc::clone(&one), other]);
        assert!(Arc::ptr_eq(&list[0], &one) && *list[1] == 3);
    }

    #[test]
    fn rows_that_are_the_same_are_shared() {
        let memory = Memory::default();
        let row = |id: &str| {
            Backup::of(
                id,
                crate::resource::ResourceRef::new(crate::scope::ScopeId(0), "AWS::S3::Bucket", id),
                "S3",
            )
        };
        let first = memory.share(|keep| [row("a"), row("b")].into_iter().for_each(keep));
        let changed = Backup { name: "new".into(), ..row("b") };
        let second = memory.share(|keep| [row("a"), changed].into_iter().for_each(keep));
        assert!(Arc::ptr_eq(&first[0], &second[0]) && !Arc::ptr_eq(&first[1], &second[1]));
    }
}
