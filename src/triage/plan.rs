//! Which question about CloudTrail's events comes next: with two calls a second, the order is what makes an answer quick.
//!
//! Changes of the last hour are swept, since most causes come shortly before, and in turn with that the things that are
//! most telling are asked for by name, which reaches back over the whole time in one page. It ends when nothing that could
//! still be read would take the first place. Pure: what was read and found is told to it.

use std::collections::{HashMap, HashSet};

use jiff::{SignedDuration, Timestamp};

use super::{
    cause::{Case, Effect, Ranking, timely, weight},
    graph::{Graph, Node},
};
use crate::resource::ResourceRef;

/// The sweep goes on in turn with the names until it has come so far back.
const CLOSE: SignedDuration = SignedDuration::from_mins(60);

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

/// What has been asked so far.
#[derive(Debug, Default)]
pub struct Plan {
    /// Nothing more will come of these.
    done: HashSet<Wish>,
    /// Pages of names that go on.
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
            Went::Done | Went::Over => {
                self.waits = 0;
                self.over |= went == Went::Over;
                self.done.insert(wish.clone());
            }
        }
        if !matches!(wish, Wish::About(_)) {
            self.last_sweep = Some(wish.clone());
        }
        self.last = Some(wish);
    }

    /// Whether it ended because nothing more could be asked, and not because nothing more was worth asking.
    pub const fn is_cut_off(&self) -> bool {
        self.over || self.waits >= MOST_WAITS
    }

    /// The next question; none when nothing is left that could change the first place.
    pub fn next(
        &self,
        case: &Case,
        graph: &Graph,
        ranking: &Ranking,
        read_back_to: Option<Timestamp>,
    ) -> Option<Wish> {
        if self.is_cut_off() {
            return None;
        }
        // Whatever is newer than this has been seen already, by whatever name.
        let seen = read_back_to
            .map_or(SignedDuration::ZERO, |back| case.at.duration_since(back).max(SignedDuration::ZERO));
        let left = timely(seen).unwrap_or(1.0);
        let names = self.names(graph);
        let sweeps = self.sweeps(case, graph);
        let unasked = names.first().map_or(0.0, |(worth, _)| *worth);
        // A sweep can bring events of anything that has not been asked for by name, and of what is not indexed.
        let roots_open = graph.roots().any(|root| !self.is_done(&root.resource));
        let of_sweep = if roots_open { 1.0 } else { weight(1) };
        let best = if sweeps.is_empty() { unasked } else { unasked.max(of_sweep) } * left;
        let first = ranking.suspects.first();
        if let Some(first) = first.filter(|_| ranking.found) {
            // Was it taken back? That is asked before all else.
            let touched = first.event.resources.first().filter(|touched| !self.is_done(touched));
            if let Some(touched) = touched {
                return Some(Wish::About(touched.clone()));
            }
            if best <= first.score {
                return None;
            }
        }
        let name = names.into_iter().next().map(|(_, wish)| wish);
        let swept_last = matches!(self.last, Some(Wish::Changes | Wish::GlobalChanges));
        let again = sweeps.first().cloned();
        let sweep = sweeps.into_iter().find(|sweep| self.last_sweep.as_ref() != Some(sweep)).or(again);
        if seen < CLOSE && !swept_last { sweep.or(name) } else { name.or(sweep) }
    }

    fn is_done(&self, resource: &ResourceRef) -> bool {
        self.done.iter().any(|wish| matches!(wish, Wish::About(known) if same(known, resource)))
    }

    /// Names that have not been asked for, by what the best event of each could score.
    fn names(&self, graph: &Graph) -> Vec<(f64, Wish)> {
        let open = graph.nodes.iter().filter(|node| !self.is_done(&node.resource));
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
        names
    }

    fn sweeps(&self, case: &Case, graph: &Graph) -> Vec<Wish> {
        let global = graph.nodes.is_empty()
            || graph.nodes.iter().any(|node| node.resource.kind.starts_with("AWS::IAM::") && node.steps < 2)
            || [Effect::Privilege, Effect::Signin, Effect::Access]
                .iter()
                .any(|e| case.symptom.weight(*e) >= 0.9);
        let wanted = [Wish::Changes, Wish::GlobalChanges];
        wanted.into_iter().filter(|w| (global || *w == Wish::Changes) && !self.done.contains(w)).collect()
    }
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
mod tests {
    use super::*;
    use crate::{
        rows::event::{Event, made_up},
        scope::ScopeId,
        triage::cause::{About, Suspect, Symptom},
    };

    fn thing(kind: &'static str, id: &str) -> ResourceRef {
        ResourceRef::new(ScopeId(0), kind, id)
    }

    fn graph() -> Graph {
        let node = |kind, id, parent, steps| Node {
            resource: thing(kind, id),
            name: String::new(),
            via: None,
            parent,
            steps,
        };
        Graph {
            nodes: vec![
                node("AWS::ElasticLoadBalancingV2::LoadBalancer", "web", None, 0),
                node("AWS::EC2::Instance", "i-1", Some(0), 1),
                node("AWS::EC2::SecurityGroup", "sg-1", Some(0), 1),
                node("AWS::EC2::KeyPair", "k", Some(1), 2),
            ],
        }
    }

    fn case() -> Case {
        Case {
            symptom: Symptom::of("AWS/ApplicationELB", "HTTPCode_ELB_5XX_Count", "ALARM", ""),
            about: About::default(),
            at: at("03:10:00"),
            window: SignedDuration::from_hours(24),
            began: None,
        }
    }

    fn at(time: &str) -> Timestamp {
        format!("2026-05-01T{time}Z").parse().unwrap()
    }

    /// The order of the questions when each has so many pages and a sweep's page reaches so far back.
    fn order(ranking: &Ranking, page: SignedDuration, most: usize) -> Vec<String> {
        let mut plan = Plan::default();
        let mut back = None;
        let mut order = Vec::new();
        while let Some(wish) = plan.next(&case(), &graph(), ranking, back).filter(|_| order.len() < most) {
            let went = if matches!(wish, Wish::About(_)) { Went::Done } else { Went::More };
            if wish == Wish::Changes {
                back = Some(back.unwrap_or(case().at) - page);
            }
            order.push(match &wish {
                Wish::About(resource) => resource.id.clone(),
                other => format!("{other:?}"),
            });
            plan.went(wish, went);
        }
        order
    }

    #[test]
    fn the_last_hour_and_the_most_telling_names_come_in_turn() {
        let quiet = Ranking::default();
        let minutes = SignedDuration::from_mins(25);
        assert_eq!(
            order(&quiet, minutes, 8),
            ["Changes", "web", "Changes", "sg-1", "Changes", "i-1", "k", "Changes"]
        );
    }

    #[test]
    fn a_suspect_s_own_thing_is_asked_for_at_once_and_then_only_what_could_beat_it() {
        let event = Event {
            resources: vec![thing("AWS::EC2::SecurityGroup", "sg-9")].into(),
            ..made_up::call("Revoke")
        };
        let suspect = |score| Ranking {
            found: true,
            suspects: vec![Suspect { score, reasons: Vec::new(), event: event.clone() }],
        };
        let minutes = SignedDuration::from_mins(25);
        assert_eq!(order(&suspect(0.9), minutes, 20), ["sg-9", "Changes", "web"]);
        let doubtful = order(&suspect(0.6), minutes, 40);
        assert!(doubtful.len() > 8 && doubtful[0] == "sg-9", "{doubtful:?}");
    }

    #[test]
    fn without_anything_to_ask_for_the_account_is_swept_everywhere() {
        let plan = Plan::default();
        let none = Graph::default();
        assert_eq!(plan.next(&case(), &none, &Ranking::default(), None), Some(Wish::Changes));
        let mut plan = Plan::default();
        plan.went(Wish::Changes, Went::More);
        assert_eq!(plan.next(&case(), &none, &Ranking::default(), None), Some(Wish::GlobalChanges));
        plan.went(Wish::GlobalChanges, Went::Done);
        plan.went(Wish::Changes, Went::Over);
        assert_eq!(plan.next(&case(), &none, &Ranking::default(), None), None);
    }
}
