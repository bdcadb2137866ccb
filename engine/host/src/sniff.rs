//! What bytes are that are no WebAssembly, for people: a parser only says that a number at its beginning is another.

/// What WebAssembly begins with.
const MAGIC: &[u8] = b"\0asm";
/// How files begin that are taken for packs.
const BEGINNINGS: [(&[u8], &str); 5] = [
    (b"PK\x03\x04", "it is a zip archive"),
    (b"\x1f\x8b", "it is compressed with gzip"),
    (b"\x7fELF", "it is a program for this machine, not for WebAssembly"),
    (b"!<arch>", "it is a library that was not linked"),
    (b"version https://git-lfs", "it is a pointer of Git LFS; `git lfs pull` brings the file"),
];
/// How much of a file is looked at to tell text from bytes.
const LOOKED_AT: usize = 512;

/// What `bytes` are, that a parser of WebAssembly gave up on at byte `at`.
pub(crate) fn what(bytes: &[u8], at: usize) -> String {
    if bytes.is_empty() {
        return "it is empty".to_owned();
    }
    if bytes.starts_with(MAGIC) {
        return format!("it begins as WebAssembly and is cut short or damaged at byte {at} of {}", bytes.len());
    }
    if let Some((_, what)) = BEGINNINGS.iter().find(|(beginning, _)| bytes.starts_with(beginning)) {
        return (*what).to_owned();
    }
    match text(bytes) {
        Some(text) if text.trim_start().starts_with("(component") || text.trim_start().starts_with("(module") => {
            "it is WebAssembly as text, not as bytes".to_owned()
        }
        Some(_) => "it is text".to_owned(),
        None => "it does not begin as WebAssembly does".to_owned(),
    }
}

/// The beginning of the bytes, when it is text.
fn text(bytes: &[u8]) -> Option<&str> {
    let head = &bytes[..bytes.len().min(LOOKED_AT)];
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        // The cut may go through a character.
        Err(error) if error.error_len().is_none() => std::str::from_utf8(&head[..error.valid_up_to()]).ok()?,
        Err(_) => return None,
    };
    text.chars().all(|c| !c.is_control() || c.is_whitespace()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_for_a_pack_is_called_by_its_name() {
        assert_eq!(what(b"", 0), "it is empty");
        assert_eq!(what(b"fleet: f\n", 0), "it is text");
        assert_eq!(what("ä".repeat(400).as_bytes(), 0), "it is text");
        assert_eq!(what(b" (component)", 0), "it is WebAssembly as text, not as bytes");
        assert_eq!(what(b"PK\x03\x04", 0), "it is a zip archive");
        assert_eq!(what(b"\x00\x01", 0), "it does not begin as WebAssembly does");
        assert_eq!(what(b"\0asm\x0d\0\x01\0\xff", 8), "it begins as WebAssembly and is cut short or damaged at byte 8 of 9");
    }
}
