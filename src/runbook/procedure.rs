//! A runbook for readers: as a written procedure in Markdown, as a short list, as JSON.

use std::fmt::Write as _;

use jiff::civil::Date;
use serde_json::{Value as Json, json};

use super::{
    Runbook,
    check::{Check, Source},
    judge::wanted,
    step::{Kind, Next, Step},
    words::{Owner, Text},
};
use crate::text::{
    Catalogue, duration,
    measure::{pad, width},
};

/// A written procedure (手順書) in the language of the words, as of a day.
pub fn markdown(book: &Runbook, words: &Catalogue, today: Date) -> String {
    let mut out = String::new();
    let said = |text: &Text| line(text.of(words.lang()));
    let _ = writeln!(out, "# {}\n", said(&book.title));
    let _ = writeln!(out, "{}\n", facts(book, words, today).join(" · "));
    if let Some(about) = &book.about {
        let _ = writeln!(out, "{}\n", said(about));
    }
    if !book.out_of_scope.is_empty() {
        let _ = writeln!(out, "## {}\n", words.get("runbook.head.scope"));
        for other in &book.out_of_scope {
            let _ = writeln!(out, "- {} → `{}`", said(&other.when), other.book);
        }
        out.push('\n');
    }
    if !book.params.is_empty() {
        let _ = writeln!(out, "## {}\n", words.get("runbook.head.params"));
        for param in &book.params {
            let kind = param.kind.as_ref().map_or_else(String::new, |kind| format!(" ({kind})"));
            let _ = writeln!(out, "- `${{{}}}`: {}{kind}", param.name, said(&param.title));
        }
        out.push('\n');
    }
    let _ = writeln!(out, "## {}", words.get("runbook.head.steps"));
    for (index, step) in book.steps.iter().enumerate() {
        markdown_step(&mut out, book, index, step, words);
    }
    // Blocks end with an empty line each, whatever comes next.
    let mut page = String::with_capacity(out.len());
    for line in out.lines() {
        if !(line.is_empty() && page.ends_with("\n\n")) {
            page.push_str(line);
            page.push('\n');
        }
    }
    page
}

fn facts(book: &Runbook, words: &Catalogue, today: Date) -> Vec<String> {
    let mut facts =
        vec![format!("`{}`", book.id), words.fill("runbook.version", &[("version", &book.version)])];
    let reviewed = if book.is_stale(today) { "runbook.reviewed_long_ago" } else { "runbook.reviewed" };
    facts.extend(book.reviewed.map(|date| words.fill(reviewed, &[("date", &date)])));
    facts.extend(book.severity.clone());
    facts
}

fn markdown_step(out: &mut String, book: &Runbook, index: usize, step: &Step, words: &Catalogue) {
    let said = |text: &Text| line(text.of(words.lang()));
    let _ = writeln!(out, "\n### {}. {}\n", index + 1, said(&step.title));
    let mut facts = vec![
        words.get(step.kind.key()).to_owned(),
        words.fill("runbook.by", &[("owner", &words.get(step.owner.key()))]),
        words.fill("runbook.whose", &[("side", &words.get(step.side.key()))]),
    ];
    let span = |span: &jiff::SignedDuration| duration::show(span.unsigned_abs());
    facts.extend(step.timebox.as_ref().map(|box_| words.fill("runbook.timebox", &[("span", &span(box_))])));
    facts.extend(step.minute.as_ref().map(|minute| words.fill("runbook.minute", &[("minute", minute)])));
    if let Kind::Wait(time) = &step.kind {
        facts.push(words.fill("runbook.waits", &[("span", &span(time))]));
    }
    if let Kind::Notify(to) = &step.kind {
        facts.push(words.fill("runbook.tells", &[("to", &owners(to, words))]));
    }
    let _ = writeln!(out, "{}\n", facts.join(" · "));
    if let Some(text) = &step.note {
        let _ = writeln!(out, "{}\n", said(text));
    }
    if let Some(proof) = &step.proof {
        let _ = writeln!(out, "{}\n", words.fill("runbook.proof", &[("proof", &said(proof))]));
    }
    for check in step.checks.iter().filter_map(|id| book.check(id)) {
        markdown_check(out, check, words);
    }
    if let Some(act) = step.act() {
        let _ = writeln!(out, "```sh\n{}\n```\n", act.command.trim());
        let _ = writeln!(out, "- {}", words.fill("runbook.risk", &[("risk", &said(&act.risk))]));
        let back = if act.reversible { "runbook.reversible" } else { "runbook.irreversible" };
        let _ = writeln!(out, "- {}", words.get(back));
        if !act.approve.is_empty() {
            let _ = writeln!(
                out,
                "- {}",
                words.fill("runbook.approve", &[("who", &owners(&act.approve, words))])
            );
        }
        for guard in &act.guard {
            let _ =
                writeln!(out, "- {}", words.fill("runbook.guard", &[("condition", &format!("`{guard}`"))]));
        }
        let check = book.check(&act.confirm.check).map_or_else(String::new, |check| said(&check.title));
        let confirm: [(&str, &dyn std::fmt::Display); 2] =
            [("check", &check), ("span", &span(&act.confirm.within))];
        let _ = writeln!(out, "- {}\n", words.fill("runbook.confirm", &confirm));
    }
    for choice in step.choices() {
        let risk = choice.risk.as_ref().map_or_else(String::new, |risk| format!(" ({})", said(risk)));
        let _ = writeln!(out, "- **{}**{risk} → {}", said(&choice.title), way(book, &choice.to, words));
    }
    for branch in &step.branches {
        let _ = writeln!(out, "- `{}` → {}", branch.when, way(book, &branch.to, words));
    }
    let falls = step.choices().is_empty() && step.branches.is_empty();
    if falls && step.then != Next::Step(index + 1) {
        let _ = writeln!(out, "- → {}", way(book, &step.then, words));
    }
}

fn markdown_check(out: &mut String, check: &Check, words: &Catalogue) {
    let said = |text: &Text| line(text.of(words.lang()));
    let _ = writeln!(out, "- **{}** (`{}`): {}", said(&check.title), check.id, source(check, words));
    if let Source::Ask { command: Some(command) } = &check.source {
        let _ = writeln!(out, "\n  ```sh\n  {}\n  ```\n", line(command));
    }
    if !check.expect.0.is_empty() {
        let good = format!("`{}`", wanted(&check.expect));
        let _ = writeln!(out, "  - {}", words.fill("runbook.good", &[("wanted", &good)]));
    }
    let know = &check.know;
    let _ = writeln!(out, "  - {}", words.fill("runbook.meaning", &[("text", &said(&know.meaning))]));
    let side = words.get(know.side.key());
    let fail: [(&str, &dyn std::fmt::Display); 2] = [("text", &said(&know.if_fail)), ("side", &side)];
    let _ = writeln!(out, "  - {}", words.fill("runbook.if_fail", &fail));
    let _ = writeln!(out, "  - {}\n", words.fill("runbook.next", &[("text", &said(&know.next))]));
}

fn source(check: &Check, words: &Catalogue) -> String {
    match &check.source {
        Source::Read { operation, costs: false, .. } => {
            words.fill("runbook.source_read", &[("operation", operation)])
        }
        Source::Read { operation, .. } => words.fill("runbook.source_press", &[("operation", operation)]),
        Source::Ask { .. } => words.get("runbook.source_ask").to_owned(),
        Source::Console(id) => words.fill("runbook.source_console", &[("id", id)]),
    }
}

/// Where something leads, in words.
fn way(book: &Runbook, next: &Next, words: &Catalogue) -> String {
    match next {
        Next::Step(index) => {
            let title = book.steps.get(*index).map_or("", |step| step.title.of(words.lang()));
            format!("{}. {}", index + 1, line(title))
        }
        Next::Book(id) => words.fill("runbook.to_book", &[("id", id)]),
        Next::Close => words.get("runbook.to_close").to_owned(),
    }
}

fn owners(list: &[Owner], words: &Catalogue) -> String {
    list.iter().map(|owner| words.get(owner.key())).collect::<Vec<_>>().join(", ")
}

/// Texts of several lines are one in a list.
fn line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The steps as a short list, as of a day: number, id, owner, kind, title.
pub fn text(book: &Runbook, words: &Catalogue, today: Date) -> String {
    let said = |text: &Text| line(text.of(words.lang()));
    let mut out =
        format!("{}\n{}\n", said(&book.title), facts(book, words, today).join(" · ").replace('`', ""));
    if let Some(about) = &book.about {
        let _ = writeln!(out, "{}", said(about));
    }
    out.push('\n');
    let cells: Vec<[String; 5]> = book
        .steps
        .iter()
        .enumerate()
        .map(|(index, step)| {
            [
                (index + 1).to_string(),
                step.id.clone(),
                words.get(step.owner.key()).to_owned(),
                words.get(step.kind.key()).to_owned(),
                said(&step.title),
            ]
        })
        .collect();
    out.push_str(&columns(&cells));
    out
}

/// Rows with their columns one below the other; the first is set to the right where it is a number.
pub fn columns<const N: usize>(rows: &[[String; N]]) -> String {
    let wide: Vec<usize> =
        (0..N).map(|column| rows.iter().map(|row| width(&row[column])).max().unwrap_or(0)).collect();
    let mut out = String::new();
    for row in rows {
        for (column, cell) in row.iter().enumerate() {
            let is_number = !cell.is_empty() && cell.chars().all(|c| c.is_ascii_digit());
            match column {
                0 if is_number => {
                    let _ = write!(out, "{}{cell}", " ".repeat(wide[0].saturating_sub(width(cell))));
                }
                _ if column + 1 == N => out.push_str(cell),
                _ => out.push_str(&pad(cell, wide[column])),
            }
            out.push_str(if column + 1 == N { "\n" } else { "  " });
        }
    }
    out
}

/// As one document, as of a day; texts in both languages.
pub fn json(book: &Runbook, today: Date) -> Json {
    let both = |text: &Text| json!({ "en": text.en, "ja": text.ja });
    let to = |next: &Next| match next {
        Next::Step(index) => json!({ "goto": book.steps.get(*index).map(|step| &step.id) }),
        Next::Book(id) => json!({ "use": id }),
        Next::Close => json!({ "close": true }),
    };
    let who = |list: &[Owner]| list.iter().map(|owner| owner.word()).collect::<Vec<_>>();
    let check = |check: &Check| {
        let source = match &check.source {
            Source::Read { operation, args, costs } => {
                json!({ "read": operation, "args": args, "costs": costs })
            }
            Source::Ask { command } => json!({ "ask": true, "command": command }),
            Source::Console(id) => json!({ "use": id }),
        };
        json!({
            "id": check.id, "title": both(&check.title), "source": source, "select": check.select,
            "expect": wanted(&check.expect), "fresh_secs": check.fresh.as_secs(), "evidence": check.evidence,
            "optional": check.optional,
            "know": { "meaning": both(&check.know.meaning), "if_fail": both(&check.know.if_fail),
                      "side": check.know.side.word(), "next": both(&check.know.next) },
        })
    };
    let step = |step: &Step| {
        let act = step.act().map(|act| {
            json!({
                "command": act.command, "approve": who(&act.approve), "reversible": act.reversible,
                "risk": both(&act.risk), "guard": act.guard.iter().map(ToString::to_string).collect::<Vec<_>>(),
                "confirm": { "check": act.confirm.check, "within_secs": act.confirm.within.as_secs() },
            })
        });
        let choice = |choice: &super::step::Choice| {
            json!({ "id": choice.id, "title": both(&choice.title), "to": to(&choice.to),
                    "risk": choice.risk.as_ref().map(both) })
        };
        let branch =
            |branch: &super::step::Branch| json!({ "when": branch.when.to_string(), "to": to(&branch.to) });
        let (told, waits) = match &step.kind {
            Kind::Notify(to) => (Some(who(to)), None),
            Kind::Wait(span) => (None, Some(span.as_secs())),
            _ => (None, None),
        };
        json!({
            "id": step.id, "kind": step.kind.word(), "title": both(&step.title), "owner": step.owner.word(),
            "side": step.side.word(), "timebox_secs": step.timebox.map(|span| span.as_secs()),
            "minute": step.minute, "checks": step.checks, "note": step.note.as_ref().map(both),
            "proof": step.proof.as_ref().map(both), "act": act, "to": told, "wait_secs": waits,
            "choices": step.choices().iter().map(choice).collect::<Vec<_>>(),
            "branches": step.branches.iter().map(branch).collect::<Vec<_>>(), "then": to(&step.then),
            "live": book.is_live(step, true), "live_by_itself": book.is_live(step, false),
        })
    };
    json!({
        "id": book.id, "title": both(&book.title), "about": book.about.as_ref().map(both),
        "version": book.version, "reviewed": book.reviewed.map(|date| date.to_string()),
        "stale": book.is_stale(today),
        "severity": book.severity,
        "out_of_scope": book.out_of_scope.iter()
            .map(|o| json!({ "if": both(&o.when), "use": o.book })).collect::<Vec<_>>(),
        "params": book.params.iter()
            .map(|p| json!({ "name": p.name, "title": both(&p.title), "type": p.kind })).collect::<Vec<_>>(),
        "checks": book.checks.iter().map(check).collect::<Vec<_>>(),
        "steps": book.steps.iter().map(step).collect::<Vec<_>>(),
    })
}
