//! Arguments of what an incident is about, and whose grey zone it is in.

use clap::{ArgGroup, Args};

use super::Form;
use crate::cli::parse;

/// `toban incident attach`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
#[command(group = ArgGroup::new("what").args(["alarm", "resource", "report"]).required(true))]
pub struct AttachArgs {
    /// Which incident
    pub id: String,
    /// The alarm that belongs to it, by its name or ARN
    #[arg(long, value_name = "NAME")]
    pub alarm: Option<String>,
    /// What else is unwell, by its id, its ARN, or its type and name as in AWS::SQS::Queue/orders
    #[arg(long, value_name = "ID")]
    pub resource: Option<String>,
    /// What somebody else reports, in their words; - reads standard input
    #[arg(long, value_name = "TEXT")]
    pub report: Option<String>,
    /// Who reports it
    #[arg(long, value_name = "NAME", requires = "report", conflicts_with_all = ["alarm", "resource"])]
    pub who: Option<String>,
    /// The account that it is in, twelve digits
    #[arg(long, value_name = "ID", value_parser = parse::account)]
    pub account: Option<String>,
    /// The form.
    #[command(flatten)]
    pub form: Form,
}

/// `toban incident detach`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
#[command(group = ArgGroup::new("what").args(["alarm", "resource", "report"]).required(true))]
pub struct DetachArgs {
    /// Which incident
    pub id: String,
    /// The alarm that does not belong to it, by its name or ARN
    #[arg(long, value_name = "NAME")]
    pub alarm: Option<String>,
    /// What is not unwell after all, by its id, its ARN, or its type and name
    #[arg(long, value_name = "ID")]
    pub resource: Option<String>,
    /// The report that is about something else: the number of its entry
    #[arg(long, value_name = "N")]
    pub report: Option<u64>,
    /// Why
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub reason: String,
    /// The account that it is in, twelve digits
    #[arg(long, value_name = "ID", value_parser = parse::account)]
    pub account: Option<String>,
    /// The form.
    #[command(flatten)]
    pub form: Form,
}

/// `toban incident grey`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct GreyArgs {
    /// Which incident
    pub id: String,
    /// Which field of the grey-zone record, such as disputed, image_id, question
    pub field: String,
    /// What it says now; an empty text takes it back
    pub value: String,
    /// The form.
    #[command(flatten)]
    pub form: Form,
}
