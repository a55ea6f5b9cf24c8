//! What secondary questions said last, so that one that fails does not take from the screen what was known.
//!
//! Facts are only kept for [`FOR`]: an old status check is worse than none. The time is the session's clock's; this must
//! never ask what time it is.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use jiff::{SignedDuration, Timestamp};

use crate::rows::instance::{Instance, Status};

/// How long an answer may stand in for one that failed: long enough for a few refreshes to be throttled, short enough
/// that nobody acts on another hour's facts.
pub(super) const FOR: SignedDuration = SignedDuration::from_mins(10);

/// Rows are not held longer than this for secondary answers that are still on their way; what comes later is sent
/// again. Answers that come within it save the second sending.
pub(super) const PATIENCE: std::time::Duration = std::time::Duration::from_millis(500);

fn holds(at: Timestamp, now: Timestamp) -> bool {
    now.duration_since(at).abs() <= FOR
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The last whole answer to one question.
pub(super) struct Kept<T>(Mutex<Option<(Timestamp, T)>>);

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self(Mutex::new(None))
    }
}

impl<T: Clone> Kept<T> {
    /// Keeps an answer.
    pub(super) fn set(&self, now: Timestamp, answer: T) {
        *lock(&self.0) = Some((now, answer));
    }

    /// The last answer, however old.
    pub(super) fn ever(&self) -> Option<T> {
        lock(&self.0).as_ref().map(|(_, answer)| answer.clone())
    }

    /// The last answer, unless it is too old.
    pub(super) fn get(&self, now: Timestamp) -> Option<T> {
        lock(&self.0).as_ref().filter(|(at, _)| holds(*at, now)).map(|(_, answer)| answer.clone())
    }
}

/// Status checks by instance id.
pub(super) type Statuses = KeptById<Status>;

/// Answers by id, each with its time: a listing may fail after some of its pages.
pub(super) struct KeptById<T>(Mutex<HashMap<String, (Timestamp, Arc<T>)>>);

impl<T> Default for KeptById<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T: PartialEq> KeptById<T> {
    /// Keeps a page; of an answer that is what it was, the one that is in memory already.
    pub(super) fn add(&self, now: Timestamp, page: &[(String, Arc<T>)]) {
        let mut known = lock(&self.0);
        for (id, answer) in page {
            match known.get_mut(id) {
                Some((at, same)) if same == answer => *at = now,
                _ => drop(known.insert(id.clone(), (now, Arc::clone(answer)))),
            }
        }
    }
}

impl<T> KeptById<T> {
    /// Whether there ever was an answer for an id.
    pub(super) fn knows(&self, id: &str) -> bool {
        lock(&self.0).contains_key(id)
    }

    /// A listing was read to its end: what it does not hold is no more.
    pub(super) fn only(&self, listed: &HashSet<String>) {
        lock(&self.0).retain(|id, _| listed.contains(id));
    }

    /// The last answer for each of these ids, where it is not too old.
    pub(super) fn get<'a>(
        &self,
        now: Timestamp,
        ids: impl Iterator<Item = &'a str>,
    ) -> HashMap<String, Arc<T>> {
        let known = lock(&self.0);
        ids.filter_map(|id| known.get(id).filter(|(at, _)| holds(*at, now)).map(|(_, a)| (id, a)))
            .map(|(id, answer)| (id.to_owned(), Arc::clone(answer)))
            .collect()
    }
}

/// The rows of the last listing, for the next one to share what has not changed: both are in memory while the screen
/// goes over from one to the other.
#[derive(Default)]
pub(super) struct LastRows(Mutex<Arc<[Arc<Instance>]>>);

impl LastRows {
    /// Keeps a listing.
    pub(super) fn set(&self, rows: &[Arc<Instance>]) {
        let mut rows = rows.to_vec();
        rows.sort_unstable_by(|a, b| a.id.cmp(&b.id));
        *lock(&self.0) = rows.into();
    }

    /// The last listing, by id.
    pub(super) fn get(&self) -> Arc<[Arc<Instance>]> {
        Arc::clone(&lock(&self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_that_says_the_same_again_is_in_memory_once() {
        let then: Timestamp = "2026-05-01T03:04:05Z".parse().unwrap();
        let later = then + FOR;
        let kept = KeptById::default();
        let first = [("a".to_owned(), Arc::new(1)), ("b".to_owned(), Arc::new(2))];
        kept.add(then, &first);
        kept.add(later, &[("a".to_owned(), Arc::new(1)), ("b".to_owned(), Arc::new(3))]);
        let found = kept.get(later + FOR, ["a", "b"].into_iter());
        assert!(Arc::ptr_eq(&found["a"], &first[0].1), "and it is as new as when it was said last");
        assert_eq!(*found["b"], 3);
    }

    #[test]
    fn an_answer_is_kept_for_ten_minutes() {
        let then: Timestamp = "2026-05-01T03:04:05Z".parse().unwrap();
        let kept = Kept::default();
        assert_eq!(kept.get(then), None);
        kept.set(then, 7);
        assert_eq!(kept.get(then + SignedDuration::from_mins(10)), Some(7));
        assert_eq!(kept.get(then + SignedDuration::from_mins(11)), None);
    }

    #[test]
    fn statuses_age_one_by_one_and_end_with_their_instance() {
        let then: Timestamp = "2026-05-01T03:04:05Z".parse().unwrap();
        let page = |ids: &[&str]| ids.iter().map(|i| ((*i).to_owned(), Arc::default())).collect::<Vec<_>>();
        let kept = KeptById::<Status>::default();
        kept.add(then, &page(&["i-1", "i-2", "i-3"]));
        kept.add(then + SignedDuration::from_mins(9), &page(&["i-2"]));
        kept.only(&HashSet::from(["i-1".to_owned(), "i-2".to_owned()]));
        let known = |after| {
            let now = then + SignedDuration::from_mins(after);
            let mut ids: Vec<String> = kept.get(now, ["i-1", "i-2", "i-3"].into_iter()).into_keys().collect();
            ids.sort();
            ids
        };
        assert_eq!(known(9), ["i-1", "i-2"]);
        assert_eq!(known(12), ["i-2"]);
    }
}
