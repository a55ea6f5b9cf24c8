//! Runs a program that gets a message on its standard input: no shell, a deadline, and its whole group killed after it.

use std::{
    io::{Read, Write},
    os::unix::process::CommandExt,
    process::{Child, Command, ExitStatus, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use super::{Told, first_line};
use crate::{runtime::clock::Stopwatch, text::sentence::Sentence};

/// How often it is looked whether it has ended.
const LOOK: Duration = Duration::from_millis(10);
/// What is read of its standard error.
const SAID: u64 = 4_096;
/// How long its last words are waited for once it has ended: something else may hold its standard error open.
const LAST_WORDS: Duration = Duration::from_millis(200);

/// Runs it; it has until the deadline.
pub(super) fn run(line: &[String], text: &str, limit: Duration) -> Told {
    let Some((program, args)) = line.split_first() else {
        return Told::NotSent(Sentence::new("tell.no_program"));
    };
    let said = |key| Sentence::new(key).with("program", program);
    let mut command = Command::new(program);
    command.args(args).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped()).process_group(0);
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(error) => return Told::NotSent(said("tell.program_not_started").with("why", error)),
    };
    let whole = feed(&mut child, text);
    let errors = listen(&mut child);
    let ended = wait(&mut child, limit);
    let first = || first_line(&errors.recv_timeout(LAST_WORDS).unwrap_or_default());
    match ended {
        Ok(Some(status)) if status.success() => match whole.recv_timeout(LAST_WORDS) {
            Ok(true) => Told::Sent(said("tell.program_took")),
            _ => Told::Doubtful(said("tell.program_left")),
        },
        Ok(Some(status)) => {
            let first = first();
            let key = if first.is_empty() { "tell.program_failed_bare" } else { "tell.program_failed" };
            Told::NotSent(said(key).with("status", how(status)).with("said", first))
        }
        Ok(None) => {
            let first = first();
            let key = if first.is_empty() { "tell.program_killed_bare" } else { "tell.program_killed" };
            Told::Doubtful(said(key).with("secs", limit.as_secs()).with("said", first))
        }
        Err(error) => Told::Doubtful(said("tell.program_lost").with("why", error)),
    }
}

/// Gives it the message; whether it took the whole of it.
fn feed(child: &mut Child, text: &str) -> mpsc::Receiver<bool> {
    let (tell, told) = mpsc::channel();
    if let Some(mut stdin) = child.stdin.take() {
        let text = text.to_owned();
        thread::spawn(move || {
            let whole = stdin.write_all(text.as_bytes()).and_then(|()| stdin.flush()).is_ok();
            drop(stdin);
            let _ = tell.send(whole);
        });
    }
    told
}

/// What it says on its standard error.
fn listen(child: &mut Child) -> mpsc::Receiver<String> {
    let (tell, told) = mpsc::channel();
    if let Some(stderr) = child.stderr.take() {
        thread::spawn(move || {
            let (mut bytes, mut rest) = (Vec::new(), stderr);
            let _ = rest.by_ref().take(SAID).read_to_end(&mut bytes);
            let _ = tell.send(String::from_utf8_lossy(&bytes).into_owned());
            // A program that goes on talking must not be stopped by a full pipe.
            let _ = std::io::copy(&mut rest, &mut std::io::sink());
        });
    }
    told
}

/// Until it ends; none when it had to be killed, with all that it started.
fn wait(child: &mut Child, limit: Duration) -> std::io::Result<Option<ExitStatus>> {
    let clock = Stopwatch::start();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if u128::from(clock.elapsed_ms()) >= limit.as_millis() {
            let group = rustix::process::Pid::from_child(child);
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
            child.wait()?;
            return Ok(None);
        }
        thread::sleep(LOOK);
    }
}

/// `status 3`, `signal 9`: the system's own words.
fn how(status: ExitStatus) -> String {
    use std::os::unix::process::ExitStatusExt;
    match (status.code(), status.signal()) {
        (Some(code), _) => code.to_string(),
        (None, Some(signal)) => format!("signal {signal}"),
        (None, None) => status.to_string(),
    }
}
