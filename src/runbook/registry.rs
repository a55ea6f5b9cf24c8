//! What runbooks may read: the registry of reads, seen from here.

use serde_json::Value as Json;

use crate::{reads, text::sentence::Sentence};

/// The list of operations that toban can read by itself.
pub trait Registry {
    /// What is known of an operation such as `ec2:DescribeInstanceStatus`; `None` where toban cannot read it, and an
    /// operator has to.
    fn find(&self, operation: &str) -> Option<Known>;

    /// What is wrong with these arguments, in which `${…}` stands for values that are not known yet.
    fn refuses(&self, operation: &str, args: &Json) -> Option<Sentence>;
}

/// What is known of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// It costs money or is slow: only when a key is pressed.
    pub costs: bool,
}

/// The reads that toban has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reads;

impl Registry for Reads {
    fn find(&self, operation: &str) -> Option<Known> {
        reads::find(operation).map(|spec| Known { costs: spec.wants_a_key() })
    }

    fn refuses(&self, operation: &str, args: &Json) -> Option<Sentence> {
        let spec = reads::find(operation)?;
        reads::check_template(spec, args).err().map(|problem| problem.sentence())
    }
}
