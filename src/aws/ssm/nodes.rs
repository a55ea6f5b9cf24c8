//! Every machine of a Region with its agent and the state of its patches.
//!
//! Four questions run side by side: the instances (shared with the other panes), SSM's agents, patch states for the
//! agents as they come in, and the names of baselines. A machine that SSM does not name is a row without an agent, once
//! SSM has named all. What could not be read stays open; it is never taken for "there is none".

use std::{
    collections::{HashMap, HashSet},
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use super::{
    Agents, Names, convert, last_agents, names,
    states::{Batch, Batches},
};
use crate::{
    aws::{
        Report, Session,
        ec2::{KnownInstances, known_instances},
        pages::{Pager, listing},
    },
    problem::ProblemKind,
    rows::{
        instance::{Instance, Ssm},
        patch::{Agent, Asked, Machine, Node, Scan},
    },
};

const OPERATION: &str = "ssm:DescribeInstanceInformation";
/// Most agents on a page (`MaxResults` 5–50).
const FULL: i32 = 50;
/// New rows wait until they are more than this part of those that have been sent.
const SHARE: usize = 8;
/// Tags that name the patch group; the second form where instances' metadata shows tags, which allows no space.
const GROUP_TAGS: [&str; 2] = ["Patch Group", "PatchGroup"];

/// Lists machines. With `early` the sink gets rows as soon as everything about them is known, some 50 at a time and more
/// the more there are (whoever shows them puts all in order again each time), and rows again when the names of baselines
/// come later; without it the sink gets all rows once. A row that would say less than the last one of this session did
/// is not sent at all; the list is then not complete.
pub async fn nodes(session: &Arc<Session>, early: bool, sink: &mut (impl FnMut(Vec<Node>) + Send)) -> Report {
    let calls = Arc::new(AtomicU32::new(0));
    let mut report = Report { complete: true, ..Report::default() };
    let mut rows = Joined::new(session);
    let mut batches = Batches::new(session, &calls);
    let mut pages = agent_pages(session, &calls);
    let mut listing = pin!(known_instances(session, &calls));
    let mut naming = pin!(names::names(session, &calls));
    let (mut more_pages, mut named, mut sent_unnamed) = (true, false, false);
    let mut ready: Vec<String> = Vec::new();
    while more_pages || !named || rows.instances.is_none() || !batches.is_empty() {
        let known: Vec<String> = tokio::select! {
            biased;
            page = pages.next(), if more_pages => match page {
                Some(Ok(page)) => {
                    let refused = batches.ask(page.iter().map(|(id, _)| id.clone()).collect());
                    rows.add_agents(page);
                    rows.set_unread(refused)
                }
                Some(Err(problem)) => {
                    rows.agents_failed = Some(problem.kind);
                    report.complete = false;
                    report.add_primary(problem);
                    continue;
                }
                None => {
                    more_pages = false;
                    rows.end_agents();
                    let rest = rows.ask_without_agents();
                    let refused = batches.ask(rest);
                    rows.set_unread(refused)
                }
            },
            Some(batch) = batches.next(), if !batches.is_empty() => {
                report.add_any(batch.problem.clone());
                rows.set_states(batch)
            }
            found = &mut listing, if rows.instances.is_none() => {
                if let Some(problem) = found.problem.clone() {
                    report.complete = false;
                    report.add_primary(problem);
                }
                rows.instances = Some(found);
                let rest = if more_pages { Vec::new() } else { rows.ask_without_agents() };
                let refused = batches.ask(rest);
                rows.set_unread(refused);
                rows.scans.keys().cloned().collect()
            }
            (found, problems) = &mut naming, if !named => {
                named = true;
                rows.names = found;
                for problem in problems {
                    report.add(problem);
                }
                continue;
            }
        };
        ready.extend(known);
        if early && rows.instances.is_some() && ready.len() > rows.sent.len() / SHARE {
            let ready = rows.take(ready.drain(..));
            sent_unnamed |= !named && !ready.is_empty();
            if !ready.is_empty() {
                sink(ready);
            }
        }
    }
    if sent_unnamed {
        rows.sent.clear();
    }
    let all = rows.ids();
    let last = rows.take(all.into_iter());
    report.complete &= rows.withheld == 0;
    if !last.is_empty() || (report.complete && !early) {
        sink(last);
    }
    if rows.agents_failed == Some(ProblemKind::NotEnabled) {
        // Said once, by the listing.
        report.problems.retain(|p| p.kind != ProblemKind::NotEnabled || p.operation == OPERATION);
    }
    if rows.agents_failed.is_none() {
        session.last_scans.only(&rows.agents.keys().cloned().collect());
    }
    report.calls = calls.load(Ordering::Relaxed);
    report
}

/// What has come in so far.
struct Joined {
    session: Arc<Session>,
    instances: Option<KnownInstances>,
    agents: HashMap<String, Arc<Agent>>,
    /// All agents of the last listing, while this one has not named all.
    before: Option<Arc<Agents>>,
    /// Whether SSM has named all of its agents.
    agents_whole: bool,
    agents_failed: Option<ProblemKind>,
    /// Machines that SSM named and then knew no more.
    gone: HashSet<String>,
    scans: HashMap<String, Asked<Arc<Scan>>>,
    names: Arc<Names>,
    sent: HashSet<String>,
    /// Rows that would have said less than those on screen.
    withheld: usize,
}

impl Joined {
    fn new(session: &Arc<Session>) -> Self {
        Self {
            session: Arc::clone(session),
            instances: None,
            agents: HashMap::new(),
            before: None,
            agents_whole: false,
            agents_failed: None,
            gone: HashSet::new(),
            scans: HashMap::new(),
            names: Arc::default(),
            sent: HashSet::new(),
            withheld: 0,
        }
    }

    /// A page of agents; of one that is what it was, the one that is in memory already.
    fn add_agents(&mut self, page: Vec<(String, Arc<Agent>)>) {
        let known = self.session.last_agents.ever();
        self.agents.extend(page.into_iter().map(|(id, agent)| {
            let same = known.as_ref().and_then(|known| known.by_id.get(&id)).filter(|same| **same == agent);
            let agent = same.map_or(agent, Arc::clone);
            (id, agent)
        }));
    }

    /// The listing of agents is over, whole or not.
    fn end_agents(&mut self) {
        self.agents_whole = self.agents_failed.is_none();
        if self.agents_whole {
            let (at, by_id) = (self.session.now(), self.agents.clone());
            self.session.last_agents.set(at, Arc::new(Agents { at, by_id }));
        } else {
            self.before = last_agents(&self.session);
        }
    }

    /// Machines to be asked about although SSM has not named them this time. Nothing, where that would fail alike.
    fn ask_without_agents(&self) -> Vec<String> {
        use ProblemKind::{Denied, Other, Throttled};
        if !matches!(self.agents_failed, Some(Denied | Other | Throttled)) {
            return Vec::new();
        }
        let Some(instances) = &self.instances else { return Vec::new() };
        let here = instances.rows.iter().filter(|i| is_machine(i)).map(|i| &i.id);
        let before = self.before.iter().flat_map(|b| b.by_id.keys());
        let mut ids: Vec<String> =
            here.chain(before).filter(|id| !self.agents.contains_key(*id)).cloned().collect();
        ids.sort();
        ids.dedup();
        ids
    }

    /// A batch is back: the machines about which all is known now.
    fn set_states(&mut self, batch: Batch) -> Vec<String> {
        self.session.last_scans.add(self.session.now(), &batch.found);
        let mut known = batch.answered;
        let found: HashMap<String, Arc<Scan>> = batch.found.into_iter().collect();
        for id in &known {
            let scan = found.get(id).map_or(Asked::Absent, |scan| Asked::Found(Arc::clone(scan)));
            self.scans.insert(id.clone(), scan);
        }
        for id in batch.gone {
            self.scans.insert(id.clone(), Asked::Absent);
            self.agents.remove(&id);
            self.gone.insert(id.clone());
            known.push(id);
        }
        known.extend(self.set_unread(batch.unread));
        known
    }

    /// Machines that could not be asked about: what was found last has to do, if that is not long ago.
    fn set_unread(&mut self, ids: Vec<String>) -> Vec<String> {
        let mut last = self.session.last_scans.get(self.session.now(), ids.iter().map(String::as_str));
        for id in &ids {
            self.scans.insert(id.clone(), last.remove(id).map_or(Asked::Unread, Asked::Found));
        }
        ids
    }

    /// Every machine there is, in a stable order.
    fn ids(&self) -> Vec<String> {
        let instances = self.instances.iter().flat_map(|known| known.rows.iter().map(|i| &i.id));
        let before = self.before.iter().flat_map(|b| b.by_id.keys());
        let mut ids: Vec<String> = instances.chain(self.agents.keys()).chain(before).cloned().collect();
        ids.sort();
        ids.dedup();
        ids
    }

    /// The rows of these machines that have not been sent.
    fn take(&mut self, ids: impl Iterator<Item = String>) -> Vec<Node> {
        let mut out = Vec::new();
        for id in ids.filter(|id| !self.sent.contains(id)).collect::<Vec<_>>() {
            let Some(node) = self.node(&id) else { continue };
            if self.says_less(&node) {
                self.withheld += 1;
            } else {
                out.push(node);
            }
            self.sent.insert(id);
        }
        out
    }

    fn says_less(&self, node: &Node) -> bool {
        (node.agent == Asked::Unread && self.session.last_agents.ever().is_some())
            || (node.scan == Asked::Unread && self.session.last_scans.knows(&node.id))
    }

    fn node(&self, id: &str) -> Option<Node> {
        let instances = self.instances.as_ref();
        let instance = instances.and_then(|known| known.get(id));
        let agent = self.agent(id);
        match instance {
            Some(instance) if !is_machine(instance) => return None,
            // SSM remembers instances for a while that are gone; one that answers is newer than our list.
            None if id.starts_with("i-") && instances.is_some_and(|known| known.problem.is_none()) => {
                let online = |a: &Arc<Agent>| a.reach() == Some(Ssm::Online);
                agent.found().filter(|a| online(a))?;
            }
            // A machine outside EC2 that SSM does not know is not there.
            None if agent.found().is_none() => return None,
            _ => {}
        }
        let scan = if agent == Asked::Absent {
            Asked::Absent
        } else {
            self.scans.get(id).cloned().unwrap_or_default()
        };
        let found = scan.found();
        let tag = |key: &str| {
            let tags = &instance?.tags;
            tags.iter().find(|(k, v)| k == key && !v.is_empty()).map(|(_, v)| v.clone())
        };
        let tagged = || GROUP_TAGS.iter().find_map(|key| tag(key));
        let patch_group = found.and_then(|s| s.patch_group.clone()).or_else(tagged);
        let of_group = || match self.names.groups.get(patch_group.as_deref()?)?.as_slice() {
            [only] => Some(only.clone()),
            _ => None,
        };
        let baseline_id = found.and_then(|s| s.baseline_id.clone()).or_else(of_group);
        let own_name = |a: &Arc<Agent>| a.name.clone().or_else(|| a.computer_name.clone());
        let name = instance.map(|i| i.name.clone()).filter(|n| !n.is_empty());
        Some(Node {
            scope: self.session.scope,
            id: id.to_owned(),
            name: name.or_else(|| agent.found().and_then(own_name)).unwrap_or_default(),
            machine: instance.map(|i| machine(i)),
            baseline_name: baseline_id.as_deref().and_then(|id| self.names.baselines.get(id).cloned()),
            agent,
            scan,
            patch_group,
            baseline_id,
        })
    }

    fn agent(&self, id: &str) -> Asked<Arc<Agent>> {
        if self.gone.contains(id) {
            return Asked::Absent;
        }
        let before = self.before.as_ref();
        match self.agents.get(id).or_else(|| before?.by_id.get(id)) {
            Some(agent) => Asked::Found(Arc::clone(agent)),
            None if self.agents_whole || before.is_some() => Asked::Absent,
            None => Asked::Unread,
        }
    }
}

/// Whether an instance is still a machine that could be patched.
fn is_machine(instance: &Instance) -> bool {
    !matches!(instance.state.as_str(), "terminated" | "shutting-down")
}

fn machine(instance: &Instance) -> Machine {
    Machine {
        state: instance.state.clone(),
        launched: instance.launch_time,
        has_profile: instance.instance_profile.is_some(),
        owner: instance.owner.clone(),
    }
}

fn agent_pages(session: &Arc<Session>, calls: &Arc<AtomicU32>) -> Pager<(String, Arc<Agent>)> {
    listing!(
        session,
        calls,
        OPERATION,
        |session| session.ssm().describe_instance_information().max_results(FULL),
        |answer| answer.instance_information_list().iter().filter_map(convert::agent).collect(),
    )
}
