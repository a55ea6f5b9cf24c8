//! The resource graph: from what is unwell to what can break it, each with *via what* (`aws-facts.md` §4.5).
//!
//! A projection of what has been read ([`Facts`]): the same answers make the same graph, in whatever order they came. The
//! table of relations is `graph/links.rs`; this file walks it, nearest first, within bounds. Nothing here asks AWS;
//! [`Graph::questions`] says what would be worth asking.

mod links;
mod routes;

use std::collections::HashSet;

use super::{
    cause::Related,
    kinds::{self, Place},
    pick,
    read::{Facts, Question, Read},
    resources::identity,
};
use crate::{resource::ResourceRef, text::sentence::Sentence};
use links::{ASKED, LINKS, Link, NAMES, Name, Noun};

/// Nodes that a graph has at most: more would name half of the account.
const MOST: usize = 160;
/// Of one parent's members (targets, instances of a group) so many are followed.
const MEMBERS: usize = 12;
/// Steps from the roots beyond which nothing is followed.
const FAR: u8 = 4;
/// Questions that a graph may put in all; each is one call.
pub const QUESTIONS: usize = 26;

/// One thing and how it was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// It.
    pub resource: ResourceRef,
    /// What people call it, where its id does not say so; may be empty.
    pub name: String,
    /// How it belongs to its parent; none for what is itself unwell.
    pub via: Option<Sentence>,
    /// Which node it was found from.
    pub parent: Option<usize>,
    /// How many relations away from what is unwell.
    pub steps: u8,
}

/// What is unwell, first, and then what is around it, the nearest first.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Graph {
    /// A node's parent stands before it.
    pub nodes: Vec<Node>,
}

impl Graph {
    /// As far as it is known.
    pub fn of(roots: &[ResourceRef], facts: &Facts, place: &Place<'_>) -> Self {
        let mut walk = Walk { graph: Self::default(), seen: HashSet::new(), place };
        for root in roots {
            walk.add(root.clone(), None, None);
        }
        let mut at = 0;
        while at < walk.graph.nodes.len() {
            walk.expand(at, facts);
            at += 1;
        }
        for node in &mut walk.graph.nodes {
            node.name = name(&node.resource, facts);
        }
        walk.graph
    }

    /// What is unwell.
    pub fn roots(&self) -> impl Iterator<Item = &Node> {
        self.nodes.iter().filter(|node| node.parent.is_none())
    }

    /// All of a type, the nearest first.
    pub fn of_kind<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Node> {
        self.nodes.iter().filter(move |node| node.resource.kind == kind)
    }

    /// What is around the roots, as the ranking takes it.
    pub fn related(&self) -> Vec<Related> {
        let around = self.nodes.iter().filter(|node| node.parent.is_some());
        around
            .map(|node| Related { resource: node.resource.clone(), via: node.via.clone(), steps: node.steps })
            .collect()
    }

    /// What is worth asking, the nearest first; it may have been asked already. Names of one kind go into one question.
    pub fn questions(&self) -> Vec<Question> {
        let mut questions: Vec<Question> = Vec::new();
        for node in self.nodes.iter().filter(|node| node.steps < FAR) {
            for asked in
                ASKED.iter().filter(|asked| asked.kind == node.resource.kind && node.steps <= asked.within)
            {
                let name = match asked.by {
                    Name::Id => Some(node.resource.id.as_str()),
                    Name::Arn => node.resource.arn.as_deref(),
                };
                let Some(name) = name.filter(|name| !name.is_empty()) else { continue };
                let same = |q: &&mut Question| q.read == asked.read && asked.together;
                match questions.iter_mut().find(same) {
                    Some(question) if question.of.iter().any(|of| of == name) => {}
                    Some(question) => question.of.push(name.to_owned()),
                    None => questions.push(Question::one(asked.read, name)),
                }
            }
        }
        questions
    }
}

struct Walk<'a> {
    graph: Graph,
    seen: HashSet<(String, String)>,
    place: &'a Place<'a>,
}

impl Walk<'_> {
    fn add(&mut self, resource: ResourceRef, via: Option<Sentence>, parent: Option<usize>) {
        let (kind, id) = identity(&resource);
        if self.graph.nodes.len() >= MOST || !self.seen.insert((kind.to_owned(), id.to_owned())) {
            return;
        }
        let above = parent.and_then(|at| self.graph.nodes.get(at));
        let steps = above.map_or(0, |above| above.steps.saturating_add(1));
        self.graph.nodes.push(Node { resource, name: String::new(), via, parent, steps });
    }

    fn expand(&mut self, at: usize, facts: &Facts) {
        let Some(node) = self.graph.nodes.get(at) else { return };
        if node.steps >= FAR {
            return;
        }
        let from = node.resource.clone();
        for link in LINKS.iter().filter(|link| link.from == from.kind) {
            let mut members = 0;
            for item in facts.items(link.read, link.items) {
                let keys = pick::texts(item, link.key);
                if !keys.iter().any(|key| is(key, &from)) {
                    continue;
                }
                for text in pick::texts(item, link.to).into_iter().flat_map(|text| text.split(',')) {
                    if link.many && members >= MEMBERS {
                        break;
                    }
                    let Some(found) = self.noun(link, text.trim()) else { continue };
                    members += 1;
                    let via = Sentence::new(link.via).with("of", kinds::label(&from));
                    self.add(found, Some(via), Some(at));
                }
            }
        }
        if from.kind == "AWS::EC2::Subnet"
            && let Some(table) = routes::of_subnet(&from.id, facts)
        {
            let via = Sentence::new("relation.routes").with("of", &from.id);
            self.add(kinds::refer("AWS::EC2::RouteTable", table, self.place), Some(via), Some(at));
        }
    }

    /// The thing that a text in an answer names; none where it is of another sort (`local` among gateways).
    fn noun(&self, link: &Link, text: &str) -> Option<ResourceRef> {
        match link.noun {
            Noun::Of(kind) => {
                if !text.starts_with("arn:") {
                    return Some(kinds::refer(kind, text, self.place));
                }
                let found = kinds::of_arn(text, self.place.scope)?;
                // A profile or a policy under a path is known by its name all the same.
                let known = kinds::kind(&found.kind).is_some();
                Some(if known {
                    found
                } else {
                    ResourceRef::new(self.place.scope, kind, found.id).with_arn(text)
                })
            }
            Noun::ByLooks => kinds::of_id(text, self.place),
        }
    }
}

/// What people call a thing, where an answer says so and its id does not.
fn name(resource: &ResourceRef, facts: &Facts) -> String {
    let rows = NAMES.iter().filter(|(kind, ..)| *kind == resource.kind);
    let mut names = rows.flat_map(|(_, read, items, key, name)| {
        facts
            .items(*read, items)
            .filter(|item| pick::texts(item, key).iter().any(|key| is(key, resource)))
            .map(|item| pick::text(item, name))
    });
    names.find(|name| !name.is_empty()).unwrap_or_default().to_owned()
}

/// Whether a name in an answer is that of a node.
fn is(name: &str, resource: &ResourceRef) -> bool {
    if name == resource.id || Some(name) == resource.arn.as_deref() {
        return true;
    }
    // An ARN whose account is not known yet could not be built.
    resource.arn.is_none() && name.starts_with("arn:") && name.ends_with(&format!("/{}", resource.id))
}

/// Whether so many answers are still worth waiting for.
pub fn is_primary(read: Read) -> bool {
    links::LINKS.iter().any(|link| link.read == read) || read == Read::RouteTables
}

#[cfg(test)]
mod tests;
