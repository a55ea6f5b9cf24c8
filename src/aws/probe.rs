//! What we learn of a call while it is under way: how many requests went out, where to, and, before the answer has been
//! decoded, the token of the next page.
//!
//! The SDK needs some 50 ms of CPU to decode a page of 1,000 instances. A page's token stands in the raw answer, so a
//! [`Probe`] reads it there as soon as the bytes are in and tells the page loop, which sends the next request while
//! this page is being decoded. What it reads is a hint: the decoded token has the last word ([`super::pages`]).

use std::{
    collections::VecDeque,
    mem,
    pin::Pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    task::{Context, Poll},
};

use aws_smithy_runtime_api::{
    box_error::BoxError,
    client::{
        interceptors::{
            Intercept,
            context::{BeforeDeserializationInterceptorContextMut, BeforeTransmitInterceptorContextRef},
            dyn_dispatch_hint,
        },
        runtime_components::RuntimeComponents,
    },
};
use aws_smithy_types::{DateTime, body::SdkBody, config_bag::ConfigBag, date_time::Format};
use hyper::body::{Body, Bytes, Frame, SizeHint};
use tokio::sync::mpsc::UnboundedSender;

/// How much of an answer's beginning and end is searched, in bytes. EC2's `<nextToken>` stands last, an emulator's may
/// stand first; tokens themselves are some hundred bytes.
const SEARCHED: usize = 16 * 1024;

/// Watches one call. Clones watch the same call.
#[derive(Debug, Clone, Default)]
pub(super) struct Probe {
    calls: Arc<AtomicU32>,
    endpoint: Arc<Mutex<Option<String>>>,
    announce: Option<Announce>,
    /// What time it was there, in seconds since 1970.
    served_at: Arc<Mutex<Option<i64>>>,
}

/// Where a page's token goes, with the page's number.
#[derive(Debug, Clone)]
pub(super) struct Announce {
    /// The page's number, from 0.
    pub page: usize,
    /// To the page loop.
    pub to: UnboundedSender<(usize, String)>,
}

impl Probe {
    /// A probe that counts into a fetch's counter.
    pub(super) fn new(calls: &Arc<AtomicU32>) -> Self {
        Self { calls: Arc::clone(calls), ..Self::default() }
    }

    /// The same, announcing the page's token too.
    pub(super) fn announcing(calls: &Arc<AtomicU32>, announce: Announce) -> Self {
        Self { announce: Some(announce), ..Self::new(calls) }
    }

    /// Announces a token as if it had been seen in an answer.
    #[cfg(test)]
    pub(super) fn say(&self, token: &str) {
        if let Some(announce) = &self.announce {
            let _ = announce.to.send((announce.page, token.to_owned()));
        }
    }

    /// What time it was, to the second, where the last answer came from; our own clock may be wrong. In seconds since 1970.
    pub(super) fn served_at(&self) -> Option<i64> {
        *self.served_at.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Scheme, host and port that the last request went to.
    pub(super) fn endpoint(&self) -> Option<String> {
        self.endpoint.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[dyn_dispatch_hint]
impl Intercept for Probe {
    fn name(&self) -> &'static str {
        "toban probe"
    }

    fn read_before_transmit(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        *self.endpoint.lock().unwrap_or_else(PoisonError::into_inner) = origin(context.request().uri());
        Ok(())
    }

    fn modify_before_deserialization(
        &self,
        context: &mut BeforeDeserializationInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let date = context
            .response()
            .headers()
            .get("date")
            .and_then(|d| DateTime::from_str(d, Format::HttpDate).ok());
        *self.served_at.lock().unwrap_or_else(PoisonError::into_inner) = date.map(|d| d.secs());
        let Some(announce) = &self.announce else { return Ok(()) };
        if context.response().status().is_success() {
            let body = mem::replace(context.response_mut().body_mut(), SdkBody::taken());
            *context.response_mut().body_mut() = SdkBody::from_body_1_x(Watched::new(body, announce.clone()));
        }
        Ok(())
    }
}

/// `https://host:port` of a URI.
fn origin(uri: &str) -> Option<String> {
    let uri: http::Uri = uri.parse().ok()?;
    Some(format!("{}://{}", uri.scheme_str()?, uri.authority()?))
}

/// An answer's body on its way to the decoder, searched as it passes.
struct Watched {
    body: SdkBody,
    announce: Announce,
    /// The first [`SEARCHED`] bytes.
    head: Vec<u8>,
    /// The last chunks, at least [`SEARCHED`] bytes of them.
    tail: VecDeque<Bytes>,
    in_tail: usize,
    found: bool,
    let_go: bool,
}

impl Watched {
    fn new(body: SdkBody, announce: Announce) -> Self {
        Self {
            body,
            announce,
            head: Vec::new(),
            tail: VecDeque::new(),
            in_tail: 0,
            found: false,
            let_go: false,
        }
    }

    fn pass(&mut self, chunk: &Bytes) {
        if self.found {
            return;
        }
        if self.head.len() < SEARCHED {
            let room = SEARCHED - self.head.len();
            self.head.extend(chunk.iter().take(room));
            self.say(token(&self.head));
        }
        self.in_tail += chunk.len();
        self.tail.push_back(chunk.clone());
        while let Some(first) = self.tail.front()
            && self.in_tail - first.len() >= SEARCHED
        {
            self.in_tail -= first.len();
            self.tail.pop_front();
        }
    }

    fn end(&mut self) {
        if !self.found {
            let tail: Vec<u8> = self.tail.iter().flat_map(|c| c.iter().copied()).collect();
            let from = tail.len().saturating_sub(SEARCHED);
            self.say(token(tail.get(from..).unwrap_or_default()));
        }
        self.tail.clear();
    }

    fn say(&mut self, token: Option<String>) {
        if let Some(token) = token {
            self.found = true;
            // Nobody listens any more when the fetch has been given up.
            let _ = self.announce.to.send((self.announce.page, token));
        }
    }
}

impl Body for Watched {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        if self.let_go {
            return Poll::Ready(None);
        }
        match Pin::new(&mut self.body).poll_frame(cx) {
            Poll::Ready(Some(Ok(frame))) => {
                if let Some(chunk) = frame.data_ref() {
                    let chunk = chunk.clone();
                    self.pass(&chunk);
                }
                Poll::Ready(Some(Ok(frame)))
            }
            Poll::Ready(None) => {
                self.end();
                // Decoding starts in the very poll that sees the end. The page loop has just been woken on this worker,
                // where no other worker may take it from, so step back once and let it send the next request first.
                self.let_go = true;
                cx.waker().wake_by_ref();
                Poll::Pending
            }
            other => other,
        }
    }

    fn size_hint(&self) -> SizeHint {
        Body::size_hint(&self.body)
    }
}

/// The text of the last `<nextToken>` element in a piece of XML.
fn token(xml: &[u8]) -> Option<String> {
    const OPEN: &[u8] = b"<nextToken>";
    const CLOSE: &[u8] = b"</nextToken>";
    let open = find_last(xml, OPEN)? + OPEN.len();
    let rest = xml.get(open..)?;
    let close = rest.windows(CLOSE.len()).position(|w| w == CLOSE)?;
    let text = std::str::from_utf8(rest.get(..close)?).ok()?.trim();
    // The five entities of XML; an ampersand comes last so that `&amp;lt;` stays `&lt;`. Anything odder is left to the
    // decoded token.
    let text = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")]
        .iter()
        .fold(text.to_owned(), |t, (entity, c)| t.replace(entity, c));
    (!text.is_empty()).then_some(text)
}

fn find_last(hay: &[u8], needle: &[u8]) -> Option<usize> {
    hay.windows(needle.len()).rposition(|w| w == needle)
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt as _;
    use tokio::sync::mpsc;

    use super::*;

    #[test]
    fn the_token_is_read_from_raw_xml() {
        for (xml, want) in [
            ("<a><nextToken>abc</nextToken></a>", Some("abc")),
            ("<a><nextToken> a&amp;b==\n</nextToken></a>", Some("a&b==")),
            ("<nextToken>old</nextToken><x/><nextToken>new</nextToken>", Some("new")),
            ("<a><nextToken/></a>", None),
            ("<a><nextToken></nextToken></a>", None),
            ("<a><value>&lt;nextToken&gt;fake&lt;/nextToken&gt;</value></a>", None),
            ("<a><nextToken>cut off", None),
            ("", None),
        ] {
            assert_eq!(token(xml.as_bytes()).as_deref(), want, "{xml}");
        }
    }

    /// Sends a body through in chunks; what was announced, and when the whole body came out.
    async fn watch(xml: &str, chunk: usize) -> (Vec<(usize, String)>, bool) {
        let (to, mut said) = mpsc::unbounded_channel();
        let frames: Vec<Result<_, BoxError>> =
            xml.as_bytes().chunks(chunk).map(|c| Ok(Frame::data(Bytes::copy_from_slice(c)))).collect();
        let stream = http_body_util::StreamBody::new(futures::stream::iter(frames));
        let body = Watched::new(SdkBody::from_body_1_x(stream), Announce { page: 7, to });
        let whole = body.collect().await.map(|all| all.to_bytes() == xml.as_bytes());
        let mut all = Vec::new();
        while let Ok(one) = said.try_recv() {
            all.push(one);
        }
        (all, whole.unwrap_or(false))
    }

    #[tokio::test]
    async fn a_token_is_found_first_last_and_across_chunks_and_the_body_is_untouched() {
        let filler = "<item>x</item>".repeat(10_000);
        for xml in [
            format!("<r><set>{filler}</set><nextToken>t-1</nextToken></r>"),
            format!("<r><nextToken>t-1</nextToken><set>{filler}</set></r>"),
        ] {
            for chunk in [5, 1000, 1 << 20] {
                assert_eq!(
                    watch(&xml, chunk).await,
                    (vec![(7, "t-1".to_owned())], true),
                    "chunks of {chunk}"
                );
            }
        }
        assert_eq!(watch(&format!("<r>{filler}</r>"), 512).await, (vec![], true));
    }

    #[test]
    fn the_endpoint_is_named_without_path_and_query() {
        assert_eq!(origin("http://127.0.0.1:5000/?a=b").as_deref(), Some("http://127.0.0.1:5000"));
        assert_eq!(origin("not a uri"), None);
    }
}
