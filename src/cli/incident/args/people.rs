//! Arguments of who plays which part in an incident, and to whom it is handed.

use clap::Args;

use super::Form;
use crate::{cli::parse, incident::event::Role};

/// `toban incident role`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct RoleArgs {
    /// Which incident
    pub id: String,
    /// commander, operations, scribe or liaison
    #[arg(value_parser = parse::word(Role::ALL, Role::word, Role::parse))]
    pub role: Role,
    /// Who
    pub who: String,
    /// The form.
    #[command(flatten)]
    pub form: Form,
}

/// `toban incident handoff`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct HandoffArgs {
    /// Which incident
    pub id: String,
    /// Who takes over
    #[arg(long, value_name = "NAME")]
    pub to: String,
    /// The form.
    #[command(flatten)]
    pub form: Form,
}

/// `toban incident accept`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct AcceptArgs {
    /// Which incident
    pub id: String,
    /// The form.
    #[command(flatten)]
    pub form: Form,
}
