//! The drill account on loopback, for any other AWS client.
//!
//! Requests are not authenticated, so it must never listen on an address that another machine can reach.

use std::{convert::Infallible, future::Future, net::SocketAddr};

use http::{Request, Response};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::{
    body::{Bytes, Incoming},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};

use super::{Drill, DrillError, Outcome, error::ApiError, wire};

/// Larger than any request of the operations served.
const MAX_BODY: usize = 4 * 1024 * 1024;

/// Why a connection is closed without an answer.
#[derive(Debug, thiserror::Error)]
#[error("dropped on purpose")]
struct Dropped;

/// Serves a drill on `addr` until `shutdown` is ready; `ready` hears the address that was bound, which matters for
/// port 0. Connections that are open then are closed.
pub async fn serve(
    drill: Drill,
    addr: SocketAddr,
    ready: impl FnOnce(SocketAddr),
    shutdown: impl Future<Output = ()>,
) -> Result<(), DrillError> {
    if !addr.ip().is_loopback() {
        return Err(DrillError::NotLoopback { addr });
    }
    let unbound = |source| DrillError::Bind { addr, source };
    let listener = TcpListener::bind(addr).await.map_err(unbound)?;
    ready(listener.local_addr().map_err(unbound)?);
    let mut connections = tokio::task::JoinSet::new();
    tokio::pin!(shutdown);
    loop {
        tokio::select! {
            () = &mut shutdown => return Ok(()),
            Some(_) = connections.join_next(), if !connections.is_empty() => {}
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(connection(drill.clone(), stream));
                }
                // Out of file descriptors, or a client that was gone at once: neither is a reason to stop serving.
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
                }
            },
        }
    }
}

async fn connection(drill: Drill, stream: TcpStream) {
    let service = service_fn(move |request| {
        let drill = drill.clone();
        async move { respond(&drill, request).await }
    });
    let served =
        http1::Builder::new().timer(TokioTimer::new()).serve_connection(TokioIo::new(stream), service).await;
    if let Err(error) = served {
        tracing::debug!(%error, "a connection ended early");
    }
}

async fn respond(drill: &Drill, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Dropped> {
    let (parts, body) = request.into_parts();
    let Ok(body) = Limited::new(body, MAX_BODY).collect().await else {
        let error = ApiError::new("RequestEntityTooLarge", "The request is too large.").status(413);
        return Ok(wire::refuse(&error).map(Full::new));
    };
    let (delay, outcome) = drill.reply(&Request::from_parts(parts, body.to_bytes()));
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
    match outcome {
        Outcome::Answer(response) => Ok(response.map(Full::new)),
        Outcome::Drop => Err(Dropped),
        Outcome::Hang => {
            let never: Infallible = std::future::pending().await;
            match never {}
        }
    }
}
