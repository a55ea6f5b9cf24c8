//! From a cold start to what is behind the worst alarm: the few keys of whoever has just been woken, none of which types
//! a name. How long it takes is measured by `cargo bench --bench figures -- first-look`.

#[path = "support/pty.rs"]
mod pty;
#[path = "support/screen.rs"]
mod screen;

use pty::{Launch, Session};
use screen::Screen;

/// So many keys may lie between the start and the cause.
const MOST: usize = 5;
/// On the practice account: who took the web site down, and how.
const CAUSE: [&str; 3] = ["ops-cli-user", "revoked ingress", "443"];

/// A console that counts the keys it is given.
struct Look {
    session: Session,
    pressed: Vec<String>,
}

impl Look {
    /// Opens a drill as if for the first time: an empty home, and a network that takes its time.
    fn cold(scenario: &str, (columns, rows): (u16, u16)) -> Self {
        let args = ["drill", scenario, "--fault", "latency=20ms", "--utc", "--lang", "en"];
        let session = Launch::toban(&args).size(columns, rows).start();
        Self { session, pressed: Vec::new() }
    }

    fn press(&mut self, key: &str) {
        self.pressed.push(key.to_owned());
        self.session.keys(key);
    }

    /// Moves down to the row that says this.
    fn move_to(&mut self, text: &str) {
        self.session.wait("the row that is looked for", |screen| row_of(screen, text).is_some());
        loop {
            let screen = self.session.wait("a row under the cursor", |screen| cursor(screen).is_some());
            let (at, line) = cursor(&screen).unwrap_or_default();
            if line.contains(text) {
                return;
            }
            self.press("j");
            self.session.wait("the next row", |screen| {
                cursor(screen).is_some_and(|(now, line)| now != at || line.contains(text))
            });
        }
    }

    fn wait_cause(&mut self) -> Screen {
        self.session.wait("the cause", |screen| lines(screen).any(|line| is_cause(&line)))
    }
}

fn lines(screen: &Screen) -> impl Iterator<Item = String> + '_ {
    (0..screen.size().1).map(|row| screen.line(row))
}

fn is_cause(line: &str) -> bool {
    CAUSE.iter().all(|part| line.contains(part))
}

fn row_of(screen: &Screen, text: &str) -> Option<usize> {
    lines(screen).position(|line| line.contains(text))
}

/// The row under the cursor, and where it is.
fn cursor(screen: &Screen) -> Option<(usize, String)> {
    lines(screen).enumerate().find(|(_, line)| line.starts_with('▌'))
}

#[test]
fn the_cause_is_a_few_keys_from_the_alarm_on_any_screen() {
    for size in [(80, 24), (120, 36), (200, 50)] {
        let mut look = Look::cold("web-down", size);
        look.move_to("web-5xx");
        look.press("e");
        let screen = look.wait_cause();
        assert!(screen.contains("web-5xx"), "whose events they are\n{screen}");
        assert!(look.pressed.len() <= MOST, "{:?}\n{screen}", look.pressed);
    }
}

#[test]
fn whatever_is_worst_leads_there_with_one_key() {
    let mut look = Look::cold("web-down", (120, 36));
    let critical = |screen: &Screen| cursor(screen).is_some_and(|(_, line)| line.contains("crit"));
    look.session.wait("something critical on top", critical);
    look.press("e");
    look.wait_cause();
    assert_eq!(look.pressed, ["e"]);
}

#[test]
fn the_alarm_s_page_leads_there_too_and_every_step_has_a_way_back() {
    let mut look = Look::cold("web-down", (120, 36));
    look.move_to("web-5xx");
    look.press("enter");
    look.session.wait("the alarm's page", |screen| screen.contains("web-5xx") && screen.contains("HISTORY"));
    look.press("e");
    look.wait_cause();
    assert!(look.pressed.len() <= MOST, "{:?}", look.pressed);

    look.move_to(CAUSE[1]);
    look.press("enter");
    look.session.wait("the event's page", |screen| {
        screen.contains("RevokeSecurityGroupIngress") && cursor(screen).is_none()
    });
    let row = |screen: &Screen| cursor(screen).map(|(_, line)| line);
    look.press("esc");
    look.session.wait("the events, and the cursor where it was", |screen| {
        row(screen).is_some_and(|line| is_cause(&line))
    });
    look.press("esc");
    look.session.wait("the alarm's page", |screen| screen.contains("HISTORY") && row(screen).is_none());
    look.press("esc");
    look.session.wait("the board", |screen| row(screen).is_some_and(|line| line.contains("web-5xx")));
}

#[test]
fn where_no_change_explains_it_the_events_are_said_as_they_are() {
    let mut look = Look::cold("host-failure", (120, 36));
    look.move_to("status-web-canary-1");
    look.press("e");
    let screen = look.session.wait("an answer", |screen| {
        screen.contains("events behind status-web-canary-1") && !screen.contains("looking")
    });
    assert!(look.pressed.len() <= MOST, "{:?}\n{screen}", look.pressed);
    assert!(!lines(&screen).any(|line| is_cause(&line)), "nobody did anything\n{screen}");
    look.press("esc");
    look.session.wait("the board again", |screen| screen.contains("SEV") && cursor(screen).is_some());
    look.session.keys("q");
    assert_eq!(look.session.wait_exit().exit_code(), 0);
}
