//! Where calls go.

/// True for an endpoint on this machine.
pub(crate) fn is_loopback(endpoint: &str) -> bool {
    let rest = endpoint.split_once("://").map_or(endpoint, |(_, rest)| rest);
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    let host = match authority.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    };
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_endpoints() {
        for endpoint in ["http://127.0.0.1:5000", "http://localhost", "http://[::1]:5000/x", "127.0.0.2:1"] {
            assert!(is_loopback(endpoint), "{endpoint}");
        }
        for endpoint in ["https://ec2.amazonaws.com", "http://10.0.0.1:5000", "http://localhost.example", "http://127.0.0.1.example"] {
            assert!(!is_loopback(endpoint), "{endpoint}");
        }
    }
}
