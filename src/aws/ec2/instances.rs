//! All instances of a Region, joined with their status checks and images while they come in.
//!
//! Three listings run side by side: DescribeInstances, DescribeInstanceStatus (every instance, not only running ones),
//! and DescribeImages for the image ids as they appear. Rows are kept here by id, so that whatever comes later finds
//! its row, in whatever order the answers arrive.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    sync::{
        Arc, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
};

use aws_sdk_ec2::types::Filter;
use futures::FutureExt;
use tokio::{
    task::JoinSet,
    time::{Instant, sleep_until},
};

use super::{FirstPage, convert};
use crate::{
    aws::{
        Report, Session, ask,
        kept::PATIENCE,
        pages::{Page, Pager},
        probe::Probe,
        ssm::Reach,
    },
    problem::Problem,
    rows::instance::{Image, Instance, Status},
};

/// Most instances a page can hold (`MaxResults` 5–1000).
const FULL: i32 = 1000;
/// A first page for a screen.
const SMALL: i32 = 100;
/// Image ids per DescribeImages; EC2 takes 200 values in a filter.
const IMAGES_PER_CALL: usize = 100;

/// The image ids that were asked for, and what is known of them.
type Images = (Vec<String>, Result<HashMap<String, Arc<Image>>, Problem>);

/// Lists instances. With `early` the sink gets the rows of each page as soon as it has been decoded, in page order, and
/// rows again whenever their status or image has come in. Without it the sink gets all rows once, merged; only when
/// statuses or images keep the finished list waiting does it get the list first and the changed rows again later.
/// Until a status has been read, and when it cannot be, a row has the one that was read last, if that is not long ago.
pub async fn instances(
    session: &Arc<Session>,
    first_page: FirstPage,
    early: bool,
    sink: &mut (impl FnMut(Vec<Arc<Instance>>) + Send),
) -> Report {
    // Before anybody is told that a listing is under way, who might hold the turn.
    let _anew = session.anew().await;
    let calls = Arc::new(AtomicU32::new(0));
    let mut report = Report { complete: true, ..Report::default() };
    let mut rows = Joined::new(session);
    let mut pages = instance_pages(session, &calls, first_page);
    let mut statuses = status_pages(session, &calls);
    let mut images: JoinSet<Images> = JoinSet::new();
    let (mut more_pages, mut more_statuses, mut statuses_whole) = (true, true, true);
    let listing = session.known.begin();
    // Rows that the sink does not know in this form, and until when they may be held.
    let mut unsent: BTreeSet<usize> = BTreeSet::new();
    let mut until: Option<Instant> = None;
    let mut sent = false;
    while more_pages || more_statuses || !images.is_empty() {
        let changed = tokio::select! {
            biased;
            () = sleep_until(until.unwrap_or_else(Instant::now)), if until.is_some() => {
                until = None;
                sent = true;
                sink(rows.some(&unsent));
                unsent.clear();
                continue;
            }
            page = pages.next(), if more_pages => match page {
                Some(Ok(page)) => {
                    let changed = rows.add(page);
                    for ids in rows.images_to_ask(&changed) {
                        images.spawn(ask_images(Arc::clone(session), ids, Probe::new(&calls)));
                    }
                    changed
                }
                Some(Err(problem)) => {
                    report.complete = false;
                    report.add_primary(problem);
                    continue;
                }
                None => {
                    more_pages = false;
                    let failed = report.problems.first().filter(|_| !report.complete).cloned();
                    listing.ended(session.now(), &rows.all, failed);
                    Vec::new()
                }
            },
            page = statuses.next(), if more_statuses => match page {
                Some(Ok(page)) => rows.set_statuses(page),
                Some(Err(problem)) => {
                    statuses_whole = false;
                    report.add(problem);
                    continue;
                }
                None => {
                    more_statuses = false;
                    if statuses_whole { rows.end_statuses() } else { Vec::new() }
                }
            },
            Some(answer) = images.join_next() => match answer {
                Ok((ids, Ok(found))) => rows.set_images(&ids, &found),
                Ok((_, Err(problem))) => {
                    report.add(problem);
                    continue;
                }
                Err(_) => continue,
            },
        };
        if early {
            if !changed.is_empty() {
                sink(rows.some(&changed));
            }
            continue;
        }
        unsent.extend(changed);
        if !more_pages && until.is_none() && !unsent.is_empty() {
            until = Some(Instant::now() + PATIENCE);
        }
    }
    if report.complete {
        session.last_rows.set(&rows.all);
    }
    if sent {
        if !unsent.is_empty() {
            sink(rows.some(&unsent));
        }
    } else if !early && (report.complete || !rows.all.is_empty()) {
        sink(rows.all);
    }
    report.calls = calls.load(Ordering::Relaxed);
    report
}

/// Rows so far, and facts that came before their row.
struct Joined {
    session: Arc<Session>,
    /// The last listing, by id.
    before: Arc<[Arc<Instance>]>,
    /// Shared with whoever was given them: a row that changes later is copied then, and only that one.
    all: Vec<Arc<Instance>>,
    places: HashMap<String, usize>,
    /// Statuses whose row has not come.
    statuses: HashMap<String, Arc<Status>>,
    /// Instances whose status was read by this listing; another's status is an earlier one.
    listed: HashSet<String>,
    /// All statuses have been read, so that earlier ones mean nothing.
    statuses_whole: bool,
    asked_images: HashSet<String>,
}

impl Joined {
    fn new(session: &Arc<Session>) -> Self {
        Self {
            session: Arc::clone(session),
            before: session.last_rows.get(),
            all: Vec::new(),
            places: HashMap::new(),
            statuses: HashMap::new(),
            listed: HashSet::new(),
            statuses_whole: false,
            asked_images: HashSet::new(),
        }
    }

    fn some<'a>(&self, places: impl IntoIterator<Item = &'a usize>) -> Vec<Arc<Instance>> {
        places.into_iter().filter_map(|p| self.all.get(*p)).cloned().collect()
    }

    /// Adds a page; an instance that two pages hold (it moved while we listed) stays one row, the newer answer.
    fn add(&mut self, page: Vec<Instance>) -> Vec<usize> {
        let mut changed = Vec::with_capacity(page.len());
        let mut earlier = if self.statuses_whole {
            HashMap::new()
        } else {
            let ids = page.iter().map(|row| row.id.as_str());
            self.session.last_statuses.get(self.session.now(), ids)
        };
        let reach = Reach::of(&self.session);
        let images = self.session.images.lock().unwrap_or_else(PoisonError::into_inner);
        for mut row in page {
            row.status = self.statuses.remove(&row.id);
            row.image = row.image_id.as_deref().and_then(|id| images.get(id).cloned().flatten());
            row.ssm = reach.get(&row);
            let place = *self.places.entry(row.id.clone()).or_insert(self.all.len());
            let old = self.all.get_mut(place);
            let known = old.as_ref().and_then(|old| old.status.clone()).or_else(|| earlier.remove(&row.id));
            row.status = row.status.or(known);
            let same = self.before.binary_search_by(|b| b.id.cmp(&row.id)).ok();
            let same = same.and_then(|at| self.before.get(at)).filter(|before| ***before == row);
            let row = same.map_or_else(|| Arc::new(row), Arc::clone);
            match old {
                Some(old) => *old = row,
                None => self.all.push(row),
            }
            changed.push(place);
        }
        changed
    }

    fn set_statuses(&mut self, page: Vec<(String, Arc<Status>)>) -> Vec<usize> {
        self.session.last_statuses.add(self.session.now(), &page);
        let mut changed = Vec::new();
        for (id, status) in page {
            self.listed.insert(id.clone());
            match self.places.get(&id).and_then(|place| Some((*place, self.all.get_mut(*place)?))) {
                Some((place, row)) => {
                    if row.status.as_ref() != Some(&status) {
                        Arc::make_mut(row).status = Some(status);
                        changed.push(place);
                    }
                }
                None => {
                    self.statuses.insert(id, status);
                }
            }
        }
        changed
    }

    /// Every status has been read: an instance that was not among them has none any more.
    fn end_statuses(&mut self) -> Vec<usize> {
        self.statuses_whole = true;
        self.session.last_statuses.only(&self.listed);
        let mut changed = Vec::new();
        for (place, row) in self.all.iter_mut().enumerate() {
            if row.status.is_some() && !self.listed.contains(&row.id) {
                Arc::make_mut(row).status = None;
                changed.push(place);
            }
        }
        changed
    }

    /// Image ids of these rows that nobody has asked for yet, in batches.
    fn images_to_ask(&mut self, places: &[usize]) -> Vec<Vec<String>> {
        let known = self.session.images.lock().unwrap_or_else(PoisonError::into_inner);
        let mut new: Vec<String> = Vec::new();
        for id in places.iter().filter_map(|p| self.all.get(*p)?.image_id.as_deref()) {
            if !known.contains_key(id) && self.asked_images.insert(id.to_owned()) {
                new.push(id.to_owned());
            }
        }
        new.chunks(IMAGES_PER_CALL).map(<[String]>::to_vec).collect()
    }

    fn set_images(&mut self, asked: &[String], found: &HashMap<String, Arc<Image>>) -> Vec<usize> {
        {
            let mut known = self.session.images.lock().unwrap_or_else(PoisonError::into_inner);
            known.extend(asked.iter().map(|id| (id.clone(), found.get(id).cloned())));
        }
        let mut changed = Vec::new();
        for (place, row) in self.all.iter_mut().enumerate() {
            if let Some(image) = row.image_id.as_deref().and_then(|id| found.get(id)) {
                Arc::make_mut(row).image = Some(Arc::clone(image));
                changed.push(place);
            }
        }
        changed
    }
}

pub(super) fn instance_pages(
    session: &Arc<Session>,
    calls: &Arc<AtomicU32>,
    first: FirstPage,
) -> Pager<Instance> {
    const OPERATION: &str = "ec2:DescribeInstances";
    let session = Arc::clone(session);
    let again = session.has_rows();
    Pager::new(
        OPERATION,
        calls,
        Box::new(move |token, probe| {
            let session = Arc::clone(&session);
            let size = if token.is_none() && first == FirstPage::Small { SMALL } else { FULL };
            async move {
                let _turn = if again { session.turn().await } else { None };
                let request = session.ec2().describe_instances().max_results(size).set_next_token(token);
                let answer = ask!(session, OPERATION, probe, request)?;
                // By value, so that each of the SDK's large structures goes as its row comes.
                let items = answer
                    .reservations
                    .unwrap_or_default()
                    .into_iter()
                    .flat_map(|r| convert::reservation(session.scope, r))
                    .filter(|i| !i.id.is_empty())
                    .collect();
                Ok(Page { items, next: answer.next_token })
            }
            .boxed()
        }),
    )
}

fn status_pages(session: &Arc<Session>, calls: &Arc<AtomicU32>) -> Pager<(String, Arc<Status>)> {
    const OPERATION: &str = "ec2:DescribeInstanceStatus";
    let session = Arc::clone(session);
    let again = session.has_rows();
    Pager::new(
        OPERATION,
        calls,
        Box::new(move |token, probe| {
            let session = Arc::clone(&session);
            async move {
                let _turn = if again { session.turn().await } else { None };
                let request = session
                    .ec2()
                    .describe_instance_status()
                    .include_all_instances(true)
                    .max_results(FULL)
                    .set_next_token(token);
                let answer = ask!(session, OPERATION, probe, request)?;
                // One for all that are alike, as nearly all are.
                let mut last: Option<Arc<Status>> = None;
                let mut share = |status: Status| {
                    let shared = last.take().filter(|l| **l == status).unwrap_or_else(|| Arc::new(status));
                    last = Some(Arc::clone(&shared));
                    shared
                };
                let items = answer.instance_statuses().iter().filter_map(convert::status);
                let items = items.map(|(id, status)| (id, share(status))).collect();
                Ok(Page { items, next: answer.next_token })
            }
            .boxed()
        }),
    )
}

/// Asks by filter and not by id, since one id that is gone would fail the whole call (`InvalidAMIID.NotFound`).
async fn ask_images(session: Arc<Session>, ids: Vec<String>, probe: Probe) -> Images {
    let filter = Filter::builder().name("image-id").set_values(Some(ids.clone())).build();
    let request = session.ec2().describe_images().include_deprecated(true).filters(filter);
    let answer = ask!(session, "ec2:DescribeImages", probe, request).map(|answer| {
        let images = answer.images().iter().filter_map(convert::image);
        images.map(|(id, image)| (id, Arc::new(image))).collect()
    });
    (ids, answer)
}
