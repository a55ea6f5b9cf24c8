//! Runs a command line and says with which status the process ends. The only place beside `main` that knows the real
//! standard output, standard error and environment.

use std::{
    env,
    ffi::OsString,
    fmt::Display,
    io::{self, BufWriter, Write},
    process::ExitCode,
};

use jiff::tz::TimeZone;

use super::{Command, DrillArgs, Invocation, config as config_command, console, keys, list, start};
use crate::{
    config::load::Loaded,
    console::Ended,
    drill::{self, Drill},
    input::keymap::Keymap,
    logging,
    paths::Paths,
    term::{guard, signals},
    text::Catalogue,
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
    let notes: Vec<String> = loaded.problems.iter().map(|p| p.text(&words)).collect();
    match &invocation.command {
        Some(Command::Keys(args)) => {
            warn(&notes);
            printed(&words, keys::run(&keymap, &words, args.output, &mut io::stdout().lock()).map(|()| 0))
        }
        Some(Command::Config(args)) => {
            let out = &mut io::stdout().lock();
            let done = config_command::run(*args, &loaded, &paths, &words, out);
            printed(&words, done.map(|fine| if fine { 0 } else { FAILED }))
        }
        Some(Command::Drill(args)) if args.list => printed(&words, list_drills(&mut io::stdout().lock())),
        Some(Command::Drill(args)) => with_drill(&options, Some(args), |drill| match (args.serve, drill) {
            (Some(address), Some(drill)) => serve(drill, address, &words),
            (_, drill) => open(&options, Some(args), &loaded, &words, keymap, drill, notes),
        }),
        Some(Command::List(args)) => {
            warn(&notes);
            with_drill(&options, None, |drill| {
                let zone = if loaded.config.utc { TimeZone::UTC } else { TimeZone::system() };
                let access = start::access(&options, &loaded.config, drill.as_ref(), None);
                let (mut out, mut err) = (BufWriter::new(io::stdout().lock()), io::stderr().lock());
                let thresholds = &loaded.config.thresholds;
                let work = list::run(args, access, &words, thresholds, &zone, &mut out, &mut err);
                match runtime(&words).map(|rt| rt.block_on(work)) {
                    Ok(Ok(status)) | Err(status) => status,
                    Ok(Err(list::Refused::Usage(why))) => fail(USAGE, why.text(&words)),
                    Ok(Err(list::Refused::Output(why))) => fail(FAILED, why.text(&words)),
                }
            })
        }
        None => {
            with_drill(&options, None, |drill| open(&options, None, &loaded, &words, keymap, drill, notes))
        }
    }
}

fn with_drill(
    options: &super::Options,
    args: Option<&DrillArgs>,
    then: impl FnOnce(Option<Drill>) -> u8,
) -> u8 {
    match start::drill(options, args) {
        Ok(drill) => then(drill),
        Err(error) => fail(USAGE, error),
    }
}

fn open(
    options: &super::Options,
    args: Option<&DrillArgs>,
    loaded: &Loaded,
    words: &std::sync::Arc<Catalogue>,
    keymap: Keymap,
    drill: Option<Drill>,
    notes: Vec<String>,
) -> u8 {
    if let Err(error) = guard::check() {
        return fail(FAILED, error.sentence(words));
    }
    let no_color = env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty());
    let runtime = match runtime(words) {
        Ok(runtime) => runtime,
        Err(status) => return status,
    };
    let drill = drill.zip(start::scenario(options, args));
    let config = &loaded.config;
    let opening = console::Opening { options, config, words: words.clone(), keymap, drill, notes, no_color };
    let ended = runtime.block_on(console::run(opening));
    // Requests that still hang are given up, not waited for.
    runtime.shutdown_background();
    match ended {
        Ok(Ended::Quit) => 0,
        Ok(Ended::Signal) => u8::try_from(signals::INTERRUPTED).unwrap_or(FAILED),
        Err(error) => fail(FAILED, error.sentence(words)),
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
    match runtime(words).map(|rt| rt.block_on(work)) {
        Ok(Ok(())) => 0,
        Ok(Err(error)) => fail(FAILED, error),
        Err(status) => status,
    }
}

fn list_drills(out: &mut impl Write) -> io::Result<u8> {
    for scenario in drill::scenarios() {
        writeln!(out, "{:<16} {}", scenario.name, scenario.title)?;
        writeln!(out, "{:<16} {}", "", scenario.summary)?;
    }
    Ok(0)
}

/// The main thread draws. Decoding a page holds a worker for some 50 ms, so there are more workers than cores: one that
/// is free takes the next answer off the wire.
fn runtime(words: &Catalogue) -> Result<tokio::runtime::Runtime, u8> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(4)
        .enable_all()
        .build()
        .map_err(|error| fail(FAILED, words.fill("cli.no_runtime", &[("error", &error)])))
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
