//! One connection to Redis, whichever form it has.

use std::time::Duration;

use redis::aio::{MultiplexedConnection, PubSub};
use redis::cluster::ClusterClient;
use redis::cluster_async::ClusterConnection;
use redis::sentinel::{SentinelClient, SentinelClientBuilder, SentinelServerType};
use redis::{
    AsyncConnectionConfig, Client, Cmd, ConnectionAddr, ConnectionInfo, ErrorKind, FromRedisValue,
    IntoConnectionInfo as _, RedisConnectionInfo, RedisError, RedisResult, ServerErrorKind,
    TlsMode,
};

use crate::config::{RedisAddress, RedisForm};

/// How long connecting may take.
pub(super) const CONNECT: Duration = Duration::from_secs(1);

/// A connection that many use at once.
pub(super) enum Link {
    Server(MultiplexedConnection),
    Cluster(ClusterConnection),
}

/// Why there is no answer.
pub(super) enum Failure {
    /// The command is refused; others may not be.
    Refused(String),
    /// The connection is of no use any more.
    Broken(String),
}

impl Link {
    /// # Errors
    /// Why not, for people.
    pub(super) async fn connect(address: &RedisAddress) -> Result<Self, String> {
        in_time(Self::connected(address)).await
    }

    async fn connected(address: &RedisAddress) -> RedisResult<Self> {
        if address.form == RedisForm::Cluster {
            let nodes = infos(address)?;
            let client = ClusterClient::builder(nodes).connection_timeout(CONNECT).build()?;
            return Ok(Link::Cluster(client.get_async_connection().await?));
        }
        // Whoever asks keeps the deadline.
        let config = AsyncConnectionConfig::new().set_response_timeout(None);
        let client = client(address, 0).await?;
        let connection = client.get_multiplexed_async_connection_with_config(&config).await?;
        Ok(Link::Server(connection))
    }

    pub(super) async fn ask<T: FromRedisValue>(&self, command: &Cmd) -> Result<T, Failure> {
        let answer = match self {
            Link::Server(connection) => command.query_async(&mut connection.clone()).await,
            Link::Cluster(connection) => command.query_async(&mut connection.clone()).await,
        };
        answer.map_err(|error| failure(&error))
    }
}

/// A connection to listen on.
///
/// # Errors
/// Why not, for people.
pub(super) async fn listen(address: &RedisAddress, attempt: usize) -> Result<PubSub, String> {
    in_time(async { client(address, attempt).await?.get_async_pubsub().await }).await
}

async fn in_time<T>(work: impl Future<Output = RedisResult<T>>) -> Result<T, String> {
    match tokio::time::timeout(CONNECT, work).await {
        Ok(done) => done.map_err(|error| error.to_string()),
        Err(_) => Err(format!("no connection within {} ms", CONNECT.as_millis())),
    }
}

/// The server itself, the one that leads now, or any member of a cluster: each hears what is
/// published to another.
async fn client(address: &RedisAddress, attempt: usize) -> RedisResult<Client> {
    if let RedisForm::Sentinel(service) = &address.form {
        // Sentinels often know no passwords, and then refuse one.
        let open = sentinels(address, service, false)?.async_get_client().await;
        if open.is_ok() || address.password.is_none() {
            return open;
        }
        return sentinels(address, service, true)?.async_get_client().await;
    }
    let mut nodes = infos(address)?;
    let nth = attempt % nodes.len().max(1);
    Client::open(nodes.swap_remove(nth))
}

fn sentinels(
    address: &RedisAddress,
    service: &str,
    with_password: bool,
) -> RedisResult<SentinelClient> {
    let sentinels = places(address);
    let mut builder = SentinelClientBuilder::new(sentinels, service, SentinelServerType::Master)?;
    builder = builder.set_client_to_redis_db(i64::from(address.database));
    if address.tls {
        builder = builder.set_client_to_redis_tls_mode(TlsMode::Secure);
    }
    if let Some(user) = &address.user {
        builder = builder.set_client_to_redis_username(user);
        if with_password {
            builder = builder.set_client_to_sentinel_username(user);
        }
    }
    if let Some(password) = &address.password {
        builder = builder.set_client_to_redis_password(password);
        if with_password {
            builder = builder.set_client_to_sentinel_password(password);
        }
    }
    builder.build()
}

fn places(address: &RedisAddress) -> Vec<ConnectionAddr> {
    let place = |(host, port): &(String, u16)| {
        let (host, port) = (host.clone(), *port);
        match address.tls {
            true => ConnectionAddr::TcpTls { host, port, insecure: false, tls_params: None },
            false => ConnectionAddr::Tcp(host, port),
        }
    };
    address.hosts.iter().map(place).collect()
}

fn infos(address: &RedisAddress) -> RedisResult<Vec<ConnectionInfo>> {
    let mut account = RedisConnectionInfo::default().set_db(i64::from(address.database));
    if let Some(user) = &address.user {
        account = account.set_username(user);
    }
    if let Some(password) = &address.password {
        account = account.set_password(password);
    }
    let places = places(address).into_iter();
    places
        .map(|place| Ok(place.into_connection_info()?.set_redis_settings(account.clone())))
        .collect()
}

fn failure(error: &RedisError) -> Failure {
    use ServerErrorKind::{ClusterDown, MasterDown, ReadOnly};
    let why = error.to_string();
    match error.kind() {
        // Another one leads now; this one does not know yet, or not what it should.
        ErrorKind::Server(ReadOnly | MasterDown | ClusterDown) => Failure::Broken(why),
        ErrorKind::Server(_) | ErrorKind::Extension | ErrorKind::UnexpectedReturnType => {
            Failure::Refused(why)
        }
        _ => Failure::Broken(why),
    }
}
