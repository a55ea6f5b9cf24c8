use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use futures::FutureExt;
use tokio::sync::Notify;

use super::*;

/// What the fetch of one token does.
#[derive(Clone)]
struct Step {
    /// Said by the raw answer, before the page is decoded.
    raw: Option<&'static str>,
    /// Decoding waits until this page number has been asked for.
    until: Option<usize>,
    /// The page's rows and its decoded token, or a failure.
    page: Result<(Vec<u32>, Option<&'static str>), &'static str>,
}

fn step(raw: Option<&'static str>, rows: &[u32], next: Option<&'static str>) -> Step {
    Step { raw, until: None, page: Ok((rows.to_vec(), next)) }
}

fn problem(message: &str) -> Problem {
    Problem {
        operation: "ec2:DescribeInstances".into(),
        kind: ProblemKind::Other,
        message: message.into(),
        remedy: Remedy::ReadLog,
    }
}

#[derive(Default)]
struct Log {
    asked: Mutex<Vec<String>>,
    more: Notify,
}

/// Runs a listing; its pages in the order handed out, and the tokens in the order asked.
async fn run(steps: &[(&'static str, Step)]) -> (Vec<Result<Vec<u32>, String>>, Vec<String>) {
    let log = Arc::new(Log::default());
    let steps: HashMap<String, Step> = steps.iter().map(|(t, s)| ((*t).to_owned(), s.clone())).collect();
    let (seen, calls) = (Arc::clone(&log), Arc::new(AtomicU32::new(0)));
    let fetch: Fetch<u32> = Box::new(move |token, probe| {
        let token = token.unwrap_or_default();
        let step = steps.get(&token).cloned().expect("a token that was given out");
        let seen = Arc::clone(&seen);
        async move {
            seen.asked.lock().unwrap_or_else(PoisonError::into_inner).push(token);
            seen.more.notify_waiters();
            if let Some(raw) = step.raw {
                probe.say(raw);
            }
            while let Some(page) = step.until {
                let wait = seen.more.notified();
                if seen.asked.lock().unwrap_or_else(PoisonError::into_inner).len() > page {
                    break;
                }
                wait.await;
            }
            let (items, next) = step.page.map_err(problem)?;
            Ok(Page { items, next: next.map(str::to_owned) })
        }
        .boxed()
    });
    let mut pager = Pager::new("ec2:DescribeInstances", &calls, fetch);
    let mut out = Vec::new();
    let all = async {
        while let Some(page) = pager.next().await {
            out.push(page.map_err(|p| p.message));
        }
    };
    tokio::time::timeout(Duration::from_secs(10), all).await.expect("the listing ends");
    let asked = log.asked.lock().unwrap_or_else(PoisonError::into_inner).clone();
    (out, asked)
}

#[tokio::test]
async fn the_raw_token_drives_the_next_request_while_the_page_is_still_decoding() {
    // Page 0 is decoded only after page 1 and 2 have been asked for: without the raw token this would hang.
    let waits = |until, step: Step| Step { until: Some(until), ..step };
    let (pages, asked) = run(&[
        ("", waits(2, step(Some("a"), &[1], Some("a")))),
        ("a", waits(2, step(Some("b"), &[2], Some("b")))),
        ("b", step(None, &[3], None)),
    ])
    .await;
    assert_eq!(pages, [Ok(vec![1]), Ok(vec![2]), Ok(vec![3])]);
    assert_eq!(asked, ["", "a", "b"]);
}

#[tokio::test]
async fn without_a_raw_token_the_decoded_one_leads_on() {
    let (pages, asked) = run(&[("", step(None, &[1], Some("a"))), ("a", step(None, &[2], Some("")))]).await;
    assert_eq!(pages, [Ok(vec![1]), Ok(vec![2])]);
    assert_eq!(asked, ["", "a"]);
}

#[tokio::test]
async fn the_decoded_token_has_the_last_word() {
    let (pages, _) = run(&[
        ("", Step { until: Some(1), ..step(Some("wrong"), &[1], Some("right")) }),
        ("wrong", step(None, &[99], None)),
        ("right", step(None, &[2], None)),
    ])
    .await;
    assert_eq!(pages, [Ok(vec![1]), Ok(vec![2])]);
    let (pages, _) = run(&[
        ("", Step { until: Some(1), ..step(Some("wrong"), &[1], None) }),
        ("wrong", step(None, &[99], None)),
    ])
    .await;
    assert_eq!(pages, [Ok(vec![1])]);
}

#[tokio::test]
async fn a_token_that_comes_again_ends_the_list_with_a_problem() {
    for raw in [None, Some("a")] {
        let (pages, asked) =
            run(&[("", step(raw, &[1], Some("a"))), ("a", step(raw, &[2], Some("a")))]).await;
        assert_eq!(pages.len(), 3, "{pages:?}");
        assert_eq!(pages[..2], [Ok(vec![1]), Ok(vec![2])]);
        assert!(pages[2].as_ref().is_err_and(|m| m.contains("leads back")), "{pages:?}");
        assert_eq!(asked, ["", "a"]);
    }
}

#[tokio::test]
async fn a_failed_page_keeps_the_pages_around_it() {
    let failed = Step { page: Err("cannot be decoded"), ..step(Some("b"), &[], None) };
    let (pages, _) = run(&[
        ("", step(Some("a"), &[1], Some("a"))),
        ("a", Step { until: Some(2), ..failed }),
        ("b", step(None, &[3], None)),
    ])
    .await;
    assert_eq!(pages, [Ok(vec![1]), Err("cannot be decoded".to_owned()), Ok(vec![3])]);
}

#[tokio::test]
async fn no_more_than_a_few_pages_are_under_way() {
    // Every page waits for one that is further ahead than may be; the listing still ends, in order.
    const TOKENS: [&str; 12] = ["", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11"];
    let mut steps = Vec::new();
    for (page, token) in TOKENS.iter().enumerate() {
        let next = TOKENS.get(page + 1).copied();
        let until = (page + AHEAD).min(TOKENS.len()) - 1;
        let number = u32::try_from(page).unwrap();
        steps.push((*token, Step { until: Some(until), ..step(next, &[number], next) }));
    }
    let (pages, asked) = run(&steps).await;
    assert_eq!(pages.into_iter().flatten().flatten().collect::<Vec<_>>(), (0..12).collect::<Vec<_>>());
    assert_eq!(asked, TOKENS);
}

#[tokio::test]
async fn a_page_that_panics_is_a_problem_and_no_hang() {
    let calls = Arc::new(AtomicU32::new(0));
    let fetch: Fetch<u32> = Box::new(|_, _| async { panic!("a bug") }.boxed());
    let mut pager = Pager::new("ec2:DescribeInstances", &calls, fetch);
    let first = tokio::time::timeout(Duration::from_secs(10), pager.next()).await.expect("no hang");
    assert!(first.is_some_and(|page| page.is_err()));
    assert!(pager.next().await.is_none());
}
