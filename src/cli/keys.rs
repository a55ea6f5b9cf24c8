//! `toban keys`: the loaded keymap in words.

use std::io::{self, Write};

use serde_json::json;

use super::KeysOutput;
use crate::{
    input::keymap::{Binding, Keymap, Scope},
    text::{
        Catalogue,
        measure::{pad, width},
    },
};

/// Prints every scope's keys in the order of help.
pub fn run(keymap: &Keymap, words: &Catalogue, output: KeysOutput, out: &mut dyn Write) -> io::Result<()> {
    let scopes = keymap.help(&Scope::ALL);
    match output {
        KeysOutput::Table => table(&scopes, words, out),
        KeysOutput::Json => json_list(&scopes, words, out),
        KeysOutput::Markdown => markdown(&scopes, words, out),
    }
}

type Scopes<'a> = [(Scope, Vec<&'a Binding>)];

/// Wording key of a scope's title.
fn title(scope: Scope) -> &'static str {
    match scope {
        Scope::Global => "cli.scope.global",
        Scope::Always => "cli.scope.always",
        Scope::Table => "cli.scope.table",
        Scope::Page => "cli.scope.page",
        Scope::Help => "cli.scope.help",
        Scope::Palette => "cli.scope.palette",
        Scope::Prompt => "cli.scope.prompt",
        Scope::Incident => "cli.scope.incident",
        Scope::Form => "cli.scope.form",
        Scope::Message => "cli.scope.message",
    }
}

fn table(scopes: &Scopes<'_>, words: &Catalogue, out: &mut dyn Write) -> io::Result<()> {
    let all = || scopes.iter().flat_map(|(_, bindings)| bindings);
    let keys = all().map(|b| width(&b.keys_text())).max().unwrap_or(0);
    let names = all().map(|b| width(b.action.name())).max().unwrap_or(0);
    for (i, (scope, bindings)) in scopes.iter().enumerate() {
        if i > 0 {
            writeln!(out)?;
        }
        writeln!(out, "{} [{}]", words.get(title(*scope)), scope.name())?;
        for b in bindings {
            let (keys, name) = (pad(&b.keys_text(), keys), pad(b.action.name(), names));
            writeln!(out, "  {keys}  {name}  {}", b.desc(words))?;
        }
    }
    Ok(())
}

fn json_list(scopes: &Scopes<'_>, words: &Catalogue, out: &mut dyn Write) -> io::Result<()> {
    let list: Vec<_> = scopes
        .iter()
        .flat_map(|(scope, bindings)| bindings.iter().map(move |b| (scope, b)))
        .map(|(scope, b)| {
            json!({
                "scope": scope.name(),
                "action": b.action.name(),
                "keys": b.keys.iter().map(ToString::to_string).collect::<Vec<_>>(),
                "description": b.desc(words),
                "hint": b.hint,
                "count": b.count,
            })
        })
        .collect();
    serde_json::to_writer_pretty(&mut *out, &list)?;
    writeln!(out)
}

fn markdown(scopes: &Scopes<'_>, words: &Catalogue, out: &mut dyn Write) -> io::Result<()> {
    for (i, (scope, bindings)) in scopes.iter().enumerate() {
        if i > 0 {
            writeln!(out)?;
        }
        writeln!(out, "### {}\n", words.get(title(*scope)))?;
        let head = ["cli.head.keys", "cli.head.action", "cli.head.does"].map(|key| words.get(key));
        writeln!(out, "| {} |\n|---|---|---|", head.join(" | "))?;
        for b in bindings {
            let keys: Vec<String> = b.keys.iter().map(|k| code(&k.to_string())).collect();
            writeln!(out, "| {} | `{}` | {} |", keys.join(" "), b.action, b.desc(words).replace('|', "\\|"))?;
        }
    }
    Ok(())
}

/// A code span within a table: bars are escaped, and a backtick needs two around it.
fn code(text: &str) -> String {
    let text = text.replace('|', "\\|");
    if text.contains('`') { format!("`` {text} ``") } else { format!("`{text}`") }
}
