//! Percent-encoding, as IAM answers documents and as a description of muster's keeps what it may not hold.

/// Text without its percent-encoding (RFC 3986, section 2.1); a `%` that no two hexadecimal digits follow stays as it is. Bytes
/// that are no UTF-8 become U+FFFD.
#[must_use]
pub fn decoded(text: &str) -> String {
    let (mut bytes, mut rest) = (Vec::with_capacity(text.len()), text.as_bytes());
    while let [first, tail @ ..] = rest {
        let byte = (*first == b'%').then(|| encoded_byte(tail)).flatten();
        bytes.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { &tail[2..] } else { tail };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// What the two digits behind a `%` stand for. `from_str_radix` alone would take a sign for a digit.
fn encoded_byte(tail: &[u8]) -> Option<u8> {
    let pair = tail.get(..2).filter(|pair| pair.iter().all(u8::is_ascii_hexdigit))?;
    u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_digits_are_a_byte() {
        assert_eq!(["%25", "a%3Db%3d", "%EA%B9%80", "%ff"].map(decoded), ["%", "a=b=", "김", "\u{fffd}"]);
    }

    #[test]
    fn a_percent_sign_that_encodes_nothing_stays() {
        let plain = ["", "100%", "%2", "%zz", "%+f", "%-1", "% 1", "%김"];
        assert_eq!(plain.map(decoded), plain);
        assert_eq!(decoded("%%41"), "%A");
    }
}
