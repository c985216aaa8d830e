//! The comparison.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use rand::Rng as _;
use serde::Deserialize;

use crate::client::{Connection, Next, load};
use crate::message::{ROOMS, Sent};
use crate::servers::Server;
use crate::{Asked, Failure};

const RECORDS: &str = "/api/collections/messages/records";
const CONNECTIONS: usize = 64;

#[derive(Deserialize)]
struct Made {
    id: String,
}

/// Starts both servers, fills the collection, measures in turns, prints medians and ratios.
pub(crate) async fn run(asked: &Asked) -> Result<(), Failure> {
    let url = asked.needed("url")?;
    let purlin = PathBuf::from(asked.of("purlin").unwrap_or("target/release/purlin"));
    let time = Duration::from_secs(asked.number("seconds", 4)?);
    let rounds = asked.number("rounds", 3)?;
    let rows = asked.number("rows", 50_000)?;
    let dir = std::env::temp_dir().join(format!("purlin-bench-{}", std::process::id()));
    std::fs::create_dir_all(&dir)?;
    let ours = Server::purlin(&purlin, url, &dir).await?;
    let bare = Server::bare(url).await?;
    let ids = fill(ours.port, rows).await?;
    println!("{rows} rows, {CONNECTIONS} connections, {rounds} rounds of {time:?}");
    for (name, for_ours, for_bare) in workloads(&ids) {
        let (mut we, mut they) = (Vec::new(), Vec::new());
        for round in 0..rounds {
            // Who goes first changes, so that neither always finds what the other warmed.
            if round % 2 == 0 {
                we.push(load(ours.port, CONNECTIONS, time, &for_ours).await?);
                they.push(load(bare.port, CONNECTIONS, time, &for_bare).await?);
            } else {
                they.push(load(bare.port, CONNECTIONS, time, &for_bare).await?);
                we.push(load(ours.port, CONNECTIONS, time, &for_ours).await?);
            }
        }
        let (we, they) = (median(we), median(they));
        println!("{name:<10} purlin {we:>8.0}/s   bare driver {they:>8.0}/s   {:.2}", we / they);
    }
    drop((ours, bare));
    std::fs::remove_dir_all(&dir)?;
    Ok(())
}

/// Each workload's name, and its requests to Purlin and to the bare handlers.
fn workloads(ids: &Arc<Vec<String>>) -> [(&'static str, Next, Next); 3] {
    let create: Next = Arc::new(|| {
        let body = serde_json::to_string(&Sent::random()).unwrap_or_default();
        ("POST", RECORDS.to_owned(), body)
    });
    let known = ids.clone();
    let get: Next = Arc::new(move || {
        let id = &known[rand::rng().random_range(0..known.len())];
        ("GET", format!("{RECORDS}/{id}"), String::new())
    });
    let room = || format!("room{}", rand::rng().random_range(0..ROOMS));
    let list: Next = Arc::new(move || {
        let room = room();
        let query = format!("filter=(room%3D'{room}')&sort=-created&perPage=30&skipTotal=1");
        ("GET", format!("{RECORDS}?{query}"), String::new())
    });
    let bare_list: Next =
        Arc::new(move || ("GET", format!("{RECORDS}?room={}", room()), String::new()));
    [
        ("W1 create", create.clone(), create),
        ("W2 get", get.clone(), get),
        ("W3 list", list, bare_list),
    ]
}

/// Creates records over many connections; answers their ids.
async fn fill(port: u16, rows: u64) -> Result<Arc<Vec<String>>, Failure> {
    let each = rows / CONNECTIONS as u64 + 1;
    let one = |_| {
        tokio::spawn(async move {
            let mut connection = Connection::open(port).await?;
            let mut ids = Vec::new();
            for _ in 0..each {
                let body = serde_json::to_string(&Sent::random())?;
                let made: Made =
                    serde_json::from_slice(connection.ask("POST", RECORDS, &body).await?)?;
                ids.push(made.id);
            }
            Ok::<_, Failure>(ids)
        })
    };
    let running: Vec<_> = (0..CONNECTIONS).map(one).collect();
    let mut ids = Vec::new();
    for one in running {
        ids.append(&mut one.await??);
    }
    Ok(Arc::new(ids))
}

fn median(mut rates: Vec<f64>) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates.get(rates.len() / 2).copied().unwrap_or(f64::NAN)
}
