//! `toban policy`: what an administrator has to allow.

use std::io::{self, Write};

use super::PolicyArgs;
use crate::policy;

/// Prints the policy, or its actions one a line.
pub fn run(args: &PolicyArgs, out: &mut dyn Write) -> io::Result<()> {
    if args.actions {
        return policy::actions().into_iter().try_for_each(|action| writeln!(out, "{action}"));
    }
    serde_json::to_writer_pretty(&mut *out, &policy::document())?;
    writeln!(out)
}
