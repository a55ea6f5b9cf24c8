//! An incident as its journal tells it: what may happen in one ([`event`]), how entries are bound to each other
//! ([`chain`]), what they come to ([`fold`]), each in words ([`telling`]), what is computed from that ([`figures`],
//! [`similar`]; how well a drill was played: [`score`]; who is told next, and when: [`ladder`], [`due`](mod@due)), and the whole as a document that another machine
//! takes in ([`export`]).
//!
//! The journal is the only truth: an entry is never changed, a mistake is corrected by a further entry, and everything on
//! screen is a fold over the entries. Pure: `journal` keeps the entries, whoever shows them knows the clock.

pub mod brief;
pub mod case;
pub mod chain;
pub mod due;
pub mod duties;
pub mod event;
pub mod export;
pub mod figures;
pub mod fold;
pub mod grey;
pub mod handoff;
pub mod hours;
pub mod ladder;
#[cfg(test)]
pub(crate) mod made_up;
pub mod message;
mod page;
pub mod report;
pub mod score;
pub mod similar;
pub mod telling;
mod words;

pub use self::{
    chain::{Entry, Stored},
    event::Event,
    fold::Incident,
};
