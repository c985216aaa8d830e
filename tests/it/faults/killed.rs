//! Servers are killed while they are written to and followed.

use purlin_tests::{Follower, RedisServer};

use super::load::Load;
use super::{HEALED, Nodes};

/// How many writes are acknowledged in between.
const SOME: usize = 60;

#[test]
fn who_follows_a_server_that_is_killed_goes_on_at_another() {
    let redis = RedisServer::start();
    let url = redis.url();
    let arguments = [(); 3].map(|()| ["--redis".to_owned(), url.clone()].to_vec());
    let Some(mut nodes) = Nodes::start(&arguments) else { return };
    let load = Load::on(nodes.balancer.port);
    let port = nodes.balancer.port;
    // One is connected to each server at first.
    let followers: Vec<_> = (0..3).map(|_| Follower::start(port, "things/*")).collect();
    load.during(|| {
        for number in 0..nodes.apps.len() {
            load.more(SOME);
            nodes.apps[number].kill();
            load.more(SOME);
            nodes.restart(number);
        }
        load.more(SOME);
    });
    load.kept_by(&nodes.apps[0]);
    for follower in &followers {
        let late = load.heard_by(follower, HEALED);
        let heard = follower.heard();
        println!(
            "{} connections, {} messages, nine of ten within {late:?}",
            heard.subscribed,
            heard.messages.len()
        );
    }
    let moved = followers.iter().filter(|follower| follower.heard().subscribed > 1).count();
    assert!(moved >= 2, "only {moved} followers had to go to another server");
    load.fresh();
}
