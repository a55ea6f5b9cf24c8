//! The HTTP client that all calls of a profile share: the SDK's own stack, with proxies from the environment
//! (`HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY`) and, which the SDK does not do, the roots of `AWS_CA_BUNDLE`.
//!
//! It must never trust more than it was told to: a bundle replaces the system's roots, as it does for the AWS CLI.

use std::path::Path;

use aws_smithy_async::rt::sleep::SharedAsyncSleep;
use aws_smithy_http_client::{
    Builder, Connector, ConnectorBuilder,
    proxy::ProxyConfig,
    tls::{Provider, TlsContext, TrustStore, rustls_provider::CryptoMode},
};
use aws_smithy_runtime_api::client::{
    connector_metadata::ConnectorMetadata,
    http::{HttpClient, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector},
    runtime_components::RuntimeComponents,
};
use rustls::pki_types::{CertificateDer, pem::PemObject};

/// A client with the system's roots, or with those of a PEM bundle only; the error says in one sentence what is wrong
/// with the bundle.
pub(super) async fn client(bundle: Option<&Path>) -> Result<SharedHttpClient, String> {
    let tls = tls(bundle).await?;
    let shared = Builder::new().build_with_connector_fn(move |settings, components| {
        let sleep = components.and_then(RuntimeComponents::sleep_impl);
        connector(&tls, settings.cloned(), sleep, ProxyConfig::from_env())
    });
    Ok(SharedHttpClient::new(OnFirstUse(shared)))
}

/// One connection for what is no call of AWS, with the same roots and proxies; `here` says that it is to this machine, where
/// no proxy belongs between. It follows no redirect.
pub(crate) async fn single(bundle: Option<&Path>, here: bool) -> Result<SharedHttpConnector, String> {
    let proxy = if here { ProxyConfig::disabled() } else { ProxyConfig::from_env() };
    Ok(SharedHttpConnector::new(connector(&tls(bundle).await?, None, None, proxy)))
}

fn connector(
    tls: &TlsContext,
    settings: Option<HttpConnectorSettings>,
    sleep: Option<SharedAsyncSleep>,
    proxy: ProxyConfig,
) -> Connector {
    let mut connector = ConnectorBuilder::default()
        .tls_provider(Provider::Rustls(CryptoMode::AwsLc))
        .tls_context(tls.clone());
    connector.set_connector_settings(settings);
    connector.set_sleep_impl(sleep);
    connector.set_proxy_config(Some(proxy));
    connector.build()
}

/// The system's roots, or those of a PEM bundle only.
async fn tls(bundle: Option<&Path>) -> Result<TlsContext, String> {
    let Some(path) = bundle else { return Ok(TlsContext::default()) };
    let owned = path.to_owned();
    let pem = tokio::task::spawn_blocking(move || std::fs::read(owned))
        .await
        .map_err(|e| e.to_string())
        .and_then(|read| read.map_err(|e| e.to_string()))
        .map_err(|e| format!("the CA bundle {} cannot be read: {e}", path.display()))?;
    check(&pem).map_err(|e| format!("the CA bundle {} is not usable: {e}", path.display()))?;
    TlsContext::builder()
        .with_trust_store(TrustStore::empty().with_pem_certificate(pem))
        .build()
        .map_err(|e| format!("the CA bundle {} is not usable: {e}", path.display()))
}

/// The SDK panics on a bundle that holds no certificates or broken ones, so they are tried here first.
fn check(pem: &[u8]) -> Result<(), String> {
    let mut roots = rustls::RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem) {
        let certificate = certificate.map_err(|e| format!("{e:?}"))?;
        roots.add(certificate).map_err(|e| e.to_string())?;
    }
    if roots.is_empty() { Err("it holds no certificate".to_owned()) } else { Ok(()) }
}

/// The SDK's clients build a trial connector, roots and all, whenever one of them is made; this puts it off to the first
/// request, so that opening twenty scopes reads the roots once and not eighty times.
#[derive(Debug)]
struct OnFirstUse(SharedHttpClient);

impl HttpClient for OnFirstUse {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        self.0.http_connector(settings, components)
    }

    fn connector_metadata(&self) -> Option<ConnectorMetadata> {
        self.0.connector_metadata()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_bundle_that_is_no_bundle_is_a_sentence_and_not_a_panic()
    -> Result<(), Box<dyn std::error::Error>> {
        let dir = tempfile::tempdir()?;
        let path = dir.path().join("bundle.pem");
        let missing = client(Some(&path)).await.err().unwrap_or_default();
        assert!(missing.contains("cannot be read") && missing.contains("bundle.pem"), "{missing}");
        for text in [
            "",
            "nonsense",
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
            "-----BEGIN CERTIFICATE-----\n",
        ] {
            std::fs::write(&path, text)?;
            let told = client(Some(&path)).await.err().unwrap_or_default();
            assert!(told.contains("is not usable"), "{text:?}: {told}");
        }
        Ok(())
    }
}
