use std::{fs, io::Write as _, path::Path, thread};

use super::{
    shelf::{Added, ReadWhole},
    *,
};

/// 2026-05-01T00:00:00Z.
const DAY: i64 = 1_777_593_600;
const ALL: Span = Span::new(0, i64::MAX);

fn owner(account: &str) -> Owner<'_> {
    Owner { account: Some(account), profile: "prod", region: "eu-west-1", endpoint: None }
}

fn shelf(dir: &Path, bound: u64) -> Arc<Shelf> {
    Store::on_disk(dir, bound).shelf(owner("111122223333")).1
}

fn event(n: i64, time: i64) -> Found {
    Found {
        id: format!("6f1c0f7e-0000-4000-8000-{n:012}").into(),
        time,
        index: Index { name: "StopInstances".into(), read_only: Some(false), ..Index::default() },
        record: format!("{{\"n\":{n}}}"),
    }
}

fn whole(span: Span) -> ReadWhole {
    ReadWhole { lookup: Lookup::Writes, span, rows: 1 }
}

fn nothing() -> ReadWhole {
    whole(Span::new(0, 0))
}

fn known(shelf: &Shelf) -> Vec<String> {
    known_after(shelf, 0).0
}

fn known_after(shelf: &Shelf, after: u64) -> (Vec<String>, u64) {
    let (mut records, mut mark) = (Vec::new(), after);
    for day in shelf.days(ALL) {
        let (refs, upto) = shelf.events(day, ALL, after);
        records.extend(shelf.fetch(day, &refs).into_iter().map(|f| f.record));
        mark = mark.max(upto);
    }
    (records, mark)
}

fn file(dir: &Path) -> PathBuf {
    dir.join("v1/111122223333.eu-west-1/2026-05-01.trail")
}

#[test]
fn what_was_read_is_there_after_a_cold_start() {
    let dir = tempfile::tempdir().unwrap();
    let first = shelf(dir.path(), BOUND);
    let page = vec![event(3, DAY + 90_000), event(2, DAY + 20), event(1, DAY + 10)];
    let added = first.add(page.clone(), &whole(Span::new(DAY + 5, DAY + 100_000)));
    assert_eq!(added, Added { fresh: 3, known: 0, unsound: 0 });
    assert_eq!(first.add(page, &nothing()), Added { fresh: 0, known: 3, unsound: 0 });

    let again = shelf(dir.path(), BOUND);
    assert_eq!(known(&again), ["{\"n\":3}", "{\"n\":2}", "{\"n\":1}"], "newest first, each once");
    let settled = again.settled(&[Lookup::Writes], ALL);
    assert_eq!(settled.as_slice(), [Span::new(DAY + 5, DAY + 100_000)], "over midnight");
    assert_eq!(again.settled(&[Lookup::All], ALL), Spans::default());
    assert!(again.has_hits(&Lookup::Writes, Span::new(DAY, DAY + 1)));
    assert!(!again.has_hits(&Lookup::All, Span::new(DAY, DAY + 1)));
    assert_eq!(again.find(&event(2, 0).id).map(|f| f.record).as_deref(), Some("{\"n\":2}"));
    assert_eq!(again.find("nobody"), None);
}

#[test]
fn only_what_is_new_since_a_mark_comes_again() {
    let dir = tempfile::tempdir().unwrap();
    let one = shelf(dir.path(), BOUND);
    one.add(vec![event(1, DAY)], &nothing());
    let (_, mark) = known_after(&one, 0);
    assert_eq!(known_after(&one, mark).0, [""; 0]);
    one.add(vec![event(2, DAY - 1), event(1, DAY)], &nothing());
    assert_eq!(known_after(&one, mark).0, ["{\"n\":2}"]);
}

#[test]
fn a_crash_in_the_middle_of_a_write_loses_that_write_alone() {
    let dir = tempfile::tempdir().unwrap();
    let before = shelf(dir.path(), BOUND);
    before.add(vec![event(1, DAY + 10)], &whole(Span::new(DAY + 5, DAY + 20)));
    let kept = fs::read(file(dir.path())).unwrap();
    before.add(vec![event(2, DAY + 30)], &whole(Span::new(DAY + 20, DAY + 40)));
    let all = fs::read(file(dir.path())).unwrap();
    for length in kept.len()..all.len() {
        fs::write(file(dir.path()), &all[..length]).unwrap();
        let after = shelf(dir.path(), BOUND);
        let settled = after.settled(&[Lookup::Writes], ALL);
        assert_eq!(
            settled.as_slice(),
            [Span::new(DAY + 5, DAY + 20)],
            "{length}: read is what has its events"
        );
        let records = known(&after);
        assert!(records.len() < 3 && records.contains(&"{\"n\":1}".to_owned()), "{length}: {records:?}");
        // The next write goes where the whole part ends, and is found again.
        after.add(vec![event(3, DAY + 50)], &whole(Span::new(DAY + 45, DAY + 60)));
        let again = shelf(dir.path(), BOUND);
        assert!(known(&again).contains(&"{\"n\":3}".to_owned()), "{length}");
        assert_eq!(again.settled(&[Lookup::Writes], ALL).as_slice().len(), 2, "{length}");
    }
    // The machine lost power: the file has its length and zeros for bytes.
    for at in 0..all.len() {
        let mut broken = all.clone();
        broken[at..].fill(0);
        fs::write(file(dir.path()), &broken).unwrap();
        let after = shelf(dir.path(), BOUND);
        let settled = after.settled(&[Lookup::Writes], ALL);
        assert!(settled.as_slice().iter().all(|s| s.to <= DAY + 40), "{at}");
        after.add(vec![event(3, DAY + 50)], &nothing());
        assert!(known(&shelf(dir.path(), BOUND)).contains(&"{\"n\":3}".to_owned()), "{at}");
    }
}

#[test]
fn what_is_no_file_of_ours_is_left_alone_or_begun_anew() {
    let dir = tempfile::tempdir().unwrap();
    let path = file(dir.path());
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, "#!/bin/sh\necho this is no cache\n").unwrap();
    for name in ["notes.txt", "yesterday.trail", "2026-13-40.trail"] {
        fs::write(path.with_file_name(name), "mine").unwrap();
    }
    fs::create_dir(path.with_file_name("2026-05-02.trail")).unwrap();
    let one = shelf(dir.path(), BOUND);
    assert_eq!(known(&one), [""; 0]);
    one.add(vec![event(1, DAY), event(2, DAY + 86_400)], &nothing());
    assert_eq!(known(&one).len(), 2, "the day whose file is a directory is kept in memory");
    assert_eq!(known(&shelf(dir.path(), BOUND)), ["{\"n\":1}"]);
    assert_eq!(fs::read_to_string(path.with_file_name("notes.txt")).unwrap(), "mine");
    assert_eq!(fs::read_to_string(path.with_file_name("yesterday.trail")).unwrap(), "mine");
}

#[test]
fn events_of_another_day_in_a_file_say_nothing() {
    let dir = tempfile::tempdir().unwrap();
    shelf(dir.path(), BOUND).add(vec![event(1, DAY)], &whole(Span::new(DAY, DAY + 9)));
    fs::rename(file(dir.path()), file(dir.path()).with_file_name("2026-05-03.trail")).unwrap();
    let one = shelf(dir.path(), BOUND);
    assert_eq!(known(&one), [""; 0]);
    assert_eq!(one.settled(&[Lookup::Writes], ALL), Spans::default());
}

#[test]
fn two_stores_on_one_directory_see_each_other_s_events() {
    let dir = tempfile::tempdir().unwrap();
    let (one, two) = (shelf(dir.path(), BOUND), shelf(dir.path(), BOUND));
    one.add(vec![event(1, DAY)], &whole(Span::new(DAY, DAY + 10)));
    assert_eq!(known(&two), ["{\"n\":1}"]);
    assert_eq!(two.add(vec![event(1, DAY), event(2, DAY + 1)], &nothing()).fresh, 1);
    assert_eq!(known(&one), ["{\"n\":2}", "{\"n\":1}"]);
    assert_eq!(two.settled(&[Lookup::Writes], ALL).as_slice(), [Span::new(DAY, DAY + 10)]);
    // One of them evicts the day, the other begins it anew.
    fs::remove_file(file(dir.path())).unwrap();
    assert_eq!(one.settled(&[Lookup::Writes], ALL), Spans::default());
    two.add(vec![event(3, DAY)], &nothing());
    assert_eq!(known(&one), ["{\"n\":3}"]);
    assert_eq!(known(&two), ["{\"n\":3}"]);
}

#[test]
fn many_writers_at_once_lose_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let writers: Vec<_> = (0..4)
        .map(|writer| {
            let one = shelf(dir.path(), BOUND);
            thread::spawn(move || {
                for n in 0..40 {
                    // Half of them are the other writers' too.
                    let mine = if n % 2 == 0 { n } else { writer * 1000 + n };
                    one.add(vec![event(mine, DAY + mine)], &whole(Span::new(DAY + n, DAY + n + 1)));
                }
            })
        })
        .collect();
    for writer in writers {
        writer.join().unwrap();
    }
    let cold = shelf(dir.path(), BOUND);
    let mut records = known(&cold);
    records.sort();
    let count = records.len();
    records.dedup();
    assert_eq!((count, records.len()), (20 + 4 * 20, 20 + 4 * 20));
    assert_eq!(cold.settled(&[Lookup::Writes], ALL).as_slice(), [Span::new(DAY, DAY + 40)]);
}

fn size(dir: &Path) -> u64 {
    let files = fs::read_dir(file(dir).parent().unwrap()).unwrap();
    files.map(|f| f.unwrap().metadata().unwrap().len()).sum()
}

#[test]
fn the_bound_holds_and_what_was_written_longest_ago_goes() {
    let dir = tempfile::tempdir().unwrap();
    let bound = 20_000;
    let one = shelf(dir.path(), bound);
    let big = |n: i64, time| Found { record: "x".repeat(3000), ..event(n, time) };
    // Read backwards, as LookupEvents gives them: the first day written is the newest.
    for n in 0..12 {
        let start = DAY - n * 86_400;
        one.add(vec![big(n, start)], &whole(Span::new(start, start + 100)));
        assert!(size(dir.path()) <= bound, "after {n}: {}", size(dir.path()));
        assert!(one.find(&event(n, 0).id).is_some(), "what was just read is there");
    }
    for shelf in [one, shelf(dir.path(), bound)] {
        assert_eq!(known(&shelf).len(), 6);
        assert!(shelf.settled(&[Lookup::Writes], Span::new(DAY, DAY + 100)).as_slice().is_empty());
        assert_eq!(
            shelf.settled(&[Lookup::Writes], ALL).as_slice().len(),
            6,
            "stretches go with their events"
        );
    }
    // One day larger than everything together begins anew.
    let one = shelf(dir.path(), bound);
    for n in 100..120 {
        one.add(vec![big(n, DAY + n)], &whole(Span::new(DAY + n, DAY + n + 1)));
        assert!(size(dir.path()) <= bound, "after {n}: {}", size(dir.path()));
        assert!(one.find(&event(n, 0).id).is_some());
    }
}

#[test]
fn events_in_memory_are_bounded_too() {
    let one = Store::in_memory().shelf(owner("111122223333")).1;
    let record = "x".repeat(900_000);
    for n in 0..80 {
        one.add(vec![Found { record: record.clone(), ..event(n, DAY + n * 86_400) }], &nothing());
    }
    assert_eq!(known(&one).len(), 48 * 1024 * 1024 / 900_000);
    assert!(one.find(&event(79, 0).id).is_some() && one.find(&event(0, 0).id).is_none());
}

#[test]
fn a_disk_that_fails_costs_the_cache_and_no_event() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("v1"), "a file where the directory should be").unwrap();
    let one = shelf(dir.path(), BOUND);
    one.add(vec![event(1, DAY)], &whole(Span::new(DAY, DAY + 5)));
    assert_eq!(one.add(vec![event(1, DAY), event(2, DAY)], &nothing()).fresh, 1);
    assert_eq!(known(&one).len(), 2);
    assert_eq!(one.settled(&[Lookup::Writes], ALL).as_slice(), [Span::new(DAY, DAY + 5)]);
    fs::remove_file(dir.path().join("v1")).unwrap();
    one.add(vec![event(3, DAY)], &nothing());
    assert_eq!(known(&one).len(), 3);
    assert_eq!(known(&shelf(dir.path(), BOUND)), ["{\"n\":3}"]);
}

#[test]
fn a_lock_that_somebody_keeps_costs_a_second_and_no_event() {
    let dir = tempfile::tempdir().unwrap();
    let one = shelf(dir.path(), BOUND);
    one.add(vec![event(1, DAY)], &nothing());
    let held = fs::File::open(file(dir.path())).unwrap();
    held.lock().unwrap();
    one.add(vec![event(2, DAY)], &nothing());
    assert_eq!(known(&one).len(), 2);
    held.unlock().unwrap();
    assert_eq!(known(&shelf(dir.path(), BOUND)), ["{\"n\":1}"]);
}

#[test]
fn events_without_an_id_or_a_believable_time_are_counted() {
    let one = Store::in_memory().shelf(owner("111122223333")).1;
    let nameless = Found { id: "".into(), ..event(1, DAY) };
    let long = Found { id: "x".repeat(129).into(), ..event(1, DAY) };
    let hostile = Found { id: "\u{1b}[2J".into(), ..event(1, DAY) };
    let page = vec![nameless, long, hostile, event(2, -5), event(3, i64::MAX), event(4, DAY)];
    assert_eq!(one.add(page, &nothing()), Added { fresh: 1, known: 0, unsound: 5 });
}

#[cfg(unix)]
#[test]
fn nobody_else_may_read_it() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    shelf(&dir.path().join("cache/trail"), BOUND).add(vec![event(1, DAY)], &nothing());
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let path = file(&dir.path().join("cache/trail"));
    assert_eq!(mode(&path), 0o600);
    assert_eq!(mode(path.parent().unwrap()), 0o700);
    assert_eq!(mode(&dir.path().join("cache/trail/v1")), 0o700);
}

#[tokio::test]
async fn names_lead_nowhere_and_only_known_accounts_go_to_disk() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::on_disk(&dir.path().join("trail"), BOUND);
    let hostile = Owner {
        account: Some("111122223333"),
        profile: "p",
        region: "../../etc",
        endpoint: Some("http://127.0.0.1:5000/../x"),
    };
    let (name, one) = store.shelf(hostile);
    assert_eq!(name, "111122223333._.._etc.127.0.0.1_5000_.._x");
    one.add(vec![event(1, DAY)], &nothing());
    let inside: Vec<_> = fs::read_dir(dir.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(inside, ["trail"]);
    for account in [None, Some("../../x"), Some("1")] {
        let (_, other) = store.shelf(Owner { account, profile: "../p", ..owner("") });
        other.add(vec![event(2, DAY)], &nothing());
        assert_eq!(known(&other), ["{\"n\":2}"]);
    }
    assert_eq!(fs::read_dir(dir.path().join("trail/v1")).unwrap().count(), 1);
    assert_eq!(store.raw(&event(2, 0).id).await.as_deref(), Some("{\"n\":2}"));
    assert_eq!(store.clone().raw("nobody").await, None);
    // A file may say anything after its day.
    let mut other = fs::OpenOptions::new()
        .append(true)
        .open(fs::read_dir(dir.path().join("trail/v1").join(name)).unwrap().next().unwrap().unwrap().path());
    other.as_mut().unwrap().write_all(&[0xff; 4000]).unwrap();
    assert_eq!(known(&one), ["{\"n\":1}"]);
}
