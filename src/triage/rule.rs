//! The AlarmRule language of composite alarms (`aws-facts.md` §4.1): text → tree → truth, and back to text.
//!
//! ```text
//! rule := and ("OR" and)* ; and := not ("AND" not)* ; not := "NOT" not | atom
//! atom := "(" rule ")" | "TRUE" | "FALSE" | STATE "(" ref ")"
//!       | "AT_LEAST" "(" (INT | INT"%") "," ["NOT"] STATE "," "(" ref ("," ref)* ")" ")"
//! ```
//!
//! References are alarm names or ARNs, quoted or bare; ARNs are reduced to names, because children live in the rule's
//! own account and Region. Truth has three values: a child that is not known makes only those rules unknown that
//! depend on it.

mod parse;

use std::{collections::HashSet, fmt};

pub use parse::{children, parse};

use crate::rows::alarm::AlarmState;

/// Nesting beyond this is refused. CloudWatch allows 500 elements in a rule, so no real rule is deeper.
pub const MAX_DEPTH: usize = 500;

/// A parsed rule. `And` and `Or` hold at least two parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rule {
    /// `TRUE` or `FALSE`.
    Const(bool),
    /// `ALARM(x)`, `OK(x)`, `INSUFFICIENT_DATA(x)`.
    Is {
        /// The child's name.
        alarm: String,
        /// The state asked for.
        state: AlarmState,
    },
    /// `AT_LEAST(2, ALARM, (a, b, c))`.
    AtLeast {
        /// How many.
        quota: Quota,
        /// Whether it counts those that are *not* in the state.
        negated: bool,
        /// The state that is counted.
        state: AlarmState,
        /// The children's names.
        alarms: Vec<String>,
    },
    /// `NOT x`.
    Not(Box<Rule>),
    /// `x AND y …`.
    And(Vec<Rule>),
    /// `x OR y …`.
    Or(Vec<Rule>),
}

/// The first argument of `AT_LEAST`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quota {
    /// That many children.
    Count(u32),
    /// That share of the children, in percent, rounded up.
    Percent(u32),
}

impl Quota {
    /// How many of `total` children that is.
    pub fn of(self, total: usize) -> usize {
        match self {
            Self::Count(n) => usize::try_from(n).unwrap_or(usize::MAX),
            Self::Percent(p) => usize::try_from(p).unwrap_or(usize::MAX).saturating_mul(total).div_ceil(100),
        }
    }
}

/// Why a rule cannot be read. Not for the screen, which says it in the operator's language with [`RuleError::at`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{expected} expected at character {at}")]
pub struct RuleError {
    /// Where, in characters from 1.
    pub at: usize,
    /// What should have stood there.
    pub expected: &'static str,
}

/// Whether a rule holds, given the states of its children; `None` when that depends on a child that is not known.
pub fn evaluate(rule: &Rule, state_of: &dyn Fn(&str) -> Option<AlarmState>) -> Option<bool> {
    match rule {
        Rule::Const(value) => Some(*value),
        Rule::Is { alarm, state } => state_of(alarm).map(|now| now == *state),
        Rule::AtLeast { quota, negated, state, alarms } => {
            let (mut yes, mut unknown) = (0, 0);
            for alarm in alarms {
                match state_of(alarm) {
                    Some(now) if (now == *state) != *negated => yes += 1,
                    Some(_) => {}
                    None => unknown += 1,
                }
            }
            let need = quota.of(alarms.len());
            if yes >= need {
                Some(true)
            } else if yes + unknown < need {
                Some(false)
            } else {
                None
            }
        }
        Rule::Not(inner) => evaluate(inner, state_of).map(|value| !value),
        Rule::And(parts) => decide(parts, state_of, false),
        Rule::Or(parts) => decide(parts, state_of, true),
    }
}

/// One part with the deciding value settles it; else one unknown part leaves it open.
fn decide(parts: &[Rule], state_of: &dyn Fn(&str) -> Option<AlarmState>, deciding: bool) -> Option<bool> {
    let mut all_known = true;
    for part in parts {
        match evaluate(part, state_of) {
            Some(value) if value == deciding => return Some(deciding),
            Some(_) => {}
            None => all_known = false,
        }
    }
    all_known.then_some(!deciding)
}

impl Rule {
    /// Names of the children in order of appearance, without duplicates.
    pub fn alarms(&self) -> Vec<&str> {
        let (mut names, mut seen) = (Vec::new(), HashSet::new());
        self.visit(&mut |name| {
            if seen.insert(name) {
                names.push(name);
            }
        });
        names
    }

    fn visit<'a>(&'a self, each: &mut dyn FnMut(&'a str)) {
        match self {
            Self::Const(_) => {}
            Self::Is { alarm, .. } => each(alarm),
            Self::AtLeast { alarms, .. } => alarms.iter().for_each(|a| each(a)),
            Self::Not(inner) => inner.visit(each),
            Self::And(parts) | Self::Or(parts) => parts.iter().for_each(|p| p.visit(each)),
        }
    }

    /// The rule as people say it: `web-5xx AND web-latency`, with `ALARM(…)` left out since it is what is meant.
    pub fn brief(&self) -> String {
        let mut text = String::new();
        // Writing to a String does not fail.
        let _ = self.write(&mut text, true);
        text
    }

    fn write(&self, to: &mut dyn fmt::Write, brief: bool) -> fmt::Result {
        match self {
            Self::Const(value) => to.write_str(if *value { "TRUE" } else { "FALSE" }),
            Self::Is { alarm, state: AlarmState::Alarm } if brief => to.write_str(alarm),
            Self::Is { alarm, state } => write!(to, "{}({})", state.word(), reference(alarm)),
            Self::AtLeast { quota, negated, state, alarms } => {
                match quota {
                    Quota::Count(n) => write!(to, "AT_LEAST({n}, ")?,
                    Quota::Percent(p) => write!(to, "AT_LEAST({p}%, ")?,
                }
                let not = if *negated { "NOT " } else { "" };
                let names: Vec<_> = alarms.iter().map(|a| reference(a)).collect();
                write!(to, "{not}{}, ({}))", state.word(), names.join(", "))
            }
            Self::Not(inner) => {
                to.write_str("NOT ")?;
                inner.operand(to, brief, !matches!(**inner, Self::And(_) | Self::Or(_)))
            }
            Self::And(parts) => {
                Self::join(parts, " AND ", to, brief, |p| !matches!(p, Self::And(_) | Self::Or(_)))
            }
            Self::Or(parts) => Self::join(parts, " OR ", to, brief, |p| !matches!(p, Self::Or(_))),
        }
    }

    fn join(
        parts: &[Self],
        between: &str,
        to: &mut dyn fmt::Write,
        brief: bool,
        bare: fn(&Self) -> bool,
    ) -> fmt::Result {
        for (i, part) in parts.iter().enumerate() {
            if i > 0 {
                to.write_str(between)?;
            }
            part.operand(to, brief, bare(part))?;
        }
        Ok(())
    }

    fn operand(&self, to: &mut dyn fmt::Write, brief: bool, bare: bool) -> fmt::Result {
        if bare {
            return self.write(to, brief);
        }
        to.write_char('(')?;
        self.write(to, brief)?;
        to.write_char(')')
    }
}

/// The canonical text: parsing it gives the same rule.
impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f, false)
    }
}

/// A name as it stands in a rule: bare where that is safe, else quoted.
fn reference(name: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./:#+@".contains(c);
    if !name.is_empty() && name.chars().all(plain) {
        name.to_owned()
    } else {
        format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""))
    }
}

#[cfg(test)]
mod tests;
