//! The instances of an account and Region for the panes that join something with them (patches, backups).
//!
//! Nobody lists what somebody else has just listed, or is listing now: one listing serves all who ask meanwhile, be it
//! the Instances pane's own or one begun here. What is given out are rows as DescribeInstances has them; their status
//! checks and images are those of the last Instances listing, and may be missing. Nothing here may decide what an
//! instance means to the pane that asks.

use std::{
    sync::{Arc, Mutex, PoisonError, atomic::AtomicU32},
    time::Duration,
};

use jiff::{SignedDuration, Timestamp};
use tokio::{sync::watch, time::sleep};

use super::{FirstPage, instances::instance_pages};
use crate::{aws::Session, problem::Problem, rows::instance::Instance};

/// A listing of so many rows may stand in for a new one for [`FRESH`]: the Instances pane asks once a minute, with a
/// tenth of jitter and the time the listing itself takes, and a fleet of twice the rows half as often
/// (`app::update::schedule::ROWS_PER_INTERVAL`).
const ROWS_PER_INTERVAL: usize = 2_000;
/// See [`ROWS_PER_INTERVAL`].
const FRESH: SignedDuration = SignedDuration::from_secs(90);
/// When all panes start at once, the Instances pane begins its listing within this time; a second one beside it would
/// cost as many calls and as much memory again.
const A_MOMENT: Duration = Duration::from_millis(50);

/// What a listing came to.
#[derive(Debug, Clone, Default)]
pub struct KnownInstances {
    /// The rows, by id; terminated instances too, as long as EC2 lists them. Up to a page that failed, when one did.
    pub rows: Arc<[Arc<Instance>]>,
    /// Why they are not all.
    pub problem: Option<Problem>,
}

impl KnownInstances {
    /// An instance by id.
    pub fn get(&self, id: &str) -> Option<&Arc<Instance>> {
        let at = self.rows.binary_search_by(|row| row.id.as_str().cmp(id)).ok()?;
        self.rows.get(at)
    }
}

/// The instances of a listing that is under way; else those that were listed last, if that is not longer ago than the
/// Instances pane would leave it; else those of a new listing, whose requests are counted into `calls`.
pub async fn known_instances(session: &Arc<Session>, calls: &Arc<AtomicU32>) -> KnownInstances {
    if session.known.is_new() {
        sleep(A_MOMENT).await;
    }
    loop {
        let mut under_way = match session.known.join(session.now()) {
            Join::Fresh(rows) => return KnownInstances { rows, problem: None },
            Join::List(listing) => return list(session, listing, calls).await,
            Join::Wait(under_way) => under_way,
        };
        // An error: whoever was listing has been given up.
        if let Ok(outcome) = under_way.wait_for(Option::is_some).await {
            return outcome.clone().unwrap_or_default();
        }
    }
}

async fn list(session: &Arc<Session>, listing: Listing, calls: &Arc<AtomicU32>) -> KnownInstances {
    let mut pages = instance_pages(session, calls, FirstPage::Full);
    let (mut rows, mut problem) = (Vec::new(), None);
    let before = session.last_rows.get();
    while let Some(page) = pages.next().await {
        match page {
            Ok(page) => rows.extend(page.into_iter().map(|row| shared(&before, row))),
            Err(failure) => problem = Some(failure),
        }
    }
    listing.ended(session.now(), &rows, problem)
}

/// A row as the screen has it already, when nothing of it has changed; with the facts of other questions in any case.
fn shared(before: &[Arc<Instance>], mut row: Instance) -> Arc<Instance> {
    let known = before.binary_search_by(|b| b.id.cmp(&row.id)).ok().and_then(|at| before.get(at));
    if let Some(known) = known {
        (row.status, row.image, row.ssm) = (known.status.clone(), known.image.clone(), known.ssm);
        if **known == row {
            return Arc::clone(known);
        }
    }
    Arc::new(row)
}

type Rows = Arc<[Arc<Instance>]>;
type UnderWay = watch::Receiver<Option<KnownInstances>>;

#[derive(Default)]
struct State {
    last: Option<(Timestamp, Rows)>,
    /// The newest listing.
    under_way: Option<UnderWay>,
}

/// The session's part of it: the last whole listing, and the one that is under way.
#[derive(Default)]
pub(in crate::aws) struct Known {
    state: Arc<Mutex<State>>,
}

enum Join {
    Fresh(Rows),
    Wait(UnderWay),
    List(Listing),
}

impl Known {
    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether nothing has been listed and nobody lists.
    fn is_new(&self) -> bool {
        let state = self.lock();
        state.last.is_none() && state.under_way.is_none()
    }

    /// Says that a listing begins, whatever else is under way.
    pub(in crate::aws) fn begin(&self) -> Listing {
        self.begin_in(&mut self.lock())
    }

    fn begin_in(&self, state: &mut State) -> Listing {
        let (tell, under_way) = watch::channel(None);
        state.under_way = Some(under_way);
        Listing { tell, state: Arc::clone(&self.state) }
    }

    fn join(&self, now: Timestamp) -> Join {
        let mut state = self.lock();
        // One that ended is in `last` or has failed; one that was given up will tell nothing.
        let runs = |l: &&UnderWay| l.has_changed().is_ok() && l.borrow().is_none();
        let under_way = state.under_way.as_ref().filter(runs).cloned();
        if let Some((at, rows)) = &state.last {
            let times = i32::try_from(rows.len().div_ceil(ROWS_PER_INTERVAL).max(1)).unwrap_or(i32::MAX);
            // Once there are rows on the screen, the newer ones are worth a wait.
            if under_way.is_none() && now.duration_since(*at).abs() <= FRESH.saturating_mul(times) {
                return Join::Fresh(Arc::clone(rows));
            }
        }
        match under_way {
            Some(under_way) => Join::Wait(under_way),
            None => Join::List(self.begin_in(&mut state)),
        }
    }
}

/// A listing that is under way. Dropping it gives it up, and whoever waits for it begins another.
pub(in crate::aws) struct Listing {
    tell: watch::Sender<Option<KnownInstances>>,
    state: Arc<Mutex<State>>,
}

impl Listing {
    /// All pages have been read, or all but those that failed.
    pub(in crate::aws) fn ended(
        &self,
        now: Timestamp,
        rows: &[Arc<Instance>],
        problem: Option<Problem>,
    ) -> KnownInstances {
        let mut rows = rows.to_vec();
        rows.sort_unstable_by(|a, b| a.id.cmp(&b.id));
        rows.dedup_by(|later, earlier| later.id == earlier.id);
        let known = KnownInstances { rows: rows.into(), problem };
        if known.problem.is_none() {
            let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            state.last = Some((now, Arc::clone(&known.rows)));
        }
        self.tell.send_replace(Some(known.clone()));
        known
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::{ProblemKind, Remedy};

    fn at(secs: i64) -> Timestamp {
        Timestamp::from_second(1_777_604_645 + secs).unwrap()
    }

    fn rows(ids: &[&str]) -> Vec<Arc<Instance>> {
        ids.iter().map(|id| Arc::new(Instance { id: (*id).into(), ..Instance::default() })).collect()
    }

    fn begins(known: &Known, now: Timestamp) -> Option<Listing> {
        if let Join::List(listing) = known.join(now) { Some(listing) } else { None }
    }

    #[test]
    fn a_listing_serves_until_the_pane_would_ask_again() {
        let known = Known::default();
        known.begin().ended(at(0), &rows(&["i-2", "i-1"]), None);
        let Join::Fresh(found) = known.join(at(90)) else { panic!("fresh") };
        assert_eq!(found.iter().map(|r| r.id.as_str()).collect::<Vec<_>>(), ["i-1", "i-2"]);
        assert!(begins(&known, at(91)).is_some());
        // A large fleet is listed less often.
        let many: Vec<Arc<Instance>> =
            (0..2_001).map(|n| Instance { id: format!("i-{n}"), ..Instance::default() }.into()).collect();
        known.begin().ended(at(100), &many, None);
        assert!(matches!(known.join(at(280)), Join::Fresh(_)));
        assert!(begins(&known, at(281)).is_some());
    }

    #[test]
    fn a_newer_listing_that_is_under_way_is_waited_for() {
        let known = Known::default();
        assert!(known.is_new());
        known.begin().ended(at(0), &rows(&["i-1"]), None);
        assert!(!known.is_new());
        let newer = known.begin();
        assert!(matches!(known.join(at(1)), Join::Wait(_)));
        drop(newer);
        assert!(matches!(known.join(at(1)), Join::Fresh(_)), "given up: what there is serves");
    }

    #[test]
    fn those_who_ask_meanwhile_wait_and_one_that_was_given_up_is_begun_anew() {
        let known = Known::default();
        let first = begins(&known, at(0)).unwrap();
        assert!(matches!(known.join(at(0)), Join::Wait(_)));
        drop(first);
        let second = begins(&known, at(0)).unwrap();
        let Join::Wait(told) = known.join(at(0)) else { panic!("under way") };
        let problem = Problem {
            operation: "ec2:DescribeInstances".into(),
            kind: ProblemKind::Denied,
            message: "no".into(),
            remedy: Remedy::Wait,
        };
        second.ended(at(1), &rows(&["i-1"]), Some(problem.clone()));
        let told = told.borrow().clone().unwrap();
        assert_eq!((told.rows.len(), told.problem), (1, Some(problem)));
        assert!(begins(&known, at(1)).is_some(), "what failed is no listing to reuse");
    }

    #[test]
    fn rows_that_are_on_screen_are_shared_and_keep_what_others_asked() {
        let status = Some(Arc::default());
        let on_screen =
            [Arc::new(Instance { id: "i-1".into(), status: status.clone(), ..Instance::default() })];
        let same = shared(&on_screen, Instance { id: "i-1".into(), ..Instance::default() });
        assert!(Arc::ptr_eq(&same, &on_screen[0]));
        let other =
            shared(&on_screen, Instance { id: "i-1".into(), state: "stopped".into(), ..Instance::default() });
        assert_eq!((other.state.as_str(), &other.status), ("stopped", &status));
    }
}
