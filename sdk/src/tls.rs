//! TLS without touching the process: a library must not install the process-wide crypto provider,
//! because the program around it may want to.

use std::sync::Arc;

use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::{ClientConfig, ConfigBuilder, RootCertStore, WantsVerifier};
use rustls_platform_verifier::BuilderVerifierExt;

use crate::{Error, Result};

/// TLS with the system's certificate roots, by the provider the program installed or else our own.
///
/// `plain` says that the server's URL is `http:`: then a system without roots (a bare container)
/// is no reason to fail, and no certificate is trusted.
pub(crate) fn config(plain: bool) -> Result<ClientConfig> {
    match builder()?.with_platform_verifier() {
        Ok(verified) => Ok(verified.with_no_client_auth()),
        Err(_) if plain => {
            Ok(builder()?.with_root_certificates(RootCertStore::empty()).with_no_client_auth())
        }
        Err(error) => Err(Error::Request(format!("no TLS: {error}"))),
    }
}

fn builder() -> Result<ConfigBuilder<ClientConfig, WantsVerifier>> {
    let provider = CryptoProvider::get_default().cloned();
    let provider = provider.unwrap_or_else(|| Arc::new(aws_lc_rs::default_provider()));
    ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| Error::Request(format!("no TLS: {error}")))
}
