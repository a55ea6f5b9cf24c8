//! The rows: which event is told by which wording, and from what. The first row of an event whose service fits and
//! whose every value is in the record counts; so the telling forms stand before the plain ones.

use super::{compute, data, identity, network, take::Take, watching};

/// One row.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    /// The service's part of `eventSource`, several with `|`; empty for every service.
    pub(super) service: &'static str,
    /// Names without a version's date.
    pub(super) events: &'static [&'static str],
    /// The wording.
    pub(super) key: &'static str,
    /// Its places in braces, and what goes there. A guard's name is empty.
    pub(super) takes: &'static [(&'static str, Take)],
}

/// A row.
pub(super) const fn row(
    service: &'static str,
    events: &'static [&'static str],
    key: &'static str,
    takes: &'static [(&'static str, Take)],
) -> Row {
    Row { service, events, key, takes }
}

/// All rows, in the order of the parts of `aws-facts.md` §5.5.
pub(super) static TABLES: [&[Row]; 5] =
    [compute::ROWS, network::ROWS, identity::ROWS, data::ROWS, watching::ROWS];

/// `{what}` is what the event is mainly about.
pub(super) const WHAT: &[(&str, Take)] = &[("what", Take::Main)];
