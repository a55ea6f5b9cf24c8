//! What EC2 says of a resource, as parts of its page: fields, rules, who uses it, and what it names.

use super::{
    lines,
    members::members,
    related::{Around, own_name},
};
use crate::{
    panes::detail::{Block, Line, Need, PageCx, Span, Target},
    resource::{EC2_INSTANCE, ResourceRef},
    rows::{
        described::{Described, Image, Interface, Peer, Rule, SecurityGroup, Subnet, Volume, Vpc, What},
        shared::Shared,
    },
    text::problem,
    triage::{kinds, ports::ports},
    value::{Cell, Cx, Role, Value},
};

const GROUP: &str = "AWS::EC2::SecurityGroup";
const SUBNET: &str = "AWS::EC2::Subnet";
const VPC: &str = "AWS::EC2::VPC";
const INTERFACE: &str = "AWS::EC2::NetworkInterface";

type Fields = Vec<(&'static str, Cell)>;

/// The parts.
#[derive(Debug, Default)]
pub(in crate::panes) struct Told {
    /// Its name, where it has one.
    pub(in crate::panes) name: Option<String>,
    /// Its state in EC2's word.
    pub(in crate::panes) state: Option<Span>,
    /// What is to be said about the asking: it goes on, it was refused, there is no such thing.
    pub(in crate::panes) notes: Vec<Span>,
    /// Labels and values.
    pub(super) fields: Fields,
    /// Rules, and who uses it.
    pub(in crate::panes) blocks: Vec<Block>,
    /// What it names.
    pub(super) around: Around,
    /// Its tags, where it has been read.
    pub(super) tags: Option<Vec<(Shared, Shared)>>,
}

/// What a page wants to be told by EC2.
pub(in crate::panes) fn needs(resource: &ResourceRef) -> Vec<Need> {
    let need = |what: &What| Need::Described(resource.scope, *what, resource.id.clone());
    What::of(&resource.kind).iter().map(need).collect()
}

/// Whether EC2 says what such a resource is; of others it may at most know the network interfaces.
pub(in crate::panes) fn describes(resource: &ResourceRef) -> bool {
    What::of(&resource.kind).iter().any(|what| *what != What::BalancerInterfaces)
}

/// What EC2 has said so far.
pub(in crate::panes) fn told(resource: &ResourceRef, page: &PageCx<'_>) -> Told {
    let cx = &page.cx;
    let mut told = Told::default();
    for what in What::of(&resource.kind) {
        let answer = page.known.described(resource.scope, *what, &resource.id);
        let problem = page.known.described_problem(resource.scope, *what, &resource.id);
        if let Some(problem) = problem {
            let (why, next) =
                (problem::headline(cx.words, problem), problem::remedy(cx.words, &problem.remedy));
            let text = cx.words.fill("described.failed", &[("why", &why), ("next", &next)]);
            let note = Span::new(text, Role::Warn);
            if !told.notes.contains(&note) {
                told.notes.push(note);
            }
        }
        match answer {
            Some(Described::Gone) => {
                let kind = resource.kind.rsplit("::").next().unwrap_or_default();
                let text = cx.words.fill("described.gone", &[("kind", &kind)]);
                told.notes.push(Span::new(text, Role::Warn));
            }
            Some(answer) => told.take(resource, answer, page),
            None if problem.is_none() && told.notes.is_empty() => {
                told.notes.push(Span::new(cx.words.get("described.asking"), Role::Dim));
            }
            None => {}
        }
    }
    told
}

impl Told {
    fn take(&mut self, resource: &ResourceRef, answer: &Described, page: &PageCx<'_>) {
        self.name = answer.name().map(str::to_owned).or(self.name.take());
        let state = answer.state().map(|state| Span::new(state, state_role(state)));
        self.state = state.or(self.state.take());
        self.tags = answer.tags().map(<[_]>::to_vec).or(self.tags.take());
        let cx = &page.cx;
        let refer = |kind: &'static str, id: &str| ResourceRef::new(resource.scope, kind, id);
        match answer {
            Described::Gone => {}
            Described::Volume(it) => {
                self.fields.extend(volume(it, cx));
                if let Some(snapshot) = &it.snapshot {
                    let made_from = cx.words.get("related.made_from");
                    self.around.add(refer("AWS::EC2::Snapshot", snapshot), "", made_from);
                }
                if let Some(key) = it.key.as_deref().and_then(|arn| kinds::of_arn(arn, resource.scope)) {
                    self.around.add(key, "", cx.words.get("related.encrypts"));
                }
            }
            Described::SecurityGroup(it) => {
                self.fields.extend(security_group(it));
                self.within(resource, it.vpc.as_ref(), None, page);
                let rules = |title, rules: &[Rule], word, empty| {
                    let lines = rules.iter().map(|r| rule_line(r, word, resource, page)).collect();
                    Block::Lines { title, lines, empty: Some(empty) }
                };
                self.blocks.extend([
                    rules("section.ingress", &it.ingress, "described.from", "absent.ingress"),
                    rules("section.egress", &it.egress, "described.to", "absent.egress"),
                ]);
            }
            Described::Subnet(it) => {
                self.fields.extend(subnet(it));
                self.within(resource, it.vpc.as_ref(), None, page);
            }
            Described::Vpc(it) => self.fields.extend(vpc(it)),
            Described::Interface(it) => {
                self.fields.extend(interface(it));
                if let Some(balancer) = it.balancer() {
                    let serves = cx.words.get("related.serves");
                    self.around.add(balancer_ref(resource, balancer), "", serves);
                }
                for (id, name) in &it.groups {
                    self.around.add(refer(GROUP, id), name, cx.words.get("related.attached"));
                }
                self.within(resource, it.vpc.as_ref(), it.subnet.as_ref(), page);
            }
            Described::Image(it) => self.fields.extend(image(it, cx)),
            Described::Interfaces { list, more } if resource.kind == GROUP => {
                self.blocks.push(users(resource, list, *more, page));
            }
            Described::Interfaces { list, .. } => self.balancer(resource, list, page),
        }
    }

    /// The subnet and the VPC that it is in.
    fn within(
        &mut self,
        resource: &ResourceRef,
        vpc: Option<&String>,
        subnet: Option<&String>,
        page: &PageCx<'_>,
    ) {
        for (kind, id) in [(SUBNET, subnet), (VPC, vpc)] {
            if let Some(id) = id {
                let it = ResourceRef::new(resource.scope, kind, id.as_str());
                self.around.add(it, "", page.cx.words.get("related.within"));
            }
        }
    }

    /// What a load balancer's network interfaces say of it: its groups first, which let requests in or not.
    fn balancer(&mut self, balancer: &ResourceRef, list: &[Interface], page: &PageCx<'_>) {
        let words = page.cx.words;
        let refer = |kind: &'static str, id: &str| ResourceRef::new(balancer.scope, kind, id);
        for (id, name) in list.iter().flat_map(|interface| &interface.groups) {
            self.around.add(refer(GROUP, id), name, words.get("related.on_interfaces"));
        }
        for id in list.iter().filter_map(|interface| interface.subnet.as_ref()) {
            self.around.add(refer(SUBNET, id), "", words.get("related.has_interfaces"));
        }
        for id in list.iter().filter_map(|interface| interface.vpc.as_ref()) {
            self.around.add(refer(VPC, id), "", words.get("related.has_interfaces"));
        }
        for interface in list {
            let address = interface.public_ip.as_ref().or(interface.private_ip.as_ref());
            let it = refer(INTERFACE, &interface.id);
            let address = address.map_or("", String::as_str);
            self.around.add(it, address, words.get("related.its_interface"));
        }
    }
}

/// Of the words for states those that mean that something is wrong or under way.
fn state_role(state: &str) -> Role {
    match state {
        "available" | "in-use" | "associated" => Role::Plain,
        "error" | "failed" | "invalid" | "unavailable" => Role::Bad,
        "deleted" | "deregistered" | "disabled" => Role::Dim,
        _ => Role::Warn,
    }
}

fn text(text: impl Into<String>) -> Cell {
    Cell::from(Value::Text(text.into()))
}

fn filled(key: &'static str, value: &str) -> Option<(&'static str, Cell)> {
    (!value.is_empty()).then(|| (key, text(value)))
}

fn volume(it: &Volume, cx: &Cx<'_>) -> Fields {
    let mut size = it.size.map(|gib| format!("{gib} GiB")).unwrap_or_default();
    for more in [
        Some(it.kind.clone()).filter(|k| !k.is_empty()),
        it.iops.map(|iops| format!("{iops} IOPS")),
        it.throughput.map(|mib| format!("{mib} MiB/s")),
    ] {
        size.extend(more.map(|more| format!("  {more}")));
    }
    let mut fields: Fields = filled("field.size", size.trim()).into_iter().collect();
    for at in &it.attachments {
        let state = if at.state == "attached" { String::new() } else { format!("  {}", at.state) };
        fields.push(("field.attached", text(format!("{}  {}{state}", at.device, at.instance))));
    }
    fields.extend(filled("field.az", &it.az));
    let role = if it.encrypted { Role::Plain } else { Role::Warn };
    fields.push(("field.encrypted", Cell::new(Value::Bool(it.encrypted), role)));
    fields.extend(it.created.map(|at| ("field.created", text(lines::moment(at, cx)))));
    fields
}

fn security_group(it: &SecurityGroup) -> Fields {
    filled("field.group_name", &it.name).into_iter().chain(filled("field.description", &it.about)).collect()
}

fn subnet(it: &Subnet) -> Fields {
    let mut fields: Fields = filled("field.cidr", &it.cidrs.join("  ")).into_iter().collect();
    fields.extend(filled("field.az", &it.az));
    fields.extend(it.free.map(|free| {
        // Load balancers want eight free addresses in each of their subnets (ELB guide, "Subnets").
        let role = if free < 8 { Role::Bad } else { Role::Plain };
        ("field.free_addresses", Cell::new(Value::count(i64::from(free)), role))
    }));
    fields.push(("field.public_addresses", Value::Bool(it.public).into()));
    fields
}

fn vpc(it: &Vpc) -> Fields {
    let mut fields: Fields = filled("field.cidr", &it.cidrs.join("  ")).into_iter().collect();
    fields.push(("field.default_vpc", Value::Bool(it.default).into()));
    fields.extend(it.dhcp.as_deref().and_then(|dhcp| filled("field.dhcp", dhcp)));
    fields
}

fn interface(it: &Interface) -> Fields {
    let mut fields: Fields = filled("field.description", &it.about).into_iter().collect();
    fields.extend(filled("field.interface_type", &it.kind));
    fields.extend(it.private_ip.as_deref().and_then(|ip| filled("field.private_ip", ip)));
    fields.extend(it.public_ip.as_deref().and_then(|ip| filled("field.public_ip", ip)));
    fields.extend(filled("field.az", &it.az));
    fields.extend(it.instance.as_deref().and_then(|id| filled("field.attached", id)));
    fields.push(("field.service_managed", Value::Bool(it.managed).into()));
    fields
}

fn image(it: &Image, cx: &Cx<'_>) -> Fields {
    let mut fields: Fields = filled("field.image", &it.name).into_iter().collect();
    fields.extend(filled("field.description", &it.about));
    fields.extend(it.owner.as_deref().and_then(|owner| filled("field.owner", owner)));
    fields.extend(it.platform.as_deref().and_then(|platform| filled("field.platform", platform)));
    fields.extend(it.architecture.as_deref().and_then(|a| filled("field.architecture", a)));
    fields.extend(it.created.map(|at| ("field.created", text(lines::moment(at, cx)))));
    fields.extend(it.deprecated.map(|at| {
        let (moment, role) = if at <= cx.now {
            (lines::moment(at, cx), Role::Warn)
        } else {
            (crate::text::age::clock(at, cx.now, cx.zone), Role::Plain)
        };
        ("field.deprecated", Cell::new(Value::Text(moment), role))
    }));
    fields.push(("field.public_image", Value::Bool(it.public).into()));
    fields
}

/// `tcp 443  from 0.0.0.0/0  HTTPS from everywhere`; a group on the other side is a jump.
fn rule_line(rule: &Rule, word: &str, group: &ResourceRef, page: &PageCx<'_>) -> Line {
    let words = page.cx.words;
    let range = rule.ports.map(|(from, to)| (from.to_string(), to.to_string()));
    let range = range.as_ref().map(|(from, to)| (from.as_str(), to.as_str()));
    let what = ports(&rule.protocol, range.map(|r| r.0), range.map(|r| r.1));
    let what = what.unwrap_or_else(|| words.get("thing.all-traffic").to_owned());
    let (peer, target) = match &rule.peer {
        Peer::Addresses(cidr) => (cidr.clone(), None),
        Peer::PrefixList(id) => {
            (id.clone(), Some(ResourceRef::new(group.scope, "AWS::EC2::PrefixList", id.as_str())))
        }
        Peer::Group { id, account } => {
            let own = page.cx.scopes.get(group.scope).and_then(|s| s.account.as_deref());
            let foreign = account.as_deref().filter(|account| own.is_some_and(|own| own != *account));
            let other = ResourceRef::new(group.scope, GROUP, id.as_str());
            let name = foreign.map_or_else(|| own_name(&other, page), Into::into);
            let peer = if name.is_empty() { id.clone() } else { format!("{id} {name}") };
            // Another account's group cannot be asked about here.
            (peer, foreign.is_none().then_some(other))
        }
    };
    let peer = words.fill(word, &[("peer", &peer)]);
    let mut spans = vec![Span::new(what, Role::Name), Span::new(format!("  {peer}"), Role::Plain)];
    spans.extend(rule.about.iter().map(|about| Span::new(format!("  {about}"), Role::Dim)));
    Line { depth: 0, spans, target: target.map(Target::Resource) }
}

/// Who has a security group besides the instances that the page lists: load balancers, databases and other services by
/// their network interfaces.
fn users(group: &ResourceRef, list: &[Interface], more: bool, page: &PageCx<'_>) -> Block {
    let words = page.cx.words;
    let members = members(group, page);
    let mut around = Around::default();
    for interface in list {
        let via = words.fill("related.by_interface", &[("interface", &interface.id)]);
        match (interface.balancer(), &interface.instance) {
            (Some(balancer), _) => around.add(balancer_ref(group, balancer), "", via),
            (None, Some(id)) if members.iter().any(|i| i.id == *id) => {}
            (None, Some(id)) => around.add(ResourceRef::new(group.scope, EC2_INSTANCE, id.as_str()), "", via),
            (None, None) => {
                let id = interface.id.as_str();
                let it = ResourceRef::new(group.scope, INTERFACE, id);
                around.add(it, interface.about.as_str(), words.get("related.has_it"));
            }
        }
    }
    let mut lines = around.lines();
    if more {
        let text = words.fill("described.cut", &[("count", &list.len())]);
        lines.push(Line { spans: vec![Span::new(text, Role::Dim)], ..Line::default() });
    }
    let unused = list.is_empty() && members.is_empty();
    Block::Lines { title: "section.used_by", lines, empty: unused.then_some("absent.used_by") }
}

/// A load balancer by the name in its interfaces' description: the newer ones' have slashes.
fn balancer_ref(near: &ResourceRef, name: &str) -> ResourceRef {
    let kind = if name.contains('/') {
        "AWS::ElasticLoadBalancingV2::LoadBalancer"
    } else {
        "AWS::ElasticLoadBalancing::LoadBalancer"
    };
    ResourceRef::new(near.scope, kind, name)
}
