//! Webhooks: one POST over the TLS that the SDK brings anyway.

use std::error::Error;
use std::time::Duration;

use aws_smithy_http_client::Connector;
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use aws_smithy_runtime_api::client::http::HttpConnector as _;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;

/// Longest reason taken over, in characters.
const REASON_MAX_CHARS: usize = 120;

/// Posts JSON and answers the HTTP status. Redirects are not followed and the answer's body is not read. A proxy of the environment is
/// used. The error says why in words and holds no part of the URL.
///
/// # Errors
/// When no answer comes within `limit`, or the connection fails.
pub async fn post_json(url: &str, body: &str, limit: Duration) -> Result<u16, String> {
    let request = request(url, body)?;
    let tls = Provider::Rustls(CryptoMode::AwsLc);
    let connector = Connector::builder().proxy_config(ProxyConfig::from_env()).tls_provider(tls).build();
    match tokio::time::timeout(limit, connector.call(request)).await {
        Ok(Ok(response)) => Ok(response.status().as_u16()),
        Ok(Err(error)) => Err(reason(&error)),
        Err(_) => Err(format!("no answer within {} s", limit.as_secs())),
    }
}

fn request(url: &str, body: &str) -> Result<HttpRequest, String> {
    let mut request = HttpRequest::new(SdkBody::from(body));
    let built = request.set_method("POST").is_ok() && request.set_uri(url).is_ok();
    if !built {
        return Err("its URL cannot be used".to_owned());
    }
    request.headers_mut().insert("content-type", "application/json");
    request.headers_mut().insert("user-agent", concat!("muster/", env!("CARGO_PKG_VERSION")));
    Ok(request)
}

/// The last cause, which is the network's own word; left out when it repeats a URL.
fn reason(error: &(dyn Error + 'static)) -> String {
    let mut last = error;
    while let Some(source) = last.source() {
        last = source;
    }
    let text = last.to_string().split_whitespace().collect::<Vec<_>>().join(" ");
    let shown: String = text.chars().take(REASON_MAX_CHARS).collect();
    if shown.contains("://") || shown.is_empty() { "no connection".to_owned() } else { format!("no connection: {shown}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_says_what_it_carries() {
        let request = request("https://hooks.example.com/s3cret", "{}").expect("request");
        assert_eq!((request.method(), request.uri()), ("POST", "https://hooks.example.com/s3cret"));
        assert_eq!(request.headers().get("content-type"), Some("application/json"));
    }

    #[test]
    fn a_reason_holds_no_url() {
        let with_url = std::io::Error::other("cannot reach https://hooks.example.com/s3cret");
        assert_eq!(reason(&with_url), "no connection");
        assert_eq!(reason(&std::io::Error::other("refused")), "no connection: refused");
    }
}
