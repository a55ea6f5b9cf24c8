//! The facts the console holds about AWS, as small plain structs of ours.
//!
//! `aws/` fills them from SDK answers (and drops the SDK structs at once), `panes/` shows them, `triage/` reasons
//! over them. They know neither the SDK nor the screen. All text in them has been sanitised on the way in.

pub mod alarm;
pub mod backup;
pub mod described;
pub mod event;
pub mod instance;
pub mod metric;
pub mod patch;
pub mod shared;
