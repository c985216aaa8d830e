//! What stands between clients and servers: connections are passed on in turn.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Listens on a free port of the loopback address and passes each connection on to the next of its
/// targets that takes it. Nothing is tried again, and nobody stays with one target.
#[derive(Debug)]
pub struct Balancer {
    /// Where it listens.
    pub port: u16,
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    targets: Mutex<Vec<u16>>,
    next: AtomicUsize,
    /// Milliseconds that each piece of what is said is held back.
    delay: AtomicU64,
    over: AtomicBool,
}

impl Balancer {
    /// One before these ports.
    #[must_use]
    pub fn before(targets: &[u16]) -> Balancer {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let port = listener.local_addr().expect("its port").port();
        let shared =
            Arc::new(Shared { targets: Mutex::new(targets.to_vec()), ..Shared::default() });
        let accepting = shared.clone();
        std::thread::spawn(move || {
            for link in listener.incoming().map_while(Result::ok) {
                if accepting.over.load(SeqCst) {
                    break;
                }
                let shared = accepting.clone();
                std::thread::spawn(move || shared.pass_on(link));
            }
        });
        Balancer { port, shared }
    }

    /// Has another port in the place of one.
    pub fn replace(&self, old: u16, new: u16) {
        let mut targets = self.shared.targets.lock().unwrap_or_else(PoisonError::into_inner);
        targets.iter_mut().filter(|target| **target == old).for_each(|target| *target = new);
    }

    /// Holds back each piece of what is said, either way, for so long.
    pub fn hold_back(&self, delay: Duration) {
        self.shared.delay.store(u64::try_from(delay.as_millis()).unwrap_or(u64::MAX), SeqCst);
    }
}

impl Drop for Balancer {
    fn drop(&mut self) {
        self.shared.over.store(true, SeqCst);
        // Whoever waits for a connection gets one.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

impl Shared {
    fn pass_on(self: Arc<Self>, link: TcpStream) {
        let Some(target) = self.next() else { return };
        let _ = (link.set_nodelay(true), target.set_nodelay(true));
        let (Ok(back_from), Ok(back_to)) = (target.try_clone(), link.try_clone()) else { return };
        let back = self.clone();
        let answering = std::thread::spawn(move || back.pump(back_from, back_to));
        self.pump(link, target);
        let _ = answering.join();
    }

    /// A connection to the next target that is there.
    fn next(&self) -> Option<TcpStream> {
        let targets = self.targets.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let first = self.next.fetch_add(1, SeqCst);
        let in_turn = (0..targets.len()).map(|n| targets[(first + n) % targets.len()]);
        in_turn.filter_map(|port| TcpStream::connect(("127.0.0.1", port)).ok()).next()
    }

    /// Carries one direction to its end, which ends the other one as well.
    fn pump(&self, mut from: TcpStream, mut to: TcpStream) {
        let mut bytes = [0; 16_384];
        while let Ok(read @ 1..) = from.read(&mut bytes) {
            std::thread::sleep(Duration::from_millis(self.delay.load(SeqCst)));
            if to.write_all(&bytes[..read]).is_err() {
                break;
            }
        }
        let _ = (from.shutdown(Shutdown::Both), to.shutdown(Shutdown::Both));
    }
}
