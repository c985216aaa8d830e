//! The accept loop: connections in, requests to the router, a graceful end.

use std::io;
use std::pin::pin;
use std::time::Duration;

use axum::Router;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};

use super::patience::Patient;
use super::transport::{Front, Origins};

/// How long a client may take to send the head of a request.
const HEADER_TIMEOUT: Duration = Duration::from_secs(60);
/// How long a client may take nothing of an answer.
const SEND_TIMEOUT: Duration = Duration::from_secs(60);
/// How long requests in flight may take to finish after the stop was asked for: container runtimes
/// kill after 10 seconds, and the databases want to be closed before that.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(8);

/// Serves the router on the listener until `stop` resolves, then lets requests in flight finish.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    origins: Origins,
    stop: impl Future<Output = ()>,
) {
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(HEADER_TIMEOUT);
    builder.http2().timer(TokioTimer::new());
    let graceful = GracefulShutdown::new();
    let mut stop = pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                let front = Front { router: router.clone(), origins: origins.clone(), peer };
                connection(&builder, &graceful, stream, front);
            }
            Err(error) => rest_after(&error).await,
        }
    }
    drop(listener);
    tracing::info!("stopping: requests in flight are finished first");
    if tokio::time::timeout(DRAIN_TIMEOUT, graceful.shutdown()).await.is_err() {
        tracing::warn!("some connections did not finish within {DRAIN_TIMEOUT:?} and were closed");
    }
}

fn connection(
    builder: &Builder<TokioExecutor>,
    graceful: &GracefulShutdown,
    stream: TcpStream,
    front: Front,
) {
    // Answers are written whole: waiting to fill a packet would only add latency.
    let _ = stream.set_nodelay(true);
    let peer = front.peer;
    // Boxed, so that a connection that waits, or only streams, does not keep room for an answer.
    let service = service_fn(move |request| Box::pin(front.clone().answer(request)));
    let stream = TokioIo::new(Patient::new(stream, SEND_TIMEOUT));
    let connection = builder.serve_connection_with_upgrades(stream, service).into_owned();
    let watched = graceful.watch(connection);
    tokio::spawn(async move {
        if let Err(error) = watched.await {
            tracing::debug!(%peer, %error, "connection ended");
        }
    });
}

/// Running out of file descriptors must not spin the loop: rest until some connection ends.
async fn rest_after(error: &io::Error) {
    let of_one_connection = matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionRefused
    );
    if !of_one_connection {
        tracing::error!(%error, "cannot accept connections");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}
