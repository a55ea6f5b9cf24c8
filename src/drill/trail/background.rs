//! The everyday noise of an account at work. Each file is one kind of it, and each writes a day at a time.

mod agents;
mod backups;
mod changes;
mod deploys;
mod functions;
mod lists;
mod mishaps;
mod people;
mod scaling;
mod visitors;

use super::Source;

/// All kinds.
pub(super) const ALL: &[Source] = &[
    people::write,
    changes::write,
    deploys::write,
    agents::write,
    functions::write,
    backups::write,
    scaling::write,
    visitors::write,
    mishaps::write,
];
