//! Password hashes: argon2id for new ones, bcrypt for those that moved in (docs/decisions).
//!
//! Hashing is slow and hungry by design, so it runs on blocking threads and only as many at a time
//! as there are processors: sign-ins queue, other requests do not notice.

use std::sync::Arc;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use crate::error::{Answer, ApiError};

/// A hash nobody has the password of: checked when there is no record, so that the answer takes as
/// long as with one.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$UHVybGluTm9ib2R5MDEyMw$\
     9aYf2gq0hWcHqzqT6w1oVQ9mQyPq0m2uUoVw3qv0Zbs";

/// Whether a password is the one that was hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is not.
    Wrong,
    /// It is.
    Right,
    /// It is, and the hash should be made anew with today's method.
    Outdated,
}

/// Hashes and checks passwords.
#[derive(Clone, Debug)]
pub struct Passwords {
    seats: Arc<Semaphore>,
}

impl Passwords {
    /// With room for `at_once` hashes at a time.
    #[must_use]
    pub fn new(at_once: usize) -> Self {
        Passwords { seats: Arc::new(Semaphore::new(at_once.max(1))) }
    }

    /// Hashes a password with a new salt.
    ///
    /// # Errors
    /// 500 when the machine has no randomness or memory for it.
    pub async fn hash(&self, password: String) -> Answer<String> {
        self.seated(move || {
            let hash = Argon2::default().hash_password(password.as_bytes());
            hash.map(|hash| hash.to_string())
                .map_err(|error| ApiError::internal(format!("cannot hash a password: {error}")))
        })
        .await?
    }

    /// Checks a password against a hash; `None` takes as long and is never right.
    ///
    /// # Errors
    /// 500 when the check itself broke.
    pub async fn verify(&self, password: String, hash: Option<String>) -> Answer<Verdict> {
        self.seated(move || match hash {
            Some(hash) => verify(&password, &hash),
            None => {
                let _ = verify(&password, NOBODY);
                Verdict::Wrong
            }
        })
        .await
    }

    async fn seated<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Answer<T> {
        let broken = |what: &str| ApiError::internal(format!("password hashing {what}"));
        let seat = self.seats.clone().acquire_owned().await.map_err(|_| broken("is closed"))?;
        let done = spawn_blocking(move || {
            let _seat = seat;
            work()
        });
        done.await.map_err(|_| broken("panicked"))
    }
}

fn verify(password: &str, hash: &str) -> Verdict {
    if hash.starts_with("$2") {
        // bcrypt looks at 72 bytes; what is beyond never counted where these hashes come from.
        let bytes = password.as_bytes();
        let right = bcrypt::verify(&bytes[..bytes.len().min(72)], hash).unwrap_or(false);
        return if right { Verdict::Outdated } else { Verdict::Wrong };
    }
    let right = PasswordHash::new(hash)
        .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok());
    if right { Verdict::Right } else { Verdict::Wrong }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn own_and_imported_hashes_are_told_apart() {
        let passwords = Passwords::new(1);
        let own = passwords.hash("correct horse".to_owned()).await.unwrap();
        let imported = bcrypt::hash("correct horse", 4).unwrap();
        for (password, hash, expected) in [
            ("correct horse", Some(own.clone()), Verdict::Right),
            ("correct horsE", Some(own), Verdict::Wrong),
            ("correct horse", Some(imported.clone()), Verdict::Outdated),
            ("wrong", Some(imported), Verdict::Wrong),
            ("", Some(String::new()), Verdict::Wrong),
            ("correct horse", Some("$argon2id$garbage".to_owned()), Verdict::Wrong),
            ("correct horse", None, Verdict::Wrong),
        ] {
            let verdict = passwords.verify(password.to_owned(), hash.clone()).await.unwrap();
            assert_eq!(verdict, expected, "{password} against {hash:?}");
        }
    }

    #[test]
    fn the_stand_in_hash_costs_as_much_as_a_real_one() {
        let hash = PasswordHash::new(NOBODY).expect("well-formed");
        let own = Argon2::default().hash_password(b"x").unwrap().to_string();
        let own = PasswordHash::new(&own).unwrap();
        assert_eq!((hash.algorithm, hash.params), (own.algorithm, own.params));
    }
}
