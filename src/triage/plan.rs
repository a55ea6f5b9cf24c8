//! Which question about CloudTrail's events comes next: with two calls a second, the order is what makes an answer quick.
//!
//! Changes of the last hour are swept, since most causes come shortly before, and in turn with that the things that are
//! most telling are asked for by name, which reaches back over the whole time in one page. It ends when nothing that could
//! still be read would take the first place, or be more than a doubtful suspect where there is none better: what has not
//! been read is older than what has, and a symptom says how much any change could explain it. Pure: what was read and found
//! is told to it.

use std::collections::{HashMap, HashSet};

use jiff::{SignedDuration, Timestamp};

use super::{
    cause::{BY, Case, Effect, FOUND, Ranking, ceiling, timely, until, weight},
    graph::{Graph, Node},
    record::home_region_of,
};
use crate::{
    resource::ResourceRef,
    rows::event::{Event, is_global},
};

/// The sweep goes on in turn with the names until it has come so far back.
const CLOSE: SignedDuration = SignedDuration::from_mins(60);

/// So far back changes are always read, whatever the symptom: a page that says what was done shortly before is worth its
/// half second.
const LEAST: SignedDuration = SignedDuration::from_mins(15);
/// What is missing at the window's far end may be so much of it, in parts of the whole, and all has been read.
const ALMOST: i32 = 33;
/// Pages of one name before the others are asked for.
const PAGES: u32 = 2;
/// So often in a row one looks again at what another is reading, a quarter of a second each time.
const MOST_WAITS: u32 = 40;

/// What may be asked next.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Wish {
    /// The events that name a resource, by all forms of its name; where its own Region is.
    About(ResourceRef),
    /// All changes in the Region, the newest first.
    Changes,
    /// All changes of global services, the newest first.
    GlobalChanges,
}

/// What asking one page came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Went {
    /// A page was read, and there is more of it.
    More,
    /// Another reads the same; nothing was asked.
    Waits,
    /// That was all.
    Done,
    /// It failed, or no call is left: nothing more will come of it.
    Over,
}

/// Back to when all changes have been read; none where nothing has been.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reach {
    /// In the Region.
    pub here: Option<Timestamp>,
    /// Of global services.
    pub global: Option<Timestamp>,
}

impl Reach {
    /// How long before a case.
    fn seen(self, case: &Case, sweep: &Wish) -> SignedDuration {
        let back = if *sweep == Wish::GlobalChanges { self.global } else { self.here };
        back.map_or(SignedDuration::ZERO, |back| case.at.duration_since(back).max(SignedDuration::ZERO))
    }

    /// Whether all that came after an event is known.
    fn holds(self, event: &Event) -> bool {
        let back = if is_global(&event.source) { self.global } else { self.here };
        back.is_some_and(|back| back <= event.time)
    }
}

/// What has been asked so far.
#[derive(Debug, Default)]
pub struct Plan {
    /// Nothing more will come of these.
    done: HashSet<Wish>,
    /// Pages of questions that go on.
    pages: HashMap<Wish, u32>,
    last: Option<Wish>,
    last_sweep: Option<Wish>,
    /// So many times in a row nothing was asked.
    waits: u32,
    /// Nothing more may be asked at all.
    over: bool,
}

impl Plan {
    /// A question was asked.
    pub fn went(&mut self, wish: Wish, went: Went) {
        match went {
            Went::Waits => self.waits += 1,
            Went::More => {
                self.waits = 0;
                *self.pages.entry(wish.clone()).or_default() += 1;
            }
            Went::Done => {
                self.waits = 0;
                self.done.insert(wish.clone());
            }
            Went::Over => self.over = true,
        }
        if !matches!(wish, Wish::About(_)) {
            self.last_sweep = Some(wish.clone());
        }
        self.last = Some(wish);
    }

    /// Whether all that was worth reading has been read: it ended by itself, or so little is missing at the window's far
    /// end that nobody would miss it.
    pub fn is_whole(&self, case: &Case, graph: &Graph, reach: Reach) -> bool {
        !self.is_cut_off() || self.sweeps(case, graph, reach).is_empty()
    }

    /// It ended because nothing more could be asked, and not because nothing more was worth asking.
    const fn is_cut_off(&self) -> bool {
        self.over || self.waits >= MOST_WAITS
    }

    /// The next question; none when nothing is left that could change the first place, or make a cause of what is none.
    pub fn next(&self, case: &Case, graph: &Graph, ranking: &Ranking, reach: Reach) -> Option<Wish> {
        if self.is_cut_off() {
            return None;
        }
        let first = ranking.suspects.first().filter(|_| ranking.found);
        // Was it taken back? That is asked before all else, where it has not been swept since.
        let touched =
            first.filter(|first| !reach.holds(&first.event)).and_then(|f| f.event.resources.first());
        if let Some(touched) = touched.filter(|touched| !self.is_done(touched)) {
            return Some(Wish::About(touched.clone()));
        }
        let sweeps = self.sweeps(case, graph, reach);
        let names = self.names(graph, &sweeps);
        let seen = reach.seen(case, &Wish::Changes);
        let goal = first.map_or(FOUND, |first| first.score);
        let most = self.most(case, graph);
        // Of what stands in no index a sweep alone knows, and whatever else could be asked would be in it, too.
        let could_matter = |sweep: &&Wish| {
            let most = most * timely(reach.seen(case, sweep)).unwrap_or(1.0);
            most > goal || (most >= goal && first.is_none())
        };
        let open: Vec<&Wish> = sweeps.iter().filter(could_matter).collect();
        let asked = first.is_some() || self.roots_asked(graph);
        if open.is_empty() && asked && (first.is_some() || seen >= LEAST) {
            return None;
        }
        let swept_last = matches!(self.last, Some(Wish::Changes | Wish::GlobalChanges));
        let in_turn = |upto| seen < upto && !swept_last;
        let sweep_on = if open.is_empty() {
            asked || in_turn(LEAST)
        } else {
            in_turn(CLOSE) || (asked && self.is_near(case, graph, reach, goal, (&sweeps, names.len())))
        };
        let name = names.into_iter().next();
        let other = open.iter().copied().find(|sweep| self.last_sweep.as_ref() != Some(sweep));
        let sweep = other.or(open.first().copied()).or(sweeps.first()).cloned();
        if sweep_on { sweep.or(name) } else { name.or(sweep) }
    }

    /// What an event that is known by no name asked for could score, were it to happen at the case's time.
    fn most(&self, case: &Case, graph: &Graph) -> f64 {
        let nearest = if self.roots_open(graph).next().is_some() { 1.0 } else { beside(graph) };
        nearest * ceiling(&case.symptom)
    }

    /// Whether a few pages of the sweeps lead to the end sooner than so many names would.
    fn is_near(
        &self,
        case: &Case,
        graph: &Graph,
        reach: Reach,
        goal: f64,
        (sweeps, names): (&[Wish], usize),
    ) -> bool {
        let to = |most: f64| {
            let end = until(goal / most);
            sweeps
                .iter()
                .map(|sweep| self.pages_to(end, reach.seen(case, sweep), sweep))
                .sum::<Option<usize>>()
        };
        let Some(pages) = to(self.most(case, graph)) else { return false };
        match self.roots_open(graph).count() {
            0 => pages <= names,
            // Once they are known, less has to be swept.
            roots => pages <= to(beside(graph) * ceiling(&case.symptom)).unwrap_or(0) + roots,
        }
    }

    /// How many pages a sweep has still to go, once it is known how far one of the Region reaches; the other's are longer.
    fn pages_to(&self, end: SignedDuration, seen: SignedDuration, sweep: &Wish) -> Option<usize> {
        let left = (end - seen).as_secs().max(0);
        let Some(pages) = self.pages.get(sweep) else {
            return (*sweep == Wish::GlobalChanges).then_some(1);
        };
        let pace = seen.as_secs() / i64::from(*pages);
        (left == 0 || pace > 0)
            .then(|| usize::try_from((left + pace - 1) / pace.max(1)).unwrap_or(usize::MAX))
    }

    fn roots_open<'a>(&'a self, graph: &'a Graph) -> impl Iterator<Item = &'a Node> {
        graph.roots().filter(|root| !self.is_done(&root.resource))
    }

    fn roots_asked(&self, graph: &Graph) -> bool {
        let is_begun = |wish: &Wish| self.pages.contains_key(wish);
        graph
            .roots()
            .all(|root| self.is_done(&root.resource) || is_begun(&Wish::About(root.resource.clone())))
    }

    fn is_done(&self, resource: &ResourceRef) -> bool {
        self.done.iter().any(|wish| matches!(wish, Wish::About(known) if same(known, resource)))
    }

    /// Names that have not been asked for, by what the best event of each could score; not where all changes are known.
    fn names(&self, graph: &Graph, sweeps: &[Wish]) -> Vec<Wish> {
        let is_swept = |node: &&Node| {
            let elsewhere = home_region_of(&node.resource, "aws").is_some();
            !elsewhere && !sweeps.contains(&Wish::Changes)
        };
        let open = graph.nodes.iter().filter(|node| !self.is_done(&node.resource) && !is_swept(node));
        let worth = |node: &Node| {
            let wish = Wish::About(node.resource.clone());
            // A key that is used all day has hundreds of pages; the others come first.
            let pages = self.pages.get(&wish).copied().unwrap_or(0);
            let left = if pages >= PAGES { 0.2 } else { 1.0 };
            (worth(node) * left, wish)
        };
        let mut names: Vec<(f64, Wish)> = open.map(worth).collect();
        // A stable sort: of equals the nearer stands first.
        names.sort_by(|a, b| b.0.total_cmp(&a.0));
        names.into_iter().map(|(_, wish)| wish).collect()
    }

    /// The sweeps that are worth going on with.
    fn sweeps(&self, case: &Case, graph: &Graph, reach: Reach) -> Vec<Wish> {
        let global = graph.nodes.is_empty()
            || graph.nodes.iter().any(|node| node.resource.kind.starts_with("AWS::IAM::") && node.steps < 2)
            || [Effect::Privilege, Effect::Signin, Effect::Access]
                .iter()
                .any(|e| case.symptom.weight(*e) >= 0.9);
        let almost = case.window - case.window / ALMOST;
        let wanted = [Wish::Changes, Wish::GlobalChanges];
        let open = wanted.into_iter().filter(|w| (global || *w == Wish::Changes) && !self.done.contains(w));
        open.filter(|sweep| reach.seen(case, sweep) < almost).collect()
    }
}

/// What an event weighs at most that does not act on what is unwell.
fn beside(graph: &Graph) -> f64 {
    let is_actor = |root: &Node| root.resource.kind.starts_with("AWS::IAM::");
    if graph.roots().any(is_actor) { BY } else { weight(1) }
}

/// What the best event that names it could score, before its time counts.
fn worth(node: &Node) -> f64 {
    weight(node.steps) * if node.steps == 0 { 1.0 } else { telling(&node.resource.kind) }
}

/// How much events of a type have to do with what breaks: of the tables of `aws-facts.md` §5.5.
fn telling(kind: &str) -> f64 {
    match kind.trim_start_matches("AWS::") {
        "EC2::SecurityGroup" => 1.0,
        "ElasticLoadBalancingV2::LoadBalancer"
        | "ElasticLoadBalancingV2::TargetGroup"
        | "ElasticLoadBalancingV2::Listener"
        | "AutoScaling::AutoScalingGroup"
        | "EC2::LaunchTemplate"
        | "EC2::RouteTable"
        | "EC2::NetworkAcl"
        | "Lambda::Function"
        | "RDS::DBInstance"
        | "RDS::DBCluster" => 0.95,
        "IAM::Role" | "KMS::Key" | "SecretsManager::Secret" | "RDS::DBParameterGroup" => 0.9,
        "EC2::Subnet" | "IAM::ManagedPolicy" | "CloudFormation::Stack" | "IAM::InstanceProfile" => 0.8,
        // One of several, most of the time.
        "EC2::Instance" | "EC2::NatGateway" | "EC2::InternetGateway" => 0.75,
        "EC2::Image" | "EC2::EIP" | "EC2::NetworkInterface" => 0.5,
        "EC2::KeyPair" => 0.2,
        _ => 0.7,
    }
}

fn same(one: &ResourceRef, other: &ResourceRef) -> bool {
    (&one.kind, &one.id) == (&other.kind, &other.id)
}

#[cfg(test)]
mod tests;
