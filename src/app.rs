//! The console: its state, what can happen to it, and what it wants done.

pub mod action;
pub mod effect;
pub mod facts;
pub mod form;
pub mod incidents;
mod known;
pub mod layout;
pub mod model;
pub mod msg;
pub mod search;
pub mod table;
pub mod update;
