//! The result of a drill that was played: printed when its console has ended. What is right and what it is worth is
//! [`incident::score`](crate::incident::score)'s.

use std::{
    collections::BTreeSet,
    fmt::Write as _,
    io::{self, Write},
    path::PathBuf,
    time::Duration,
};

use jiff::Timestamp;
use serde_json::{Value as Json, json};

use crate::{
    drill::{self, Drill},
    incident::{
        Incident,
        event::{Cause, Gate, Mark, Party},
        ladder::Ladder,
        score::{Expected, Line, Move, Score, Setting, Standing, What},
    },
    journal::{FILE, Journal, Trouble},
    runbook::{Runbook, shelf::Shelf, step::Step},
    text::{Catalogue, Lang, duration, markdown, measure},
    triage::answer::Form,
    value::rfc3339,
};

/// Cells of what is expected and of the answer, on a terminal of 80.
const CELLS: [usize; 2] = [31, 18];
/// Cells of what would have been right.
const RIGHT: usize = 72;

/// A drill that is being played.
#[derive(Debug)]
pub struct Play {
    scenario: String,
    expected: Expected,
    started: Timestamp,
    /// Where incidents are recorded.
    dir: Option<PathBuf>,
    /// The incidents that were there before: those of other runs are not counted.
    before: BTreeSet<String>,
}

/// What a result is told with.
#[derive(Debug, Clone, Copy)]
pub struct Telling<'a> {
    /// The words.
    pub words: &'a Catalogue,
    /// The runbooks.
    pub shelf: &'a Shelf,
    /// Who is told.
    pub ladder: &'a Ladder,
    /// Cells across.
    pub columns: usize,
}

impl Play {
    /// Before the console opens.
    ///
    /// # Errors
    /// No such drill.
    pub fn begin(scenario: &str, drill: &Drill, dir: Option<PathBuf>) -> Result<Self, drill::DrillError> {
        let expected = drill::expected(scenario)?;
        // A record that cannot be read is told of by the console, and by the result.
        let before = incidents(dir.as_ref()).unwrap_or_default();
        let before = before.into_iter().map(|incident| incident.uid).collect();
        Ok(Self { scenario: scenario.to_owned(), expected, started: drill.opened_at(), dir, before })
    }

    /// How it went; none when nobody opened an incident in it.
    ///
    /// # Errors
    /// The record cannot be read.
    pub fn score(&self, telling: &Telling<'_>) -> Result<Option<Score>, Trouble> {
        let listed = incidents(self.dir.as_ref())?.into_iter();
        let new: Vec<String> =
            listed.map(|incident| incident.uid).filter(|uid| !self.before.contains(uid)).collect();
        let Some(dir) = self.dir.as_ref().filter(|_| !new.is_empty()) else { return Ok(None) };
        let journal = Journal::open(dir)?;
        let whole = new.iter().map(|uid| journal.load(uid)).collect::<Result<Vec<_>, _>>()?;
        let setting = Setting {
            expected: &self.expected,
            started: self.started,
            ladder: telling.ladder,
            shelf: telling.shelf,
        };
        Ok(Score::best(&whole, &setting))
    }

    /// Prints how it went.
    ///
    /// # Errors
    /// Standard output takes no more.
    pub fn print(
        &self,
        score: Option<&Score>,
        form: Form,
        telling: &Telling<'_>,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let page = match (form, score) {
            (Form::Json, score) => format!("{:#}\n", document(&self.scenario, score)),
            (_, None) => {
                format!("{}\n", telling.words.fill("score.nobody", &[("drill", &self.scenario)]))
            }
            (Form::Text, Some(score)) => self.text(score, telling),
            (Form::Markdown, Some(score)) => self.markdown(score, telling),
        };
        out.write_all(page.as_bytes())?;
        out.flush()
    }

    fn heading(&self, score: &Score, words: &Catalogue) -> String {
        let known = drill::scenarios().into_iter().find(|one| one.name == self.scenario);
        let title = known.map(|one| match words.lang() {
            Lang::En => one.title,
            Lang::Ja => one.title_ja,
        });
        let (got, of) = (score.points(), score.possible());
        let percent = got * 100 / of.max(1);
        words.fill(
            "score.title",
            &[
                ("drill", &self.scenario),
                ("title", &title.unwrap_or_default()),
                ("points", &got),
                ("of", &of),
                ("percent", &percent),
            ],
        )
    }

    fn text(&self, score: &Score, telling: &Telling<'_>) -> String {
        let words = telling.words;
        let mut page = format!("{}\n{}\n\n", self.heading(score, words), incident(score));
        let rows: Vec<[String; 5]> = score.lines.iter().map(|line| row(line, score, telling)).collect();
        let width = |at: usize| {
            let cells = rows.iter().filter_map(|row| row.get(at));
            cells.map(|cell| measure::width(cell)).max().unwrap_or(0)
        };
        // What a wider terminal has more goes to both alike.
        let more = telling.columns.saturating_sub(80) / 2;
        let [what, answer] = CELLS.map(|cells| cells + more);
        let widths = [width(0), width(1).min(what), width(2).min(answer)];
        let (time, points) = (width(3), width(4));
        for row in &rows {
            let [standing, label, said, after, got] = row;
            let [first, second, third] = widths;
            let _ = writeln!(
                page,
                "{}  {}  {}  {}  {}",
                measure::pad(standing, first),
                measure::pad(label, second),
                measure::pad(said, third),
                measure::pad_start(after, time),
                measure::pad_start(got, points),
            );
        }
        for (title, lines) in lists(score, telling) {
            let _ = writeln!(page, "\n{title}");
            for line in lines {
                let _ = writeln!(page, "  {line}");
            }
        }
        let _ = writeln!(page, "\n{}\n{}", words.get("score.rule"), words.get("score.rule_times"));
        page
    }

    fn markdown(&self, score: &Score, telling: &Telling<'_>) -> String {
        let words = telling.words;
        let escaped = markdown::escaped;
        let mut page =
            format!("# {}\n\n{}\n\n", escaped(&self.heading(score, words)), escaped(&incident(score)));
        let heads = ["score.head_what", "score.head_standing", "score.head_answer", "score.head_after"];
        let heads = heads.map(|key| words.get(key)).join(" | ");
        let _ = writeln!(page, "| {heads} | {} |", words.get("score.head_points"));
        page.push_str("|---|---|---|---|---|\n");
        for line in &score.lines {
            let [standing, label, said, after, got] = row(line, score, telling);
            let cells = [label, standing, said, after, got].map(|cell| escaped(&cell));
            let _ = writeln!(page, "| {} |", cells.join(" | "));
        }
        for (title, lines) in lists(score, telling) {
            let _ = writeln!(page, "\n## {}\n", escaped(title));
            for line in lines {
                let _ = writeln!(page, "- {}", escaped(&line));
            }
        }
        let _ = writeln!(page, "\n{}", escaped(words.get("score.rule")));
        let _ = writeln!(page, "{}", escaped(words.get("score.rule_times")));
        page
    }
}

/// Every incident that is recorded there; none where nothing was.
fn incidents(dir: Option<&PathBuf>) -> Result<Vec<Incident>, Trouble> {
    match dir {
        Some(dir) if dir.join(FILE).exists() => Journal::open(dir)?.incidents(),
        _ => Ok(Vec::new()),
    }
}

fn incident(score: &Score) -> String {
    format!("{} {}", crate::incident::fold::id_of(score.number), score.title)
}

/// How it stands, what it is, the answer, when, and the points.
fn row(line: &Line, score: &Score, telling: &Telling<'_>) -> [String; 5] {
    let words = telling.words;
    let answer = line.answer.as_ref();
    [
        words.get(line.standing.wording()).to_owned(),
        label(line, telling),
        answer.map_or_else(|| "–".to_owned(), |one| said(line, &one.said, telling)),
        answer.map(|one| after(score, one)).unwrap_or_default(),
        format!("{}/{}", line.points(), line.what.points()),
    ]
}

fn after(score: &Score, one: &Move) -> String {
    duration::show(Duration::from_secs(score.after(one.at)))
}

/// What is expected, in words: of a step its title.
fn label(line: &Line, telling: &Telling<'_>) -> String {
    let what = telling.words.get(line.what.wording());
    match (line.what, title(line, telling)) {
        (What::Step, Some(title)) => title.to_owned(),
        (_, Some(title)) => format!("{what}: {title}"),
        (_, None) => what.to_owned(),
    }
}

fn step<'a>(line: &Line, telling: &Telling<'a>) -> Option<&'a Step> {
    let (book, id) = line.step.as_ref()?;
    let book: &Runbook = telling.shelf.find(book)?;
    book.steps.get(book.step(id)?)
}

fn title<'a>(line: &Line, telling: &Telling<'a>) -> Option<&'a str> {
    step(line, telling).map(|step| step.title.of(telling.words.lang()))
}

/// A word of a record as people say it.
fn said(line: &Line, word: &str, telling: &Telling<'_>) -> String {
    let words = telling.words;
    let key = match line.what {
        What::Gate => Gate::parse(word).map(Gate::wording),
        What::Verdict => Party::parse(word).map(Party::wording),
        What::Cause => Cause::parse(word).map(Cause::wording),
        What::Escalation => {
            let contact = telling.ladder.contact(word);
            return contact.map_or_else(|| word.to_owned(), |contact| contact.label(words).to_owned());
        }
        What::Shown | What::Step => {
            let choice =
                step(line, telling).and_then(|step| step.choices().iter().find(|choice| choice.id == word));
            if let Some(choice) = choice {
                return choice.title.of(words.lang()).to_owned();
            }
            Mark::parse(word).map(Mark::wording)
        }
        What::Opened | What::Runbook | What::Severity => None,
    };
    key.map_or(word, |key| words.get(key)).to_owned()
}

/// What stands below the table: what would have been right, steps that were missed, and what was wrong on the way.
fn lists<'a>(score: &Score, telling: &Telling<'a>) -> Vec<(&'a str, Vec<String>)> {
    let words = telling.words;
    let is_step = |line: &&Line| line.step.is_some();
    let lost = || score.lines.iter().filter(|line| !line.standing.is_right());
    let missed = lost().filter(is_step).filter_map(|line| {
        let (book, id) = line.step.as_ref()?;
        Some(format!("{book}/{id}  {}", title(line, telling).unwrap_or_default()))
    });
    let right = lost().filter(|line| !line.wanted.is_empty()).map(|line| {
        let wanted: Vec<String> = line.wanted.iter().map(|word| said(line, word, telling)).collect();
        let label = match &line.step {
            Some((book, id)) => format!("{book}/{id}"),
            None => label(line, telling),
        };
        words.fill("score.right", &[("what", &label), ("wanted", &measure::cut(&wanted.join(" / "), RIGHT))])
    });
    let wrong = score.wrong().into_iter().map(|(line, one)| {
        let label = match &line.step {
            Some((book, id)) => format!("{book}/{id}"),
            None => words.get(line.what.wording()).to_owned(),
        };
        let told = said(line, &one.said, telling);
        let time = after(score, one);
        words.fill("score.wrong_move", &[("time", &time), ("what", &label), ("said", &told), ("by", &one.by)])
    });
    let late = score.lines.iter().filter(|line| line.standing == Standing::Late).filter_map(|line| {
        let limit = duration::show(line.limit?);
        Some(words.fill("score.too_late", &[("what", &label(line, telling)), ("limit", &limit)]))
    });
    let all: [(&str, Vec<String>); 4] = [
        ("score.list_missed", missed.collect()),
        ("score.list_right", right.collect()),
        ("score.list_wrong", wrong.collect()),
        ("score.list_late", late.collect()),
    ];
    let some = all.into_iter().filter(|(_, lines)| !lines.is_empty());
    some.map(|(key, lines)| (words.get(key), lines)).collect()
}

/// As one document; `incident` is null where nobody opened one.
fn document(scenario: &str, score: Option<&Score>) -> Json {
    let Some(score) = score else {
        return json!({"drill": scenario, "incident": null, "points": 0, "possible": null, "lines": []});
    };
    let since = |from: Option<Timestamp>, at: Timestamp| from.map(|from| at.duration_since(from).as_secs());
    let told = |one: &Move| {
        json!({
            "said": one.said,
            "by": one.by,
            "at": rfc3339(one.at),
            "after_secs": score.after(one.at),
            "since_alarm_secs": since(score.alarm_at, one.at),
            "since_opened_secs": since(score.opened_at, one.at),
        })
    };
    let line = |line: &Line| {
        json!({
            "what": line.what.word(),
            "runbook": line.step.as_ref().map(|(book, _)| book),
            "step": line.step.as_ref().map(|(_, id)| id),
            "standing": line.standing.word(),
            "points": line.points(),
            "possible": line.what.points(),
            "wanted": line.wanted,
            "answer": line.answer.as_ref().map(told),
            "wrong": line.wrong.iter().map(told).collect::<Vec<_>>(),
            "limit_secs": line.limit.map(|limit| limit.as_secs()),
        })
    };
    json!({
        "drill": scenario,
        "incident": {
            "id": crate::incident::fold::id_of(score.number),
            "uid": score.uid,
            "title": score.title,
            "opened_at": score.opened_at.map(rfc3339),
            "closed_at": score.closed_at.map(rfc3339),
        },
        "began_at": rfc3339(score.began),
        "alarm_at": score.alarm_at.map(rfc3339),
        "points": score.points(),
        "possible": score.possible(),
        "lines": score.lines.iter().map(line).collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests;
