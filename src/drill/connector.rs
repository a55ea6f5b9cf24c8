//! The drill account as the SDK's HTTP client: requests are answered in the process, byte for byte as over a wire.

use std::{fmt, time::Duration};

use aws_smithy_runtime_api::client::{
    http::{
        HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
        SharedHttpConnector,
    },
    orchestrator::{HttpRequest, HttpResponse},
    result::ConnectorError,
    runtime_components::RuntimeComponents,
};
use aws_smithy_types::body::SdkBody;
use hyper::body::Bytes;

use super::{Drill, Outcome};

/// Makes connectors into one drill.
struct Client(Drill);

/// One connector, with the SDK's read time-out.
struct Connector {
    drill: Drill,
    read_timeout: Option<Duration>,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DrillClient")
    }
}

impl fmt::Debug for Connector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DrillConnector")
    }
}

/// An HTTP client for the SDK that never leaves the process.
pub(crate) fn client(drill: Drill) -> SharedHttpClient {
    SharedHttpClient::new(Client(drill))
}

impl HttpClient for Client {
    fn http_connector(&self, settings: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(Connector { drill: self.0.clone(), read_timeout: settings.read_timeout() })
    }
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let drill = self.drill.clone();
        let read_timeout = self.read_timeout;
        HttpConnectorFuture::new(async move {
            let answer = answer(drill, request);
            match read_timeout {
                None => answer.await,
                Some(limit) => tokio::time::timeout(limit, answer)
                    .await
                    .unwrap_or_else(|elapsed| Err(ConnectorError::timeout(elapsed.into()))),
            }
        })
    }
}

async fn answer(drill: Drill, request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
    let request = request.try_into_http1x().map_err(|error| ConnectorError::user(error.into()))?;
    let (parts, body) = request.into_parts();
    let body =
        body.bytes().ok_or_else(|| ConnectorError::user("the drill takes no streamed bodies".into()))?;
    let request = http::Request::from_parts(parts, Bytes::copy_from_slice(body));
    let (delay, outcome) = drill.reply(&request);
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
    match outcome {
        Outcome::Answer(response) => HttpResponse::try_from(response.map(SdkBody::from))
            .map_err(|error| ConnectorError::other(error.into(), None)),
        Outcome::Drop => Err(ConnectorError::io("connection closed before message completed".into())),
        Outcome::Hang => std::future::pending().await,
    }
}
