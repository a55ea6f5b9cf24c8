//! A composite alarm's rule as a tree: every operator with whether it holds, every child with its state and reason,
//! children that are composites themselves opened in turn.

use std::collections::HashSet;

use super::{state_role, subject, why};
use crate::{
    panes::{
        detail::{Line, PageCx, Span, Target},
        resource::lines,
    },
    resource::{ALARM, ResourceRef},
    rows::alarm::{Alarm, AlarmState, Watch},
    scope::ScopeId,
    triage::rule::{self, Quota, Rule},
    value::Role,
};

/// Deeper than this a tree says no more to anyone.
const MAX_DEPTH: u8 = 24;
/// More lines than this are cut off.
const MAX_LINES: usize = 600;

/// The tree of a composite alarm.
pub(super) fn lines(alarm: &Alarm, page: &PageCx<'_>) -> Vec<Line> {
    let mut tree =
        Tree { page, scope: alarm.scope, open: HashSet::from([alarm.name.clone()]), lines: Vec::new() };
    tree.composite(alarm, 0);
    tree.lines
}

/// The alarms at the tree's ends that are known, each once, in order of appearance.
pub(super) fn leaves<'a>(alarm: &'a Alarm, page: &PageCx<'a>) -> Vec<&'a Alarm> {
    let mut visited = HashSet::from([alarm.name.as_str()]);
    let mut found = Vec::new();
    let mut waiting: Vec<_> = alarm.children.iter().rev().collect();
    while let Some(name) = waiting.pop() {
        let Some(child) = page.known.alarm(alarm.scope, name) else { continue };
        if !visited.insert(child.name.as_str()) {
            continue;
        }
        if matches!(child.watch, Watch::Composite { .. }) {
            waiting.extend(child.children.iter().rev());
        } else {
            found.push(child);
        }
    }
    found
}

struct Tree<'p, 'a> {
    page: &'p PageCx<'a>,
    scope: ScopeId,
    /// The composites that have been opened; each is opened once, so cycles end.
    open: HashSet<String>,
    lines: Vec<Line>,
}

impl Tree<'_, '_> {
    fn composite(&mut self, alarm: &Alarm, depth: u8) {
        let Watch::Composite { rule, .. } = &alarm.watch else { return };
        match rule::parse(rule) {
            Ok(rule) => self.rule(&rule, depth),
            Err(error) => {
                let text = self.page.cx.words.fill("alarm.rule_unreadable", &[("at", &error.at)]);
                self.push(depth, vec![Span::new(text, Role::Warn)], None);
                for name in &alarm.children {
                    self.child(name, None, depth);
                }
            }
        }
    }

    fn push(&mut self, depth: u8, spans: Vec<Span>, target: Option<Target>) {
        if self.lines.len() < MAX_LINES {
            self.lines.push(Line { depth, spans, target });
        }
    }

    fn rule(&mut self, rule: &Rule, depth: u8) {
        if depth > MAX_DEPTH {
            return self.push(depth, vec![Span::new("…", Role::Dim)], None);
        }
        match rule {
            Rule::Const(_) => self.push(depth, vec![Span::new(rule.to_string(), Role::Plain)], None),
            Rule::Is { alarm, state } => self.child(alarm, Some((false, *state)), depth),
            Rule::AtLeast { quota, negated, state, alarms } => {
                let quota = match quota {
                    Quota::Count(n) => n.to_string(),
                    Quota::Percent(p) => format!("{p}%"),
                };
                self.operator(format!("AT_LEAST {quota}"), rule, depth);
                for alarm in alarms {
                    self.child(alarm, Some((*negated, *state)), depth + 1);
                }
            }
            Rule::Not(inner) => match inner.as_ref() {
                Rule::Is { alarm, state } => self.child(alarm, Some((true, *state)), depth),
                inner => {
                    self.operator("NOT".into(), rule, depth);
                    self.rule(inner, depth + 1);
                }
            },
            Rule::And(parts) => self.parts("AND", rule, parts, depth),
            Rule::Or(parts) => self.parts("OR", rule, parts, depth),
        }
    }

    fn parts(&mut self, word: &str, rule: &Rule, parts: &[Rule], depth: u8) {
        self.operator(word.into(), rule, depth);
        for part in parts {
            self.rule(part, depth + 1);
        }
    }

    fn operator(&mut self, operator: String, rule: &Rule, depth: u8) {
        let known = self.page.known;
        let (key, seen) = match rule::evaluate(rule, &|name| known.alarm(self.scope, name).map(|a| a.state)) {
            Some(true) => ("alarm.rule_holds", Role::Bad),
            Some(false) => ("alarm.rule_fails", Role::Dim),
            None => ("alarm.rule_open", Role::Unknown),
        };
        let truth = format!("  {}", self.page.cx.words.get(key));
        self.push(depth, vec![Span::new(operator, Role::Title), Span::new(truth, seen)], None);
    }

    /// A child with its state; what the rule asks of it is said where that is not simply ALARM.
    fn child(&mut self, name: &str, asked: Option<(bool, AlarmState)>, depth: u8) {
        let cx = &self.page.cx;
        let mut spans = vec![Span::new(name, Role::Name)];
        let asked = match asked {
            None | Some((false, AlarmState::Alarm)) => None,
            Some((true, state)) => Some(format!("  (NOT {})", state.word())),
            Some((false, state)) => Some(format!("  ({})", state.word())),
        };
        let known = self.page.known.alarm(self.scope, name);
        let again =
            known.is_some_and(|a| matches!(a.watch, Watch::Composite { .. }) && self.open.contains(&a.name));
        if let Some(alarm) = known {
            spans.push(Span::new(format!("  {}", alarm.state.word()), state_role(alarm, cx)));
            spans.extend(asked.map(|a| Span::new(a, Role::Dim)));
            spans.extend(lines::age_span(alarm.state_since, cx));
            let text = if again { cx.words.get("alarm.rule_again").to_owned() } else { why(alarm, cx) };
            spans.push(Span::new(format!("  {text}"), Role::Dim));
        } else {
            spans.extend(asked.map(|a| Span::new(a, Role::Dim)));
            spans.push(Span::new(format!("  {}", cx.words.get("alarm.child_unknown")), Role::Unknown));
        }
        let target = known.map_or_else(|| ResourceRef::new(self.scope, ALARM, name), subject);
        self.push(depth, spans, Some(Target::Resource(target)));
        if let Some(alarm) = known
            && !again
            && depth < MAX_DEPTH
            && matches!(alarm.watch, Watch::Composite { .. })
        {
            self.open.insert(alarm.name.clone());
            self.composite(alarm, depth + 1);
        }
    }
}
