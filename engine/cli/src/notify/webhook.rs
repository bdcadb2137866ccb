//! A POST to a webhook. Plain HTTP goes to this machine only and needs no library; TLS comes with the live account.

use std::time::Duration;

use muster_core::notify::HookUrl;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Time of one attempt.
const LIMIT: Duration = Duration::from_secs(10);
/// Pauses between attempts: two retries.
const PAUSES: [Duration; 2] = [Duration::from_millis(500), Duration::from_secs(2)];
/// Longest first line of an answer, in bytes.
const STATUS_LINE_MAX: u64 = 4096;

/// Posts JSON, up to three times; the error says why in words and holds nothing of the URL.
pub(super) async fn post(url: &HookUrl, body: &str) -> Result<(), String> {
    let mut pauses = PAUSES.iter();
    loop {
        let (why, passing) = match once(url, body).await {
            Ok(status) => match judged(status) {
                Ok(()) => return Ok(()),
                Err(verdict) => verdict,
            },
            Err(why) => (why, true),
        };
        match pauses.next() {
            Some(pause) if passing => tokio::time::sleep(*pause).await,
            _ => return Err(why),
        }
    }
}

/// What a status means, and whether it may be another one in a moment.
fn judged(status: u16) -> Result<(), (String, bool)> {
    match status {
        200..=299 => Ok(()),
        300..=399 => Err((format!("it answered {status}: it redirects, which is not followed"), false)),
        408 | 429 | 500..=599 => Err((format!("it answered {status}, three times"), true)),
        _ => Err((format!("it answered {status}"), false)),
    }
}

async fn once(url: &HookUrl, body: &str) -> Result<u16, String> {
    if url.is_tls() {
        return tls(url, body).await;
    }
    match tokio::time::timeout(LIMIT, plain(url, body)).await {
        Ok(Ok(status)) => Ok(status),
        Ok(Err(error)) => Err(format!("no connection: {}", error.kind())),
        Err(_) => Err(format!("no answer within {} s", LIMIT.as_secs())),
    }
}

#[cfg(feature = "aws")]
async fn tls(url: &HookUrl, body: &str) -> Result<u16, String> {
    muster_aws::post_json(url.expose(), body, LIMIT).await
}

#[cfg(not(feature = "aws"))]
#[expect(clippy::unused_async, reason = "the same signature as with the feature")]
async fn tls(_url: &HookUrl, _body: &str) -> Result<u16, String> {
    Err("this build has no TLS: it was made without the cargo feature `aws`".to_owned())
}

/// One exchange of HTTP/1.1: the request, and the first line of the answer.
async fn plain(url: &HookUrl, body: &str) -> std::io::Result<u16> {
    let mut stream = TcpStream::connect((url.host(), url.port())).await?;
    let host = if url.host().contains(':') { format!("[{}]", url.host()) } else { url.host().to_owned() };
    let head = format!(
        "POST {} HTTP/1.1\r\nHost: {host}:{}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        url.expose_path(),
        url.port(),
        body.len()
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(body.as_bytes()).await?;
    let mut answer = Vec::new();
    let mut reading = stream.take(STATUS_LINE_MAX);
    while !answer.contains(&b'\n') && reading.read_buf(&mut answer).await? > 0 {}
    let line = String::from_utf8_lossy(&answer);
    let status = line.strip_prefix("HTTP/1.").and_then(|rest| rest.get(2..5)).and_then(|digits| digits.parse().ok());
    status.ok_or_else(|| std::io::ErrorKind::InvalidData.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::TcpListener;

    /// A server that answers each connection with the next of these, and the bodies it was sent.
    async fn serve(answers: &'static [&'static str]) -> (HookUrl, tokio::task::JoinHandle<Vec<String>>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("port");
        let port = listener.local_addr().expect("address").port();
        let serving = tokio::spawn(async move {
            let mut seen = Vec::new();
            for answer in answers {
                let (mut stream, _) = listener.accept().await.expect("connection");
                let mut request = Vec::new();
                while !request.ends_with(b"}") {
                    stream.read_buf(&mut request).await.expect("request");
                }
                seen.push(String::from_utf8(request).expect("UTF-8"));
                stream.write_all(answer.as_bytes()).await.expect("answer");
            }
            seen
        });
        (HookUrl::parse(&format!("http://127.0.0.1:{port}/hook?x=1")).expect("url"), serving)
    }

    #[tokio::test]
    async fn a_notice_is_posted_and_a_fault_of_the_moment_tried_again() {
        let (url, serving) = serve(&["HTTP/1.1 503 Busy\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"]).await;
        assert_eq!(post(&url, r#"{"a":"김"}"#).await, Ok(()));
        let seen = serving.await.expect("served");
        assert_eq!(seen.len(), 2);
        assert!(
            seen[1].starts_with("POST /hook?x=1 HTTP/1.1\r\n")
                && seen[1].contains("Content-Length: 11\r\n")
                && seen[1].ends_with("\r\n\r\n{\"a\":\"김\"}"),
            "{}",
            seen[1]
        );
    }

    #[tokio::test]
    async fn what_will_not_change_is_not_tried_again_and_redirects_are_not_followed() {
        let (url, serving) = serve(&["HTTP/1.1 404 Not Found\r\n\r\n"]).await;
        assert_eq!(post(&url, "{}").await, Err("it answered 404".to_owned()));
        assert_eq!(serving.await.expect("served").len(), 1);
        let (url, _) = serve(&["HTTP/1.1 302 Found\r\nLocation: https://elsewhere.example\r\n\r\n"]).await;
        assert!(post(&url, "{}").await.is_err_and(|why| why.contains("redirects")));
    }

    #[tokio::test]
    async fn nobody_listening_is_said_without_the_path() {
        let url = HookUrl::parse("http://127.0.0.1:1/s3cret").expect("url");
        let why = post(&url, "{}").await.expect_err("nobody");
        assert_eq!(why, "no connection: connection refused");
    }
}
