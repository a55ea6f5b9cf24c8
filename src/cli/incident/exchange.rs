//! Records between machines: export, import, and whether one was tampered with.

use std::{fs, path::Path};

use serde_json::json;

use super::{
    Refused, Work,
    args::{Export, ExportArgs, ImportArgs, Output, VerifyArgs},
    page,
};
use crate::{
    incident::{
        export::{self, Wording},
        fold::id_of,
    },
    journal::{Came, Fault},
    text::{sanitise::clean, sentence::Sentence},
};

/// Prints the whole record.
pub(super) fn export(work: &mut Work<'_>, args: &ExportArgs) -> Result<bool, Refused> {
    let incident = work.load(&args.id)?;
    match args.output {
        Export::Json => {
            let chain = work.journal.chain(&incident.uid, 0)?;
            let wording = Wording { words: work.desk.words, step: &page::step };
            work.document(&export::whole(&incident, &chain, wording))?;
        }
        Export::Markdown => {
            let page = page::markdown(&incident, &work.desk);
            work.desk.out.write_all(page.as_bytes())?;
        }
    }
    Ok(true)
}

/// Takes one in, whole or not at all.
pub(super) fn import(work: &mut Work<'_>, args: &ImportArgs) -> Result<bool, Refused> {
    let name = args.file.display().to_string();
    let refused = |why: Sentence| {
        let sentence = Sentence::new("cli.incident.not_imported").with("path", clean(&name));
        Refused::Failed(sentence.with_part("why", why))
    };
    let text = if args.file == Path::new("-") {
        work.text("-")?
    } else {
        let unread = |error: std::io::Error| {
            Refused::Failed(
                Sentence::new("cli.incident.no_file").with("path", clean(&name)).with("error", error),
            )
        };
        let bytes = fs::read(&args.file).map_err(unread)?;
        String::from_utf8(bytes).map_err(|_| refused(Sentence::new("journal.no_journal")))?
    };
    let taken = export::read(&text).map_err(|why| refused(why.sentence()))?;
    let came = work.journal.import(&taken)?;
    let (number, sentence) = match came {
        Came::New { number, was: None, entries } => {
            (number, Sentence::new("cli.incident.imported").with("n", entries))
        }
        Came::New { number, was: Some(was), entries } => {
            let sentence = Sentence::new("cli.incident.imported_as").with("n", entries);
            (number, sentence.with("was", id_of(was)))
        }
        Came::Longer { number, entries } => {
            (number, Sentence::new("cli.incident.extended").with("n", entries))
        }
        Came::Known { number } => (number, Sentence::new("cli.incident.known")),
    };
    let (was, added) = match came {
        Came::New { was, entries, .. } => (was, entries),
        Came::Longer { entries, .. } => (None, entries),
        Came::Known { .. } => (None, 0),
    };
    if args.form.output == Output::Json {
        let head = taken.chain.last().map(|last| last.hash.as_str());
        let answer = json!({"id": id_of(number), "uid": taken.uid, "was": was.map(id_of), "added": added,
                            "existing": !matches!(came, Came::New { .. }), "imported_head": head});
        work.document(&answer)?;
    } else {
        let told = sentence.with("id", id_of(number)).text(work.desk.words);
        writeln!(work.desk.out, "{told}")?;
    }
    Ok(true)
}

/// Says of one, or of all, whether anything does not fit.
pub(super) fn verify(work: &mut Work<'_>, args: &VerifyArgs) -> Result<bool, Refused> {
    let words = work.desk.words;
    let said = |faults: &[Fault]| faults.iter().map(|fault| fault.sentence().text(words)).collect::<Vec<_>>();
    let of_file = said(&work.journal.faults_of_file()?);
    let mut whole = of_file.is_empty();
    let wanted: Vec<(String, String)> = match &args.id {
        Some(id) => {
            let uid = work.journal.find(id)?;
            vec![(id_of(work.journal.number(&uid)?), uid)]
        }
        None => work.journal.incidents()?.into_iter().map(|one| (one.id(), one.uid)).collect(),
    };
    let mut results = Vec::new();
    for (id, uid) in wanted {
        let (entries, head, faults) = work.journal.faults_of(&uid, args.head.as_deref())?;
        whole &= faults.is_empty();
        results.push((id, uid, entries, head, said(&faults)));
    }
    if args.form.output == Output::Json {
        let row = |(id, uid, entries, head, faults): &(String, String, u64, String, Vec<String>)| {
            json!({"id": id, "uid": uid, "ok": faults.is_empty() && of_file.is_empty(), "entries": entries,
                   "journal_head": head, "faults": faults})
        };
        let rows: Vec<_> = results.iter().map(row).collect();
        work.document(&json!({"ok": whole, "faults": of_file, "incidents": rows}))?;
        return Ok(whole);
    }
    let broken =
        |what: &str, why: &str| words.fill("cli.incident.tampered", &[("what", &what), ("why", &why)]);
    let path = work.journal.path().display().to_string();
    for why in &of_file {
        writeln!(work.desk.out, "{}", broken(&path, why))?;
    }
    for (id, _, entries, head, faults) in &results {
        if faults.is_empty() {
            let told = words.fill("cli.incident.whole", &[("id", id), ("n", entries), ("head", head)]);
            writeln!(work.desk.out, "{told}")?;
        }
        for why in faults {
            writeln!(work.desk.out, "{}", broken(id, why))?;
        }
    }
    Ok(whole)
}
