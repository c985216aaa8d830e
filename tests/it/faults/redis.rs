//! Redis dies, stands still, forgets or is slow.

use std::time::{Duration, Instant};

use purlin_tests::{Balancer, Follower, RedisServer};

use super::load::Load;
use super::{HEALED, Nodes};

/// By how much a request may take longer than normal.
const LONGER: Duration = Duration::from_millis(100);
/// How long things go on as they are.
const WHILE: Duration = Duration::from_millis(2_500);
/// How long each piece of what a slow Redis says is on its way.
const SLOW: Duration = Duration::from_millis(150);

/// A Redis, and the way to it that can be made slow.
struct World {
    redis: RedisServer,
    way: Balancer,
}

/// What happens, and how it ends.
type Fault = (&'static str, fn(&mut World), fn(&mut World));

const FAULTS: [Fault; 4] = [
    ("killed", |world| world.redis.kill(), |world| world.redis.again()),
    ("frozen", |world| world.redis.freeze(), |world| world.redis.thaw()),
    ("restarted empty", |world| world.redis.again(), |_| {}),
    ("slow", |world| world.way.hold_back(SLOW), |world| world.way.hold_back(Duration::ZERO)),
];

#[test]
fn whatever_happens_to_redis_requests_and_followers_go_on() {
    let redis = RedisServer::start();
    let way = Balancer::before(&[redis.port]);
    // One server has it at hand, the others over the way.
    let ports = [redis.port, way.port, way.port];
    let arguments =
        ports.map(|port| ["--redis".to_owned(), format!("redis://127.0.0.1:{port}")].to_vec());
    let Some(nodes) = Nodes::start(&arguments) else { return };
    let mut world = World { redis, way };
    let load = Load::on(nodes.balancer.port);
    let followers: Vec<_> =
        nodes.apps.iter().map(|app| Follower::start(app.port, "things/*")).collect();
    load.during(|| {
        std::thread::sleep(Duration::from_millis(500));
        let begun = Instant::now();
        std::thread::sleep(WHILE);
        let (normal, _) = load.since(begun);
        for (name, happens, ends) in FAULTS {
            let begun = Instant::now();
            happens(&mut world);
            std::thread::sleep(WHILE);
            let (longest, failed) = load.since(begun);
            ends(&mut world);
            println!("{name}: nine of ten requests within {longest:?}, normally {normal:?}");
            assert!(failed.is_empty(), "{name}: {} failed: {:?}", failed.len(), failed.first());
            assert!(longest < normal + LONGER, "{name}: {longest:?}, normally {normal:?}");
            for follower in &followers {
                let late = load.heard_by(follower, HEALED);
                println!("{name}: nine of ten changes were told within {late:?}");
            }
        }
    });
    for follower in &followers {
        load.heard_by(follower, HEALED);
    }
    load.fresh();
    load.kept_by(&nodes.apps[0]);
}
