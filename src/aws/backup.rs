//! AWS Backup, EBS snapshots and Data Lifecycle Manager: what backs up each resource of a Region.
//!
//! All sources are asked side by side, each within its operation's budget, and joined once all have answered: a row
//! from half of the sources would call protected things unprotected. A source that fails is replaced by what it said
//! last, if that is not long ago ([`super::kept`]), else the rows say that it was not read. A Region without AWS Backup
//! is said once; snapshots count there all the same. Nothing here decides whether a backup is good enough.

mod by;
mod dlm;
mod ebs;
mod join;
mod memory;
mod names;
mod sources;
mod vaults;

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

pub(super) use self::memory::Memory;
use self::{by::By, join::Facts, memory::Adopt, vaults::Points};
use super::{
    Report, Session,
    ec2::{self, KnownInstances},
    error,
    kept::Kept,
    pages::Pager,
};
use crate::{
    problem::{Problem, ProblemKind, Remedy},
    rows::{
        backup::{Backup, RecoveryPoint},
        instance::Instance,
    },
};

/// Lists the backups of everything that should have some. The sink gets all rows once, unless nothing that makes rows
/// (instances, volumes, protected resources) could be read.
pub async fn backups(session: &Arc<Session>, sink: &mut (impl FnMut(Vec<Arc<Backup>>) + Send)) -> Report {
    let _anew = session.anew().await;
    let calls = Arc::new(AtomicU32::new(0));
    let (instances, volumes, snapshots, policies, jobs, protected, points, opted_in) = tokio::join!(
        ec2::known_instances(session, &calls),
        ebs::volumes(session, &calls),
        ebs::snapshots(session, &calls),
        dlm::policies(session, &calls),
        sources::jobs(session, &calls),
        sources::protected(session, &calls),
        vaults::points(session, &calls),
        sources::opted_in(session, &calls),
    );
    let memory = &session.backup_memory;
    let ec2_answers = instances.problem.is_none() || volumes.is_ok() || snapshots.is_ok();
    let mut gather = Gather { session, report: Report { complete: true, ..Report::default() }, ec2_answers };

    // What makes rows.
    let instances_whole = instances.problem.is_none();
    let instances = gather.instances(instances);
    let volumes = gather.rows(volumes, &memory.volumes);
    let protected = gather.rows(protected, &memory.protected);
    // What says how they are.
    let snapshots = gather.source(snapshots, &memory.snapshots);
    let jobs = gather.source(jobs, &memory.jobs);
    let missed = memory.compare(session.now(), &points);
    let (points, points_whole) = gather.points(points);
    let policies = gather.source(policies, &memory.policies);
    let opted_in = gather.source(opted_in, &memory.opted_in);

    let mut report = gather.report;
    let any = instances.is_some() || volumes.is_some() || protected.is_some();
    report.complete &= any;
    if any {
        let facts = Facts {
            instances,
            instances_whole,
            volumes,
            protected,
            snapshots,
            jobs,
            points,
            points_whole,
            policies,
            opted_in,
            missed,
        };
        sink(memory.share(|keep| join::join(session, &facts, keep)));
    }
    report.calls = calls.load(Ordering::Relaxed);
    report
}

/// Books what each source came to.
struct Gather<'a> {
    session: &'a Session,
    report: Report,
    /// EC2 answers in this Region, so that the Region and the way there are not at fault.
    ec2_answers: bool,
}

impl Gather<'_> {
    /// The instances, as far as they could be listed.
    fn instances(&mut self, known: KnownInstances) -> Option<Arc<[Arc<Instance>]>> {
        let KnownInstances { rows, problem } = known;
        let none = problem.is_some() && rows.is_empty();
        if let Some(problem) = problem {
            self.needed(&problem);
            self.problem(problem);
        }
        (!none).then_some(rows)
    }

    /// Another source of rows.
    fn rows<T: Default + Adopt>(
        &mut self,
        answer: Result<T, Problem>,
        kept: &Kept<Arc<T>>,
    ) -> Option<Arc<T>> {
        if let Err(problem) = &answer {
            self.needed(problem);
        }
        self.source(answer, kept)
    }

    /// Without a source of rows the list of rows is not whole, unless it was refused for good.
    fn needed(&mut self, problem: &Problem) {
        let refused = matches!(problem.kind, ProblemKind::Denied | ProblemKind::NotEnabled);
        if !refused && !self.is_not_here(problem) {
            self.report.complete = false;
        }
    }

    /// Any source; what it said last where it fails now, and nothing where it does not exist.
    fn source<T: Default + Adopt>(
        &mut self,
        answer: Result<T, Problem>,
        kept: &Kept<Arc<T>>,
    ) -> Option<Arc<T>> {
        let now = self.session.now();
        match answer {
            Ok(mut answer) => {
                if let Some(before) = kept.ever() {
                    answer.adopt(&before);
                }
                let answer = Arc::new(answer);
                kept.set(now, Arc::clone(&answer));
                Some(answer)
            }
            Err(problem) => {
                let refused =
                    problem.kind == ProblemKind::NotEnabled && !problem.operation.starts_with("ec2:");
                let absent = self.is_not_here(&problem) || refused;
                self.problem(problem);
                if absent { Some(Arc::default()) } else { kept.get(now) }
            }
        }
    }

    /// The recovery points, and whether they are all: those of a vault that was read count even if another was not.
    fn points(&mut self, points: Points) -> (Option<Arc<By<RecoveryPoint>>>, bool) {
        let kept = &self.session.backup_memory.points;
        match points.problem {
            None => (self.source(Ok(points.by), kept), true),
            Some(problem) => match self.source(Err(problem), kept) {
                Some(whole) => (Some(whole), true),
                None => (Some(Arc::new(points.by)), false),
            },
        }
    }

    fn problem(&mut self, problem: Problem) {
        let problem = if self.is_not_here(&problem) { self.not_here(&problem) } else { problem };
        self.report.add(problem);
    }

    /// A service whose name cannot be found in a Region where EC2 answers: it is not offered there.
    fn is_not_here(&self, problem: &Problem) -> bool {
        self.ec2_answers && !problem.operation.starts_with("ec2:") && error::is_unknown_name(problem)
    }

    fn not_here(&self, problem: &Problem) -> Problem {
        let (operation, service) = match problem.operation.split_once(':') {
            Some(("dlm", _)) => ("dlm:GetLifecyclePolicies", "Data Lifecycle Manager"),
            _ => ("backup:ListProtectedResources", "AWS Backup"),
        };
        Problem {
            operation: operation.to_owned(),
            kind: ProblemKind::NotEnabled,
            message: format!(
                "{service} has no endpoint in {}; EBS snapshots count all the same",
                self.session.region
            ),
            remedy: Remedy::Enable(service.to_owned()),
        }
    }
}

/// Walks all pages; what came before a failure has been taken all the same.
async fn each<T: Send + 'static>(mut pages: Pager<T>, mut take: impl FnMut(T)) -> Result<(), Problem> {
    while let Some(page) = pages.next().await {
        page?.into_iter().for_each(&mut take);
    }
    Ok(())
}
