//! Arguments of an incident's end and what follows it: its cause, its review, and what is to be done so that it does not
//! come again.

use clap::Args;

use super::{Export, Form};
use crate::{
    cli::parse,
    incident::event::{Cause, ItemClass},
};

/// `toban incident close`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct CloseArgs {
    /// Which incident
    pub id: String,
    /// What it was: misconfiguration, exhaustion, deploy, credential, dependency, aws, attack or unknown
    #[arg(long, value_name = "CLASS", value_parser = parse::word(Cause::ALL, Cause::word, Cause::parse))]
    pub cause: Cause,
    /// In a sentence
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub summary: String,
    /// The form.
    #[command(flatten)]
    pub form: Form,
}

/// `toban incident reopen`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct ReopenArgs {
    /// Which incident
    pub id: String,
    /// Why
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    /// The form.
    #[command(flatten)]
    pub form: Form,
}

/// `toban incident review`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct ReviewArgs {
    /// Which incident
    pub id: String,
    /// In which form
    #[arg(long, value_name = "FORM", value_enum, default_value = "markdown")]
    pub output: Export,
}

/// `toban incident item`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct ItemArgs {
    /// Which incident
    pub id: String,
    /// What is to be done
    pub text: String,
    /// What for: prevention or improvement
    #[arg(long, value_name = "CLASS", value_parser = parse::word(ItemClass::ALL, ItemClass::word, ItemClass::parse), default_value = "prevention")]
    pub class: ItemClass,
    /// By whom
    #[arg(long, value_name = "NAME", default_value = "")]
    pub owner: String,
    /// Until when
    #[arg(long, value_name = "WHEN", default_value = "")]
    pub due: String,
    /// The form.
    #[command(flatten)]
    pub form: Form,
}
