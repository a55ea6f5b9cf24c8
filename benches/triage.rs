//! How often `toban triage` is right: scores it on a folder of labelled cases.
//!
//! `cargo bench --bench triage -- FOLDER [--each]`, or the folder in `TOBAN_TRIAGE_CASES`; without one, or without cases
//! in it, it says so and does nothing. A folder holds `cases.jsonl`, `events.jsonl` and the backgrounds that the cases
//! name. The program is run as a person would run it, `--context` and `--trail`, and never sees what the labels say.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "a program for developers: a failure is its report"
)]

use std::{collections::BTreeMap, fs, path::Path, process::Command};

use serde_json::{Value, json};

/// What a group of cases came to.
#[derive(Default)]
struct Score {
    ranks: Vec<Option<usize>>,
    lenient: Vec<Option<usize>>,
    found: usize,
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).filter(|arg| arg != "--bench").collect();
    let each = args.iter().any(|arg| arg == "--each");
    let named = args.into_iter().find(|arg| !arg.starts_with('-'));
    let Some(folder) = named.or_else(|| std::env::var("TOBAN_TRIAGE_CASES").ok()) else {
        return println!("skipped: name a folder of cases, or set TOBAN_TRIAGE_CASES");
    };
    let folder = Path::new(&folder);
    let Ok(labelled) = fs::read_to_string(folder.join("cases.jsonl")) else {
        return println!("skipped: no cases.jsonl in {}", folder.display());
    };
    let events = fs::read_to_string(folder.join("events.jsonl")).unwrap_or_default();
    let mut own: BTreeMap<String, String> = BTreeMap::new();
    for line in events.lines() {
        let event: Value = serde_json::from_str(line).unwrap();
        let lines = own.entry(event["case"].as_str().unwrap().to_owned()).or_default();
        lines.push_str(&event["record"].to_string());
        lines.push('\n');
    }
    let work = tempfile::tempdir().unwrap();
    let mut scores: BTreeMap<String, Score> = BTreeMap::new();
    for case in labelled.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()) {
        let id = case["id"].as_str().unwrap();
        let answer = ask(&case, own.get(id).map_or("", String::as_str), folder, work.path());
        let ids = |key: &str| -> Vec<&str> {
            case[key].as_array().into_iter().flatten().filter_map(Value::as_str).collect()
        };
        let (causes, fine) = (ids("cause_event_ids"), ids("acceptable_event_ids"));
        let suspects = answer["suspects"].as_array().unwrap();
        let place = |wanted: &dyn Fn(&str) -> bool| {
            suspects.iter().position(|s| s["event_id"].as_str().is_some_and(wanted)).map(|at| at + 1)
        };
        let rank = place(&|id| causes.contains(&id));
        let found = answer["cause_found"].as_bool().unwrap();
        let score = scores.entry(case["kind"].as_str().unwrap().to_owned()).or_default();
        score.ranks.push(rank);
        score.lenient.push(place(&|id| causes.contains(&id) || fine.contains(&id)));
        score.found += usize::from(found);
        if each {
            show(&case, rank, found, suspects, &causes);
        }
    }
    println!("| cases | n | hit@1 | hit@3 | hit@5 | hit@10 | MRR | lenient hit@1 | cause_found |");
    println!("|---|---|---|---|---|---|---|---|---|");
    for (kind, score) in &scores {
        line(kind, score);
    }
    let positives = || scores.iter().filter(|(kind, _)| *kind != "negative").map(|(_, score)| score);
    let all = Score {
        ranks: positives().flat_map(|s| s.ranks.clone()).collect(),
        lenient: positives().flat_map(|s| s.lenient.clone()).collect(),
        found: positives().map(|s| s.found).sum(),
    };
    line("all but the negatives", &all);
}

/// What the program says of a case.
fn ask(case: &Value, own: &str, folder: &Path, work: &Path) -> Value {
    let related: Vec<Value> = case["related_resources"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|r| json!({"type": r["type"], "id": r["id"], "via": r["relation"]}))
        .collect();
    let context = json!({
        "account": case["account"], "region": case["region"], "at": case["alarm_time"],
        "window_secs": case["lookback_hours"].as_u64().unwrap() * 3600,
        "symptom": case["symptom"], "alarm": case["alarm"],
        "resources": [case["resource"]], "related": related,
    });
    let (context_file, own_file) = (work.join("context.json"), work.join("own.jsonl"));
    fs::write(&context_file, context.to_string()).unwrap();
    fs::write(&own_file, own).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_toban"));
    command.args(["triage", "--output", "json", "--top", "1000", "--utc", "--lang", "en", "--context"]);
    command.arg(&context_file).arg("--trail").arg(folder.join(case["background"].as_str().unwrap()));
    if !own.is_empty() {
        command.arg(&own_file);
    }
    let output = command.env("HOME", work).env_remove("AWS_PROFILE").output().unwrap();
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)))
}

fn show(case: &Value, rank: Option<usize>, found: bool, suspects: &[Value], causes: &[&str]) {
    println!("\n{} {} | {} | rank {rank:?} found {found}", case["id"], case["category"], case["symptom"]);
    println!("   cause: {}", case["true_cause"]);
    for (suspect, at) in suspects.iter().zip(1..) {
        let mark = if causes.iter().any(|id| suspect["event_id"] == *id) { "*" } else { " " };
        if at > 4 && mark == " " {
            continue;
        }
        let event = &suspect["event"];
        println!(
            "  {mark}{at} {} {} {} {}",
            suspect["score"], event["time"], event["name"], suspect["reasons"]
        );
    }
}

#[expect(clippy::cast_precision_loss, reason = "small counts")]
fn line(kind: &str, score: &Score) {
    let n = score.ranks.len().max(1) as f64;
    let hit = |of: &[Option<usize>], k: usize| of.iter().flatten().filter(|r| **r <= k).count() as f64 / n;
    let mrr: f64 = score.ranks.iter().flatten().map(|r| 1.0 / *r as f64).sum::<f64>() / n;
    println!(
        "| {kind} | {n} | {:.2} | {:.2} | {:.2} | {:.2} | {mrr:.2} | {:.2} | {:.2} |",
        hit(&score.ranks, 1),
        hit(&score.ranks, 3),
        hit(&score.ranks, 5),
        hit(&score.ranks, 10),
        hit(&score.lenient, 1),
        score.found as f64 / n,
    );
}
