//! The command line of `contract.md`: what can be typed, and nothing about what it does.
//!
//! Options stand before or after the command; every one of them is also a `TOBAN_*` variable (`--log-level` is
//! `TOBAN_LOG_LEVEL`), which an option of the same name overrides and which overrides `config.toml`. The environment is
//! passed in, so that tests need none. Commands that do not exist yet are not here.

pub mod config;
pub mod console;
pub mod doctor;
pub mod drill;
pub mod hand;
pub mod incident;
pub mod keys;
pub mod list;
pub mod options;
pub mod parse;
pub mod policy;
mod records;
pub mod run;
pub mod runbook;
pub mod score;
pub mod start;
pub mod triage;

#[cfg(test)]
mod tests;

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::Timestamp;

pub use self::{
    incident::args::IncidentArgs,
    options::{Invocation, Options},
};
use crate::{
    drill::Fault,
    listing::Format,
    panes::{Column, PaneId},
    text::{nearest::nearest, sentence::Sentence},
    triage::answer::Form,
};

// Lines of at most 79 cells: clap would break longer ones on a narrow terminal.
const EXAMPLES: &str = "\
Examples:
  toban                        open the console
  toban --profile prod --profile dev --region eu-west-1 --region us-east-1
                               … on several accounts and Regions at once
  toban drill                  … on the embedded practice account, without AWS
  toban list alarms --filter 'state:=ALARM' --output json
                               print the rows of a pane, for scripts
  toban list instances --drill web-down
                               … of the practice account
  toban --trail AWSLogs/       read events from CloudTrail log files, not the API
  toban triage --alarm web-5xx what changed before it fired, likeliest first
  toban incident open --alarm web-5xx
                               open an incident, as a pager does
  toban doctor                 check credentials, permissions, clock and terminal
  toban runbook list           which written procedures there are
  toban policy                 print the IAM policy that toban needs
  toban keys                   print what every key does

Every option can also be set as a variable (--log-level as TOBAN_LOG_LEVEL).
Most can be set in the file that `toban config path` names. AWS's own variables
(AWS_PROFILE, AWS_REGION, AWS_ENDPOINT_URL, HTTPS_PROXY, …) mean what they mean
to the AWS CLI.

Exit status: 0 done, 1 failed, 2 usage, 3 no valid credentials, 130 interrupted.";

const DRILL_EXAMPLES: &str = "\
Examples:
  toban drill                            the default scenario
  toban drill --list                     which scenarios there are
  toban drill web-down --at 10m --speed 10
                                         from ten minutes in, ten times as fast
  toban drill --fault latency=200ms --fault throttle=0.2
  toban drill disk-full --score          … and say at the end how it went
  toban drill --serve 127.0.0.1:4566     let any AWS client ask the account instead";

const LIST_EXAMPLES: &str = "\
Examples:
  toban list alarms
  toban list alarms --filter 'state:=ALARM !test' --sort state_since:desc
  toban list instances --region all --output csv > instances.csv
  toban list events --trail AWSLogs/ --now 2026-05-01T03:30:00Z
                  the day before that time, from CloudTrail log files

Filters, parted by spaces, must all hold; quotes keep spaces:
  web             this text in any column
  state:run       this text in this column
  state:=running  this column is this text
  ~wbcn           these letters in this order
  re:^web-\\d+$    this regular expression
  !web            not that";

const TRIAGE_EXAMPLES: &str = "\
Examples:
  toban triage --alarm web-5xx
  toban triage --resource i-0abc12345678 --at 2026-05-01T03:10:00Z --window 6h
  toban triage --alarm web-5xx --drill web-down
                               … of the practice account
  toban triage --context incident.json --trail AWSLogs/
  toban triage --context incident.json --trail logs.json.gz --output markdown

The context names what is unwell, what belongs to it, and when it was noticed:
  {\"at\": \"2026-05-01T03:10:00Z\", \"account\": \"123456789012\",
   \"alarm\": {\"namespace\": \"AWS/EC2\", \"metric\": \"StatusCheckFailed\"},
   \"resources\": [{\"type\": \"AWS::EC2::Instance\", \"id\": \"i-0abc\"}],
   \"related\": [{\"type\": \"AWS::EC2::SecurityGroup\", \"id\": \"sg-1\",
                \"via\": \"attached to i-0abc\"}]}
Log files are those that CloudTrail delivers, gzipped or not, records one a
line, or saved LookupEvents answers. AWS is not asked then.";

const INCIDENT_EXAMPLES: &str = "\
Examples:
  toban incident open --alarm web-5xx --output json    {\"id\": \"INC-0042\", …}
  toban incident ack 42
  toban incident note 42 'target group has no healthy host'
  toban incident tick 42 R4/targets --result fail
  toban incident gate 42 yes --reason 'all users, checkout down'
  toban incident escalate 42 --to vendor
  toban incident close 42 --cause deploy --summary 'rolled back to v117'
  toban incident list web-5xx --state open
  toban incident export 42 > INC-0042.json             import it elsewhere

Records are in the directory that --data-dir names, else in the data directory
that `toban config path` prints; those of practice (--drill) in `drill` below it.
Nothing asks AWS. What is written is on the disk when the command ends, and is
never changed: a mistake is corrected by a further entry.";

const DOCTOR_EXAMPLES: &str = "\
Examples:
  toban doctor
  toban doctor --profile prod --profile dev --region all
  toban doctor --output json | jq '.checks[] | select(.status == \"fail\")'

Exit status: 0 nothing failed, 1 something did, 3 no account has valid
credentials. Warnings count as fine.";

const RUNBOOK_EXAMPLES: &str = "\
Examples:
  toban runbook list
  toban runbook show exhaustion --output markdown > disk-full.md
  toban runbook show restore --lang ja --output markdown
  toban runbook check runbooks/*.toml

Your own stand in the folder runbooks/ beside config.toml: one of the id of a
built-in runbook takes its place. docs/runbooks.md has the format.";

const POLICY_EXAMPLES: &str = "\
Examples:
  aws iam create-policy --policy-name toban --policy-document \"$(toban policy)\"
  toban policy --actions | grep ^ec2:

One statement for each pane: leave one out, and that pane is shown as denied
while the others work on. AWS is not asked for this.";

/// The on-call console for AWS: what is wrong, on which resource, what changed, what to do next.
///
/// Without a command the console opens.
#[derive(Debug, Clone, PartialEq, Parser)]
#[command(name = "toban", version, max_term_width = 110, after_help = EXAMPLES)]
#[command(subcommand_precedence_over_arg = true)]
pub struct Cli {
    /// Options of every command.
    #[command(flatten)]
    pub options: Options,
    /// Read events from these CloudTrail log files, or folders of them, instead of asking AWS; repeatable
    #[arg(long, value_name = "PATH", num_args = 1..)]
    pub trail: Vec<PathBuf>,
    /// What to do; the console when it is missing.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// The commands.
#[derive(Debug, Clone, PartialEq, Subcommand)]
pub enum Command {
    /// Open the console on the embedded practice account, or serve that account
    #[command(after_help = DRILL_EXAMPLES)]
    Drill(DrillArgs),
    /// Print the rows of a pane
    #[command(after_help = LIST_EXAMPLES)]
    List(ListArgs),
    /// Say what changed before something broke, the likeliest cause first
    #[command(after_help = TRIAGE_EXAMPLES)]
    Triage(TriageArgs),
    /// List runbooks, print one, or check a file
    #[command(subcommand, after_help = RUNBOOK_EXAMPLES)]
    Runbook(RunbookCommand),
    /// Keep the record of an incident: the same that the console keeps
    #[command(after_help = INCIDENT_EXAMPLES)]
    Incident(IncidentArgs),
    /// Check credentials, permissions, clock and terminal, with remedies
    #[command(after_help = DOCTOR_EXAMPLES)]
    Doctor(DoctorArgs),
    /// Print the least-privilege IAM policy as JSON
    #[command(after_help = POLICY_EXAMPLES)]
    Policy(PolicyArgs),
    /// Print what every key does
    Keys(KeysArgs),
    /// Show where settings are, what holds, and what is wrong
    #[command(subcommand)]
    Config(ConfigCommand),
}

/// `toban drill`.
#[derive(Debug, Clone, PartialEq, Args)]
pub struct DrillArgs {
    /// Which scenario; --list shows them
    pub scenario: Option<String>,
    /// List the scenarios
    #[arg(long, conflicts_with_all = ["scenario", "serve", "score"])]
    pub list: bool,
    /// Serve the account on this loopback address to any AWS client, without a console
    #[arg(long, value_name = "ADDR:PORT", value_parser = parse::loopback)]
    pub serve: Option<SocketAddr>,
    /// How many times as fast as real time the scenario runs
    #[arg(long, value_name = "X", value_parser = parse::speed)]
    pub speed: Option<f64>,
    /// How far into the scenario to start, such as 10m; the scenario says where it opens by itself
    #[arg(long, value_name = "OFFSET", value_parser = parse::offset)]
    pub at: Option<Duration>,
    /// Inject a fault, such as latency=200ms, throttle=0.2, deny=ec2, expire=cloudwatch, drop=0.05; repeatable
    #[arg(long, value_name = "SPEC", value_delimiter = ',')]
    pub fault: Vec<Fault>,
    /// When the console ends, print how the incident was handled: what was right, when, and what was missed
    #[arg(long, conflicts_with = "serve")]
    pub score: bool,
    /// In which form the score is printed
    #[arg(long, value_name = "FORM", value_enum, requires = "score")]
    pub output: Option<Form>,
}

/// `toban list`.
#[derive(Debug, Clone, PartialEq, Args)]
pub struct ListArgs {
    /// Which pane
    #[arg(value_parser = parse::pane)]
    pub pane: PaneId,
    /// Only rows that this filter lets pass
    #[arg(long, value_name = "EXPR")]
    pub filter: Option<String>,
    /// By which column; upwards unless :desc is added
    #[arg(long, value_name = "COLUMN[:desc]", value_parser = parse::sort)]
    pub sort: Option<SortBy>,
    /// Read events from these CloudTrail log files, or folders of them, instead of asking AWS; repeatable
    #[arg(long, value_name = "PATH", num_args = 1..)]
    pub trail: Vec<PathBuf>,
    /// In which form
    #[arg(long, value_name = "FORM", value_enum, default_value_t)]
    pub output: Format,
}

/// `toban triage`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
#[command(group = clap::ArgGroup::new("subject").args(["alarm", "resource", "context"]).required(true))]
pub struct TriageArgs {
    /// The alarm to explain, by its name
    #[arg(long, value_name = "NAME")]
    pub alarm: Option<String>,
    /// What is unwell, by its id, its ARN, or its type and name as in AWS::SQS::Queue/orders
    #[arg(long, value_name = "ID")]
    pub resource: Option<String>,
    /// When it was noticed; the alarm's last change, or now, without it
    #[arg(long, value_name = "TIME", value_parser = parse::time, conflicts_with = "context")]
    pub at: Option<Timestamp>,
    /// How far back a cause is looked for, such as 6h
    #[arg(long, value_name = "SPAN", value_parser = parse::window, conflicts_with = "context")]
    pub window: Option<Duration>,
    /// What is unwell, what belongs to it, and since when (JSON), without asking AWS
    #[arg(long, value_name = "FILE", requires = "trail")]
    pub context: Option<PathBuf>,
    /// CloudTrail log files, or folders of them; repeatable
    #[arg(long, value_name = "PATH", num_args = 1.., requires = "context")]
    pub trail: Vec<PathBuf>,
    /// How many suspects at most
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub top: usize,
    /// In which form
    #[arg(long, value_name = "FORM", value_enum, default_value_t)]
    pub output: Form,
}

/// `toban runbook`.
#[derive(Debug, Clone, PartialEq, Eq, Subcommand)]
pub enum RunbookCommand {
    /// List the runbooks there are, built-in and your own
    List(RunbookListArgs),
    /// Print a runbook; as Markdown it is a written procedure
    Show(RunbookShowArgs),
    /// Say what is wrong in files, with line and column
    Check(RunbookCheckArgs),
}

/// `toban runbook list`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct RunbookListArgs {
    /// In which form
    #[arg(long, value_name = "FORM", value_enum, default_value_t)]
    pub output: Form,
}

/// `toban runbook show`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct RunbookShowArgs {
    /// Which runbook: its id, as `toban runbook list` names it, or a file
    pub id: String,
    /// In which form
    #[arg(long, value_name = "FORM", value_enum, default_value_t)]
    pub output: Form,
}

/// `toban runbook check`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct RunbookCheckArgs {
    /// Which files; they may lead to each other, to your own runbooks, and to the built-in ones
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// In which form
    #[arg(long, value_name = "FORM", value_enum, default_value_t)]
    pub output: Form,
}

/// `toban doctor`.
#[derive(Debug, Clone, PartialEq, Args)]
pub struct DoctorArgs {
    /// In which form
    #[arg(long, value_name = "FORM", value_enum, default_value_t)]
    pub output: DoctorOutput,
}

/// How checks are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, ValueEnum)]
pub enum DoctorOutput {
    /// For people.
    #[default]
    Text,
    /// One document.
    Json,
}

/// `toban policy`.
#[derive(Debug, Clone, PartialEq, Args)]
pub struct PolicyArgs {
    /// Only the names of the actions, one a line
    #[arg(long)]
    pub actions: bool,
}

/// `toban keys`.
#[derive(Debug, Clone, PartialEq, Args)]
pub struct KeysArgs {
    /// In which form
    #[arg(long, value_name = "FORM", value_enum, default_value_t)]
    pub output: KeysOutput,
}

/// How keys are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, ValueEnum)]
pub enum KeysOutput {
    /// For people.
    #[default]
    Table,
    /// A list of objects.
    Json,
    /// For documents.
    Markdown,
}

/// `toban config`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Subcommand)]
pub enum ConfigCommand {
    /// Print where settings, keys, records, caches and the log are
    Path,
    /// Print what holds, and who set it
    Show,
    /// Print a file with every setting and its default, commented out
    Default,
    /// Say what is wrong in the settings and the keys
    Check,
}

/// `--sort`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SortBy {
    /// The column's key.
    pub column: String,
    /// Largest first.
    pub descending: bool,
}

impl SortBy {
    /// The column's place, or one sentence saying which columns there are.
    pub fn resolve(&self, columns: &[&Column]) -> Result<usize, Sentence> {
        columns.iter().position(|c| c.key == self.column).ok_or_else(|| {
            let names = || columns.iter().map(|c| c.key);
            match nearest(&self.column, names()) {
                Some(meant) => Sentence::new("cli.unknown_column_meant").with("meant", meant),
                None => {
                    Sentence::new("cli.unknown_column").with("names", names().collect::<Vec<_>>().join(" "))
                }
            }
            .with("name", &self.column)
        })
    }
}
