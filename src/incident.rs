//! An incident as its journal tells it: what may happen in one ([`event`]), how entries are bound to each other
//! ([`chain`]), what they come to ([`fold`]), and what is computed from that.
//!
//! The journal is the only truth: an entry is never changed, a mistake is corrected by a further entry, and everything on
//! screen is a fold over the entries. Pure: `journal` keeps the entries, whoever shows them knows the clock.

pub mod chain;
pub mod event;
pub mod fold;

pub use self::{
    chain::{Entry, Stored},
    event::Event,
    fold::Incident,
};
