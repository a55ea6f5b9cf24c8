//! Posts one text to one address, once: no redirect is followed and nothing is tried again, since what is posted is read by
//! people.

use std::{error::Error, io, path::Path};

use aws_smithy_runtime_api::client::{
    http::HttpConnector, orchestrator::HttpRequest, result::ConnectorError,
};
use aws_smithy_types::body::SdkBody;
use http_body_util::{BodyExt as _, Limited};

use crate::aws::http;

/// What came of it.
#[derive(Debug)]
pub(super) enum Posted {
    /// The other side answered.
    Answered {
        /// The HTTP status.
        status: u16,
        /// What it said.
        text: String,
    },
    /// The connection ended before an answer: it may have arrived.
    Cut(String),
    /// It did not go out.
    Failed(String),
}

/// What is read of an answer.
const ANSWER: usize = 64 * 1024;

/// Posts JSON.
pub(super) async fn post(url: &str, body: String, bundle: Option<&Path>) -> Posted {
    let here =
        ["http://127.0.0.1", "http://localhost", "http://[::1]"].iter().any(|start| url.starts_with(start));
    let connector = match http::single(bundle, here).await {
        Ok(connector) => connector,
        Err(why) => return Posted::Failed(why),
    };
    let request = match request(url, body) {
        Ok(request) => request,
        Err(why) => return Posted::Failed(why),
    };
    match connector.call(request).await {
        Ok(response) => {
            let status = response.status().as_u16();
            let text = match Limited::new(response.into_body(), ANSWER).collect().await {
                Ok(body) => String::from_utf8_lossy(&body.to_bytes()).into_owned(),
                // What it says beyond its status is for people; without it the status still holds.
                Err(_) => String::new(),
            };
            Posted::Answered { status, text }
        }
        Err(error) if was_cut(&error) => Posted::Cut(innermost(&error)),
        Err(error) => Posted::Failed(innermost(&error)),
    }
}

fn request(url: &str, body: String) -> Result<HttpRequest, String> {
    let mut request = HttpRequest::new(SdkBody::from(body));
    request.set_method("POST").map_err(|error| error.to_string())?;
    request.set_uri(url).map_err(|error| error.to_string())?;
    for (name, value) in
        [("content-type", "application/json"), ("user-agent", concat!("toban/", env!("CARGO_PKG_VERSION")))]
    {
        request.headers_mut().insert(name, value);
    }
    Ok(request)
}

type Cause<'a> = &'a (dyn Error + 'static);

fn causes(error: &ConnectorError) -> impl Iterator<Item = Cause<'_>> {
    fn source<'a>(error: &Cause<'a>) -> Option<Cause<'a>> {
        (*error).source()
    }
    std::iter::successors(Some(error as Cause<'_>), source)
}

/// Whether the connection stood and ended, so that the other side may have read the message.
fn was_cut(error: &ConnectorError) -> bool {
    let cut = [io::ErrorKind::ConnectionReset, io::ErrorKind::BrokenPipe, io::ErrorKind::ConnectionAborted];
    causes(error).any(|cause| {
        let kind = cause.downcast_ref::<io::Error>().map(io::Error::kind);
        kind.is_some_and(|kind| cut.contains(&kind)) || cause.to_string().contains("before message completed")
    })
}

/// The last cause, which says most.
fn innermost(error: &ConnectorError) -> String {
    causes(error).last().map(ToString::to_string).unwrap_or_default()
}
