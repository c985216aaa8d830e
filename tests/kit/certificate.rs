//! Certificates of an authority that nobody trusts unless told to.

use std::fs;
use std::path::PathBuf;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};

/// A certificate for `localhost` and the loopback address with its key, and the authority's own:
/// files, removed when dropped.
#[derive(Debug)]
pub struct Certificate {
    folder: PathBuf,
}

impl Certificate {
    /// One by an authority of its own.
    ///
    /// # Panics
    /// When it cannot be made.
    #[must_use]
    pub fn new() -> Certificate {
        let mut authority = CertificateParams::default();
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority_key = KeyPair::generate().expect("a key");
        let authority_file = authority.self_signed(&authority_key).expect("an authority").pem();
        let names = ["localhost", "127.0.0.1"].map(str::to_owned);
        let params = CertificateParams::new(names).expect("names");
        let key = KeyPair::generate().expect("a key");
        let issuer = Issuer::new(authority, authority_key);
        let own = params.signed_by(&key, &issuer).expect("a certificate").pem();
        let folder = crate::home::empty_folder();
        let files =
            [("authority.pem", authority_file), ("own.pem", own), ("key.pem", key.serialize_pem())];
        for (name, text) in files {
            fs::write(folder.join(name), text).expect("a file");
        }
        Certificate { folder }
    }

    /// The authority's certificate, for whoever is to trust it.
    #[must_use]
    pub fn authority(&self) -> PathBuf {
        self.folder.join("authority.pem")
    }

    /// The certificate itself, its key, and the authority's: what a server is given.
    #[must_use]
    pub fn files(&self) -> [PathBuf; 3] {
        ["own.pem", "key.pem", "authority.pem"].map(|name| self.folder.join(name))
    }
}

impl Default for Certificate {
    fn default() -> Self {
        Certificate::new()
    }
}

impl Drop for Certificate {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}
