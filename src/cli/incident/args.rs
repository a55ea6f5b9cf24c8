//! What can be typed after `toban incident`.

pub mod about;
pub mod after;
pub mod people;

use std::path::PathBuf;

use clap::{ArgGroup, Args, Subcommand, ValueEnum};
use jiff::Timestamp;

use self::{
    about::{AttachArgs, DetachArgs, GreyArgs},
    after::{CloseArgs, ItemArgs, ReopenArgs, ReviewArgs},
    people::{AcceptArgs, HandoffArgs, RoleArgs},
};
use crate::{
    cli::parse,
    incident::{
        event::{Gate, Kind, Level, Mark, Moment, Party},
        fold::State,
    },
};

// Lines of at most 79 cells, as everywhere in help.
const OPEN_EXAMPLES: &str = "\
Examples:
  toban incident open --alarm web-5xx --severity SEV-2 --output json
                               … for a pager; an alarm that has an open
                               incident gives that one, with \"existing\": true
  toban incident open --resource i-0abc12345678 --region eu-west-1
  toban incident open --report 'checkout times out' --who 'Jun, shop desk'
  toban incident open --kind question --report 'why was the bill higher?'

No AWS call is made: the alarm or resource is taken by its name.";

const NOTE_EXAMPLES: &str = "\
Examples:
  toban incident note 42 'rolled back to v118'
  journalctl -u nginx --since -1h | toban incident note 42 -
  toban incident note 42 --about 7 'it was v117'

Nothing that is written is ever changed; a note about another entry corrects it.";

const IMPORT_EXAMPLES: &str = "\
Examples:
  toban incident export 42 > INC-0042.json
  toban incident import INC-0042.json

Every entry is held to its hash first, and nothing is written of an export that
was changed. Of an incident that is here already, what is new is added. When
both went on apart, nothing is: go on with one of them.";

const VERIFY_EXAMPLES: &str = "\
Examples:
  toban incident verify 42
  toban incident verify 42 --head 5f0c…   (the last hash that an export named)
  toban incident verify                   every incident

A head that was kept elsewhere shows also what hashes alone cannot: an end that
was cut off, or a record that was written anew from its beginning.";

/// `toban incident`.
#[derive(Debug, Clone, PartialEq, Args)]
pub struct IncidentArgs {
    /// Who writes; without it TOBAN_OPERATOR, the setting incident.operator, or the login name
    #[arg(long = "as", visible_alias = "operator", global = true, value_name = "NAME")]
    pub operator: Option<String>,
    /// What to do.
    #[command(subcommand)]
    pub command: IncidentCommand,
}

/// The commands of `toban incident`.
#[derive(Debug, Clone, PartialEq, Subcommand)]
pub enum IncidentCommand {
    /// Open an incident, or name the one that the alarm or resource has already
    #[command(after_help = OPEN_EXAMPLES)]
    Open(OpenArgs),
    /// List incidents, the newest first, with figures over them
    List(ListArgs),
    /// Print an incident with its timeline
    Show(OneArgs),
    /// Write something down
    #[command(after_help = NOTE_EXAMPLES)]
    Note(NoteArgs),
    /// Decide on a step of the checklist
    Tick(TickArgs),
    /// Say what a runbook has to know and nothing else says
    Set(SetArgs),
    /// Take an incident on, or a message about it
    Ack(AckArgs),
    /// Decide on full incident response
    Gate(GateArgs),
    /// Decide how bad it is
    Severity(SeverityArgs),
    /// Decide whose part it is
    Verdict(VerdictArgs),
    /// Say when the effect began, stopped, or all was well again
    Moment(MomentArgs),
    /// Record a message to somebody, and print it
    Escalate(EscalateArgs),
    /// Say that it is over, and what it was
    Close(CloseArgs),
    /// Say that it is not over after all
    Reopen(ReopenArgs),
    /// Say that an alarm, a resource or a further report belongs to it
    Attach(AttachArgs),
    /// Say that an alarm, a resource or a report does not belong to it after all
    Detach(DetachArgs),
    /// Say who plays a part: commander, operations, scribe, liaison
    Role(RoleArgs),
    /// Hand it over, and print the page that is handed over
    Handoff(HandoffArgs),
    /// Take over what was handed over
    Accept(AcceptArgs),
    /// Fill in a field of the grey-zone record
    Grey(GreyArgs),
    /// Say what is to be done so that it does not come again
    Item(ItemArgs),
    /// Print the draft of its review
    Review(ReviewArgs),
    /// Print the whole record, for another machine or for people
    Export(ExportArgs),
    /// Take in a record from another machine
    #[command(after_help = IMPORT_EXAMPLES)]
    Import(ImportArgs),
    /// Hold a record to its hashes, and say what does not fit
    #[command(after_help = VERIFY_EXAMPLES)]
    Verify(VerifyArgs),
}

/// How an answer is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, ValueEnum)]
pub enum Output {
    /// For people.
    #[default]
    Text,
    /// One document.
    Json,
}

/// How a record is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, ValueEnum)]
pub enum Export {
    /// With the journal, so that it can be imported.
    #[default]
    Json,
    /// For people.
    Markdown,
}

/// The form of an answer, which every command takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Args)]
pub struct Form {
    /// In which form
    #[arg(long, value_name = "FORM", value_enum, default_value_t)]
    pub output: Output,
}

/// An incident, and in which form to answer.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct OneArgs {
    /// Which: INC-0042 or 42
    pub id: String,
    /// The form.
    #[command(flatten)]
    pub form: Form,
}

/// `toban incident open`.
#[derive(Debug, Clone, PartialEq, Args)]
#[command(group = ArgGroup::new("about").args(["alarm", "resource", "report"]))]
pub struct OpenArgs {
    /// The alarm that it is about, by its name or ARN
    #[arg(long, value_name = "NAME")]
    pub alarm: Option<String>,
    /// What is unwell, by its id, its ARN, or its type and name as in AWS::SQS::Queue/orders
    #[arg(long, value_name = "ID")]
    pub resource: Option<String>,
    /// What somebody reports, in their words
    #[arg(long, value_name = "TEXT")]
    pub report: Option<String>,
    /// The title; the alarm, resource or report without it
    #[arg(long, value_name = "TEXT", required_unless_present = "about")]
    pub title: Option<String>,
    /// What somebody comes with: fault, question, request
    #[arg(long, value_name = "KIND", value_parser = parse::word(Kind::ALL, Kind::word, Kind::parse), default_value = "fault")]
    pub kind: Kind,
    /// How bad it is: SEV-1 to SEV-4
    #[arg(long, value_name = "SEV", value_parser = parse::level)]
    pub severity: Option<Level>,
    /// When it first showed (RFC 3339); of a report in any words
    #[arg(long, value_name = "WHEN")]
    pub since: Option<String>,
    /// Who reports it
    #[arg(long, value_name = "NAME", requires = "report", conflicts_with_all = ["alarm", "resource"])]
    pub who: Option<String>,
    /// The page or address that it is seen at
    #[arg(long, value_name = "URL", requires = "report", conflicts_with_all = ["alarm", "resource"])]
    pub url: Option<String>,
    /// How many are affected
    #[arg(long, value_name = "TEXT", requires = "report", conflicts_with_all = ["alarm", "resource"])]
    pub how_many: Option<String>,
    /// From where it is seen
    #[arg(long, value_name = "TEXT", requires = "report", conflicts_with_all = ["alarm", "resource"])]
    pub from: Option<String>,
    /// The account that it is in, twelve digits
    #[arg(long, value_name = "ID", value_parser = parse::account)]
    pub account: Option<String>,
    /// Open another one although the alarm or resource has one
    #[arg(long)]
    pub again: bool,
    /// The form.
    #[command(flatten)]
    pub form: Form,
}

/// `toban incident list`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Args)]
pub struct ListArgs {
    /// Only those that hold all of these words: in id, title, alarm, resource, cause, or person
    #[arg(value_name = "WORD")]
    pub words: Vec<String>,
    /// Only those that stand so: open, watching, closed; repeatable
    #[arg(long, value_name = "STATE", value_delimiter = ',', value_parser = parse::word(State::ALL, State::word, State::parse))]
    pub state: Vec<State>,
    /// The form.
    #[command(flatten)]
    pub form: Form,
}

/// `toban incident note`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct NoteArgs {
    /// Which incident
    pub id: String,
    /// The note; - reads standard input
    #[arg(allow_hyphen_values = true)]
    pub text: String,
    /// The entry that it corrects or explains
    #[arg(long, value_name = "N")]
    pub about: Option<u64>,
    /// The form.
    #[command(flatten)]
    pub form: Form,
}

/// How a step is ticked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, ValueEnum)]
pub enum Ticked {
    /// Done, and as it should be.
    #[default]
    Pass,
    /// Done, and not as it should be.
    Fail,
    /// Left out, for a reason.
    Skip,
    /// It cannot be told.
    Unknown,
    /// To be done, again.
    Open,
}

impl Ticked {
    /// As it is recorded.
    pub const fn mark(self) -> Mark {
        match self {
            Self::Pass => Mark::Done,
            Self::Fail => Mark::Failed,
            Self::Skip => Mark::Skipped,
            Self::Unknown => Mark::Unknown,
            Self::Open => Mark::Open,
        }
    }
}

/// `toban incident tick`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct TickArgs {
    /// Which incident
    pub id: String,
    /// Which step: its id, or RUNBOOK/STEP
    pub step: String,
    /// How it came out
    #[arg(long, value_name = "RESULT", value_enum, default_value_t)]
    pub result: Ticked,
    /// Why; needed for skip
    #[arg(long, value_name = "TEXT", required_if_eq("result", "skip"))]
    pub reason: Option<String>,
    /// The form.
    #[command(flatten)]
    pub form: Form,
}

/// `toban incident set`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct SetArgs {
    /// Which incident
    pub id: String,
    /// The runbook's name for it, and its value: instance=i-0abc12345678
    #[arg(value_name = "NAME=VALUE", required = true)]
    pub values: Vec<String>,
    /// The form.
    #[command(flatten)]
    pub form: Form,
}

/// `toban incident ack`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct AckArgs {
    /// Which incident
    pub id: String,
    /// The message that is taken on: the number of its entry; the incident itself without it
    #[arg(long, value_name = "N")]
    pub of: Option<u64>,
    /// The form.
    #[command(flatten)]
    pub form: Form,
}

/// `toban incident gate`.
#[derive(Debug, Clone, PartialEq, Args)]
pub struct GateArgs {
    /// Which incident
    pub id: String,
    /// yes, no or watch
    #[arg(value_parser = parse::word(Gate::ALL, Gate::word, Gate::parse))]
    pub answer: Gate,
    /// Why
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    /// When a watch comes back, such as 30m
    #[arg(long, value_name = "SPAN", value_parser = parse::window)]
    pub again: Option<std::time::Duration>,
    /// The form.
    #[command(flatten)]
    pub form: Form,
}

/// `toban incident severity`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct SeverityArgs {
    /// Which incident
    pub id: String,
    /// SEV-1 to SEV-4
    #[arg(value_name = "SEV", value_parser = parse::level)]
    pub level: Level,
    /// Why; needed when it is lowered
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
    /// The form.
    #[command(flatten)]
    pub form: Form,
}

/// `toban incident verdict`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct VerdictArgs {
    /// Which incident
    pub id: String,
    /// aws, customer, shared, grey, third-party or unknown
    #[arg(value_parser = parse::word(Party::ALL, Party::word, Party::parse))]
    pub side: Party,
    /// The field of work
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub area: String,
    /// Why; repeatable
    #[arg(long, value_name = "TEXT", required = true)]
    pub reason: Vec<String>,
    /// The form.
    #[command(flatten)]
    pub form: Form,
}

/// `toban incident moment`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct MomentArgs {
    /// Which incident
    pub id: String,
    /// began, mitigated or recovered
    #[arg(value_parser = parse::word(Moment::ALL, Moment::word, Moment::parse))]
    pub which: Moment,
    /// When; now without it
    #[arg(long, value_name = "TIME", value_parser = parse::time)]
    pub at: Option<Timestamp>,
    /// How that is known
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub reason: String,
    /// The form.
    #[command(flatten)]
    pub form: Form,
}

/// `toban incident escalate`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct EscalateArgs {
    /// Which incident
    pub id: String,
    /// Whom to tell
    #[arg(long, value_name = "PARTY")]
    pub to: String,
    /// Say this instead of what the record says; - reads standard input
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub message: Option<String>,
    /// The form.
    #[command(flatten)]
    pub form: Form,
}

/// `toban incident export`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct ExportArgs {
    /// Which incident
    pub id: String,
    /// In which form
    #[arg(long, value_name = "FORM", value_enum, default_value_t)]
    pub output: Export,
}

/// `toban incident import`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct ImportArgs {
    /// What `toban incident export` printed; - reads standard input
    pub file: PathBuf,
    /// The form.
    #[command(flatten)]
    pub form: Form,
}

/// `toban incident verify`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct VerifyArgs {
    /// Which incident; all of them without it
    pub id: Option<String>,
    /// A hash that was kept elsewhere: an export's journal_head
    #[arg(long, value_name = "HASH", requires = "id", value_parser = parse::hash)]
    pub head: Option<String>,
    /// The form.
    #[command(flatten)]
    pub form: Form,
}
