//! Runs a command line and says with which status the process ends. The only place beside `main` that knows the real
//! standard output, standard error and environment.

use std::{
    env,
    ffi::OsString,
    fmt::Display,
    io::{self, BufWriter, Write},
    path::PathBuf,
    process::ExitCode,
    sync::Arc,
};

use jiff::{civil::Date, tz::TimeZone};

use super::{
    Command, DoctorArgs, DrillArgs, IncidentArgs, Invocation, ListArgs, RunbookCommand,
    config as config_command, console, doctor, drill as drill_command, hand, incident, keys, list, policy,
    records, runbook, score, start, triage,
};
use crate::{
    config::load::Loaded,
    console::Ended,
    doctor::machine::Machine,
    drill::{self, Drill},
    incident::chain::Hand,
    input::keymap::Keymap,
    logging,
    paths::Paths,
    runtime::clock::Stopwatch,
    term::{guard, signals},
    text::{Catalogue, problem},
    triage::answer::Form,
};

/// The statuses of `contract.md`.
const FAILED: u8 = 1;
const USAGE: u8 = 2;

/// Runs the process's own command line.
pub fn run() -> ExitCode {
    let env = |name: &str| env::var_os(name);
    let invocation = match Invocation::read(env::args_os(), &env) {
        Ok(invocation) => invocation,
        Err(error) => {
            // Nobody is left to tell when standard error is closed.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(USAGE));
        }
    };
    ExitCode::from(command(&invocation, &env))
}

fn command(invocation: &Invocation, env: &dyn Fn(&str) -> Option<OsString>) -> u8 {
    let options = invocation.options();
    let paths = Paths::find(env, options.data_dir.clone());
    let mut loaded = invocation.load(&paths);
    let keymap = loaded.keymap(paths.keymap_file().as_deref());
    let words = start::words(&loaded.config);
    logging::init(loaded.config.log_level, paths.log_file());
    let mut notes: Vec<String> = loaded.problems.iter().map(|p| p.text(&words)).collect();
    notes.extend(start::signals(&paths).map(|problem| problem.text(&words)));
    let events = start::Events { cache: paths.trail_dir(), files: invocation.trail.clone() };
    let (records, hand) =
        (records::place(invocation, &loaded.config, &paths, &options), records::hand(&loaded.config, env));
    let setup = Setup { keymap, notes, events, records, hand, runbooks: paths.runbooks() };
    match &invocation.command {
        Some(Command::Keys(args)) => {
            warn(&setup.notes);
            let done = keys::run(&setup.keymap, &words, args.output, &mut io::stdout().lock());
            printed(&words, done.map(|()| 0))
        }
        Some(Command::Policy(args)) => {
            printed(&words, policy::run(args, &mut io::stdout().lock()).map(|()| 0))
        }
        Some(Command::Doctor(args)) => with_drill(&options, None, &words, |drill| {
            let machine = doctor::machine(&loaded, &paths, env);
            let events = start::Events::default();
            let access = start::access(invocation, &loaded.config, drill.as_ref(), None, events);
            examine(args, &machine, access, &words, doctor::Look::here(&loaded, &machine))
        }),
        Some(Command::Runbook(args)) => {
            let today = start::clock(&invocation.options(), None).now().to_zoned(TimeZone::UTC).date();
            runbooks(args, &paths, today, &words, &setup.notes)
        }
        Some(Command::Config(args)) => {
            let done = config_command::run(*args, &loaded, &paths, &words, &mut io::stdout().lock());
            printed(&words, done.map(|fine| u8::from(!fine)))
        }
        Some(Command::Drill(args)) if args.list => {
            printed(&words, drill_command::list(words.lang(), &mut io::stdout().lock()))
        }
        Some(Command::Drill(args)) => {
            with_drill(&options, Some(args), &words, |drill| match (args.serve, drill) {
                (Some(address), Some(drill)) => serve(drill, address, &words),
                (_, drill) => open(invocation, Some(args), &loaded, &words, drill, setup),
            })
        }
        Some(Command::List(args)) => {
            warn(&setup.notes);
            with_drill(&options, None, &words, |drill| {
                listed(invocation, args, &loaded, &words, drill.as_ref(), setup)
            })
        }
        Some(Command::Triage(args)) => {
            let zone = if loaded.config.utc { TimeZone::UTC } else { TimeZone::system() };
            let started = Stopwatch::start();
            let elapsed_ms = || started.elapsed_ms();
            let thresholds = &loaded.config.thresholds;
            let (shelf, wrong) = runbook::load(setup.runbooks.as_deref());
            let (shelf, elapsed_ms) = (&shelf, &elapsed_ms);
            let look = triage::Look { words: &words, thresholds, shelf, zone: &zone, elapsed_ms };
            let (mut out, mut err) = (BufWriter::new(io::stdout().lock()), io::stderr().lock());
            let refused = |why: triage::Refused| match &why {
                triage::Refused::Usage(said) => fail(why.status(), said.text(&words)),
                triage::Refused::Failed(problem) => {
                    let remedy = problem::remedy(&words, &problem.remedy);
                    fail(why.status(), format!("{problem} {remedy}"))
                }
                triage::Refused::Output(error) => {
                    fail(why.status(), words.fill("cli.cannot_write", &[("error", error)]))
                }
            };
            warn(&setup.notes);
            warn(&wrong.iter().map(|problem| problem.text(&words)).collect::<Vec<_>>());
            if let Some(file) = &args.context {
                return match triage::offline(args, file, look, &mut out, &mut err) {
                    Ok(anything) => u8::from(!anything),
                    Err(why) => refused(why),
                };
            }
            with_drill(&options, None, &words, |drill| {
                let access = start::access(invocation, &loaded.config, drill.as_ref(), None, setup.events);
                let work = triage::online(args, access, look, &mut out, &mut err);
                match runtime(&words, FOR_A_LIST).map(|rt| run_on(rt, work)) {
                    Ok(Ok(())) => 0,
                    Ok(Err(why)) => refused(why),
                    Err(status) => status,
                }
            })
        }
        Some(Command::Incident(args)) => {
            warn(&setup.notes);
            with_drill(&options, None, &words, |drill| {
                record(invocation, args, &loaded, &paths, env, drill.as_ref(), &words)
            })
        }
        None => {
            with_drill(&options, None, &words, |drill| open(invocation, None, &loaded, &words, drill, setup))
        }
    }
}

/// Lists a pane.
fn listed(
    invocation: &Invocation,
    args: &ListArgs,
    loaded: &Loaded,
    words: &Catalogue,
    drill: Option<&Drill>,
    setup: Setup,
) -> u8 {
    let zone = if loaded.config.utc { TimeZone::UTC } else { TimeZone::system() };
    let access = start::access(invocation, &loaded.config, drill, None, setup.events);
    let access = start::Access { records: setup.records, ..access };
    let (mut out, mut err) = (BufWriter::new(io::stdout().lock()), io::stderr().lock());
    let work = list::run(args, access, words, &loaded.config, &zone, &mut out, &mut err);
    match runtime(words, FOR_A_LIST).map(|rt| run_on(rt, work)) {
        Ok(Ok(status)) | Err(status) => status,
        Ok(Err(list::Refused::Usage(why))) => fail(USAGE, why.text(words)),
        Ok(Err(list::Refused::Output(why))) => fail(FAILED, why.text(words)),
    }
}

fn with_drill(
    options: &super::Options,
    args: Option<&DrillArgs>,
    words: &Catalogue,
    then: impl FnOnce(Option<Drill>) -> u8,
) -> u8 {
    match start::drill(options, args) {
        Ok(drill) => then(drill),
        Err(error) => fail(USAGE, error.sentence().text(words)),
    }
}

/// `toban doctor`.
fn examine(
    args: &DoctorArgs,
    machine: &Machine,
    access: start::Access,
    words: &Catalogue,
    look: doctor::Look,
) -> u8 {
    let mut out = BufWriter::new(io::stdout().lock());
    let work = doctor::run(args, machine, access, words, look, &mut out);
    match runtime(words, FOR_A_LIST).map(|rt| run_on(rt, work)) {
        Ok(done) => printed(words, done),
        Err(status) => status,
    }
}

/// `toban incident`, which asks nobody.
fn record(
    invocation: &Invocation,
    args: &IncidentArgs,
    loaded: &Loaded,
    paths: &Paths,
    env: &dyn Fn(&str) -> Option<OsString>,
    drill: Option<&Drill>,
    words: &Catalogue,
) -> u8 {
    let config = &loaded.config;
    let Some(dir) = start::records(config, paths, drill.is_some()) else {
        return fail(FAILED, words.get("cli.incident.nowhere"));
    };
    let hand = match hand::of(args.operator.as_deref(), config, env) {
        Ok(hand) => Hand { scope: hand::scope(invocation, config, drill.is_some()), ..hand },
        Err(why) => return fail(USAGE, why.text(words)),
    };
    let zone = if config.utc { TimeZone::UTC } else { TimeZone::system() };
    let (mut out, mut input) = (BufWriter::new(io::stdout().lock()), io::stdin().lock());
    let desk = incident::Desk {
        dir: &dir,
        hand,
        now: start::clock(&invocation.options(), drill).now(),
        words,
        zone: &zone,
        ladder: &config.ladder,
        input: &mut input,
        out: &mut out,
    };
    match incident::run(args, desk) {
        Ok(fine) => u8::from(!fine),
        Err(incident::Refused::Usage(why)) => fail(USAGE, why.text(words)),
        Err(incident::Refused::Failed(why)) => fail(FAILED, why.text(words)),
        Err(incident::Refused::Output(error)) => printed(words, Err(error)),
    }
}

/// What was read before the console opens.
struct Setup {
    keymap: Keymap,
    notes: Vec<String>,
    events: start::Events,
    records: Option<PathBuf>,
    hand: Hand,
    runbooks: Option<PathBuf>,
}

fn open(
    invocation: &Invocation,
    args: Option<&DrillArgs>,
    loaded: &Loaded,
    words: &Arc<Catalogue>,
    drill: Option<Drill>,
    setup: Setup,
) -> u8 {
    if let Err(error) = guard::check() {
        return fail(FAILED, error.sentence(words));
    }
    let no_color = env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty());
    let runtime = match runtime(words, FOR_THE_CONSOLE) {
        Ok(runtime) => runtime,
        Err(status) => return status,
    };
    let drill = drill.zip(start::scenario(&invocation.options(), args));
    let config = &loaded.config;
    let Setup { keymap, mut notes, events, records, hand, runbooks } = setup;
    let (shelf, wrong) = runbook::load(runbooks.as_deref());
    notes.extend(wrong.iter().map(|problem| problem.text(words)));
    let shelf = Arc::new(shelf);
    let wished = drill.as_ref().filter(|_| args.is_some_and(|args| args.score));
    let play = match wished.map(|(drill, name)| score::Play::begin(name, drill, records.clone())) {
        Some(Err(error)) => return fail(USAGE, error.sentence().text(words)),
        Some(Ok(play)) => Some(play),
        None => None,
    };
    let opening = console::Opening {
        invocation,
        config,
        words: words.clone(),
        keymap,
        drill,
        notes,
        no_color,
        events,
        records,
        hand,
        shelf: shelf.clone(),
    };
    let ended = run_on(runtime, console::run(opening));
    if let (Some(play), Ok(_)) = (play, &ended) {
        let telling =
            score::Telling { words, shelf: &shelf, ladder: &config.ladder, columns: guard::columns() };
        let form = args.and_then(|args| args.output).unwrap_or_default();
        let status = scored(&play, form, &telling);
        if status != 0 {
            return status;
        }
    }
    match ended {
        Ok(Ended::Quit) => 0,
        Ok(Ended::Signal) => u8::try_from(signals::INTERRUPTED).unwrap_or(FAILED),
        Err(error) => fail(FAILED, error.sentence(words)),
    }
}

/// Prints how a drill was played.
fn scored(play: &score::Play, form: Form, telling: &score::Telling<'_>) -> u8 {
    match play.score(telling) {
        Ok(score) => {
            let done = play.print(score.as_ref(), form, telling, &mut io::stdout().lock());
            printed(telling.words, done.map(|()| 0))
        }
        Err(trouble) => fail(FAILED, trouble.sentence().text(telling.words)),
    }
}

fn serve(drill: Drill, address: std::net::SocketAddr, words: &Catalogue) -> u8 {
    let ready = |address: std::net::SocketAddr| {
        // The line that other programs wait for and scripts evaluate.
        let _ = writeln!(io::stdout(), "AWS_ENDPOINT_URL=http://{address}");
    };
    let work = drill::serve(drill, address, ready, async {
        signals::until_told_to_end().await;
    });
    match runtime(words, FOR_THE_CONSOLE).map(|rt| run_on(rt, work)) {
        Ok(Ok(())) => 0,
        Ok(Err(error)) => fail(FAILED, error.sentence().text(words)),
        Err(status) => status,
    }
}

fn runbooks(args: &RunbookCommand, paths: &Paths, today: Date, words: &Catalogue, notes: &[String]) -> u8 {
    warn(notes);
    let (out, err) = (&mut BufWriter::new(io::stdout().lock()), &mut io::stderr().lock());
    let done = runbook::run(args, paths.runbooks().as_deref(), today, words, out, err);
    let done = done.and_then(|fine| out.flush().map(|()| fine));
    printed(words, done.map(|fine| u8::from(!fine)))
}

/// Workers of a list. Decoding a page holds one for some 50 ms, so there are more of them than cores: one that is free
/// takes the next answer off the wire.
const FOR_A_LIST: usize = 4;
/// Workers beside the console, whose loop is on the main thread. Each has memory of its own that the allocator does not
/// give back, and nobody waits for the last page of a background listing. With one alone, alarms would wait for whatever
/// else is being decoded, and in a drill for its account, which works out its answers in the same program.
const FOR_THE_CONSOLE: usize = 2;

fn runtime(words: &Catalogue, workers: usize) -> Result<tokio::runtime::Runtime, u8> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(workers)
        .enable_all()
        .build()
        .map_err(|error| fail(FAILED, words.fill("cli.no_runtime", &[("error", &error)])))
}

/// Runs to the end. Requests that still hang, name look-ups that block a thread among them, are given up and not waited
/// for.
fn run_on<T>(runtime: tokio::runtime::Runtime, work: impl Future<Output = T>) -> T {
    let done = runtime.block_on(work);
    runtime.shutdown_background();
    done
}

fn printed(words: &Catalogue, done: io::Result<u8>) -> u8 {
    match done {
        Ok(status) => status,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => 0,
        Err(error) => fail(FAILED, words.fill("cli.cannot_write", &[("error", &error)])),
    }
}

fn warn(notes: &[String]) {
    for note in notes {
        let _ = writeln!(io::stderr(), "toban: {note}");
    }
}

fn fail(status: u8, sentence: impl Display) -> u8 {
    let _ = writeln!(io::stderr(), "toban: {sentence}");
    status
}

#[cfg(test)]
mod tests {
    use std::{sync::mpsc, time::Duration};

    use super::*;
    use crate::text::Lang;

    #[test]
    fn a_thread_that_blocks_does_not_hold_the_end() {
        let (release, blocked) = mpsc::channel::<()>();
        let (tell, told) = mpsc::channel();
        std::thread::spawn(move || {
            let runtime = runtime(&Catalogue::load(Lang::En), FOR_THE_CONSOLE).unwrap();
            let done = run_on(runtime, async move {
                // As `getaddrinfo` does when nobody answers.
                let (started, running) = tokio::sync::oneshot::channel();
                tokio::task::spawn_blocking(move || {
                    let _ = started.send(());
                    let _ = blocked.recv();
                });
                running.await.unwrap();
                7
            });
            let _ = tell.send(done);
        });
        assert_eq!(told.recv_timeout(Duration::from_secs(20)), Ok(7), "it waits for the thread");
        drop(release);
    }
}
