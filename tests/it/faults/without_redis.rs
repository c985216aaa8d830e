//! Two servers on one database that nothing connects but the database.

use std::time::Duration;

use purlin_tests::Follower;

use super::load::Load;
use super::{HEALED, Nodes};

/// How long nine of ten changes may take to be told by the other server.
const TOLD: Duration = Duration::from_secs(2);

#[test]
fn two_servers_without_redis_are_right() {
    let Some(nodes) = Nodes::start(&[Vec::new(), Vec::new()]) else { return };
    let load = Load::on(nodes.balancer.port);
    let followers: Vec<_> =
        nodes.apps.iter().map(|app| Follower::start(app.port, "things/*")).collect();
    load.during(|| load.more(400));
    for follower in &followers {
        let late = load.heard_by(follower, HEALED);
        println!("nine of ten changes were told within {late:?}");
        assert!(late < TOLD, "{late:?}");
    }
    load.fresh();
    load.kept_by(&nodes.apps[1]);
    nodes.apps[1].waits_for("there is no Redis between them");
}
