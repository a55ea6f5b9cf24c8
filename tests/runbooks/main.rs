//! Runbooks as their authors and their operators meet them: what a file may say, what is said of a wrong one, how results
//! lead on, and the built-in ones as a whole.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, reason = "tests")]

mod built_in;
mod condition;
mod explained;
mod file;
mod follow;
mod judge;
mod program;
mod propose;

use jiff::Timestamp;
use serde_json::Value as Json;
use toban::{
    config::source::Source,
    runbook::{
        Runbook,
        load::{self, Common},
        registry::{Known, Registry},
    },
    text::{Catalogue, Lang, sentence::Sentence},
};

/// Reads that exist for these tests.
struct Few;

impl Registry for Few {
    fn find(&self, operation: &str) -> Option<Known> {
        match operation {
            "ec2:DescribeInstanceStatus" | "ec2:DescribeInstances" => Some(Known { costs: false }),
            "logs:StartQuery" => Some(Known { costs: true }),
            _ => None,
        }
    }

    fn refuses(&self, operation: &str, args: &Json) -> Option<Sentence> {
        let odd = args.get("Instances").is_some();
        odd.then(|| {
            Sentence::new("reads.takes_nothing").with("operation", operation).with("name", "Instances")
        })
    }
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn read(text: &str) -> Result<Runbook, Vec<String>> {
    let words = Catalogue::load(Lang::En);
    load::runbook(Source { name: "my.toml", text }, &Common::default(), &Few)
        .map(|loaded| loaded.book)
        .map_err(|problems| problems.iter().map(|p| p.text(&words)).collect())
}

/// A runbook with these steps, over checks `a`, `b` (read), `typed` (asked), `paid` (read at a press), `own` (the
/// console's).
fn with_steps(steps: &str) -> String {
    format!("{HEAD}{CHECKS}{steps}")
}

const HEAD: &str = r#"schema = 1
id = "mine"
title = { en = "Mine", ja = "自作" }
version = "1.0"

[params.instance]
type = "AWS::EC2::Instance"
from = "alarm.dimensions.InstanceId"
"#;

const CHECKS: &str = r#"
[[check]]
id = "a"
title = { en = "A", ja = "A" }
read = "ec2:DescribeInstanceStatus"
args = { InstanceIds = ["${instance}"] }
select = "InstanceStatuses[0].SystemStatus.Status"
expect = { eq = "ok" }
unknown_if = [{ eq = "initializing" }]
fresh = "2m"
evidence = ["InstanceStatuses[0].InstanceId"]
know = { meaning = { en = "m", ja = "m" }, if_fail = { en = "f", ja = "f" }, next = { en = "n", ja = "n" }, side = "aws" }

[[check]]
id = "b"
title = { en = "B", ja = "B" }
read = "ec2:DescribeInstances"
args = { InstanceIds = ["${instance}"] }
select = "Reservations[].Instances[].InstanceId"
expect = { empty = false }
know = { meaning = { en = "m", ja = "m" }, if_fail = { en = "f", ja = "f" }, next = { en = "n", ja = "n" }, side = "aws" }
"#;

const STEP: &str = r#"
[[step]]
id = "one"
kind = "check"
title = { en = "One", ja = "一" }
owner = "l1"
side = "aws"
checks = ["a"]
"#;

const BOTH: &str = r#"
[[step]]
id = "other"
kind = "check"
title = { en = "Other", ja = "別" }
owner = "l1"
side = "aws"
checks = ["b"]
"#;
