//! A line of stdin in, a line of stdout out.

use std::io::{self, BufRead, BufWriter, Write};

use crate::error::CommandError;
use crate::exit::Exit;

/// Bytes read and written at once.
const BUFFER: usize = 1 << 16;

/// Answers every line that is not blank. Whoever sends one line and waits gets its answer at once; whoever sends many
/// gets them in large pieces.
pub(crate) fn answer(answer: impl FnMut(&[u8], &mut Vec<u8>)) -> Result<Exit, CommandError> {
    let input = io::BufReader::with_capacity(BUFFER, io::stdin().lock());
    let output = BufWriter::with_capacity(BUFFER, io::stdout().lock());
    pass(input, output, answer)?;
    Ok(Exit::Done)
}

fn pass<R: io::Read>(mut input: io::BufReader<R>, mut output: impl Write, mut answer: impl FnMut(&[u8], &mut Vec<u8>)) -> io::Result<()> {
    let (mut line, mut out) = (Vec::new(), Vec::new());
    loop {
        line.clear();
        if input.read_until(b'\n', &mut line)? == 0 {
            return output.flush();
        }
        if !line.trim_ascii().is_empty() {
            out.clear();
            answer(line.trim_ascii_end(), &mut out);
            output.write_all(&out)?;
        }
        if input.buffer().is_empty() {
            output.flush()?;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hands out one piece at a time, and tells what had been written by then.
    struct Pieces<'a>(Vec<&'a [u8]>);

    impl io::Read for Pieces<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            if self.0.is_empty() {
                return Ok(0);
            }
            let piece = self.0.remove(0);
            buffer[..piece.len()].copy_from_slice(piece);
            Ok(piece.len())
        }
    }

    #[derive(Default)]
    struct Flushes(Vec<u8>, usize);

    impl Write for &mut Flushes {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            self.1 += 1;
            Ok(())
        }
    }

    #[test]
    fn lines_are_answered_in_order_and_blank_ones_passed_over() {
        let pieces: Vec<&[u8]> = vec![b"a\nb\r\n\n", b"  \nc", b"d"];
        let mut flushes = Flushes::default();
        pass(io::BufReader::new(Pieces(pieces)), &mut flushes, |line, out| {
            out.extend_from_slice(line);
            out.push(b'\n');
        })
        .expect("io");
        assert_eq!(String::from_utf8(flushes.0).expect("text"), "a\nb\ncd\n");
        assert!(flushes.1 >= 2, "what was asked for in one piece is answered before the next is waited for");
    }
}
