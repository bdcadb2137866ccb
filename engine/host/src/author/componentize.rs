//! A component of what a compiler wrote: the world embedded, WASI answered inside, the canonical ABI wrapped around.
//!
//! The same module gives the same bytes everywhere; they change with the release of `wit-component`, which writes its
//! version into them.

use wasm_encoder::{ExportSection, Module, RawSection};
use wasmparser::{BinaryReaderError, Encoding, ExportSectionReader, Parser, Payload};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

use super::WIT;
use super::imports::{self, Asked};
use crate::sniff;

/// What WASI 0.1 is called among the imports of a module.
pub(super) const PREVIEW1: &str = "wasi_snapshot_preview1";
/// WASI 0.1 answered by constants: clock 1 s, a fixed stream for random, no files, output swallowed. Linked into a
/// component whose language insists on WASI, so that the component itself imports none. Made of `nowasi.wat`.
pub(super) const NOWASI: &[u8] = include_bytes!("nowasi.wasm");
/// The interface a pack exports.
const CHECK: &str = "muster:rule/check@1.0.0";
/// Its functions. A language whose export names are identifiers may use these alone.
const FUNCTIONS: [&str; 2] = ["describe", "evaluate"];

/// Why no component could be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ComponentizeError {
    /// Not WebAssembly, or damaged.
    #[error("what the compiler wrote is no WebAssembly: {0}")]
    Broken(String),
    /// It asks for what no rule is given.
    #[error("it imports {}", imports::listed(.0))]
    Imports(Vec<Asked>),
    /// A function of the interface is missing.
    #[error("it exports no function `{CHECK}#{0}`, nor `{0}`; the glue file of the language does")]
    Export(&'static str),
    /// The canonical ABI does not fit.
    #[error("it does not fit interface {ours}: {why}", ours = crate::INTERFACE)]
    Shape {
        /// What the encoder said.
        why: String,
    },
}

/// The component of a core module. A component is given back as it is, if it imports nothing beyond the world.
///
/// Exports named `describe` and `evaluate` are renamed to the interface's, for languages that cannot write its names.
///
/// # Errors
/// When it is no WebAssembly, imports what rules are not given, or does not export the interface.
pub fn componentize(wasm: &[u8]) -> Result<Vec<u8>, ComponentizeError> {
    let broken = |error: BinaryReaderError| ComponentizeError::Broken(sniff::what(wasm, error.offset()));
    let asked = imports::asked(wasm).map_err(broken)?;
    if !asked.is_empty() {
        return Err(ComponentizeError::Imports(asked));
    }
    let module = Outline::read(wasm).map_err(broken)?;
    if module.component {
        return Ok(wasm.to_vec());
    }
    if let Some(missing) = FUNCTIONS.into_iter().find(|function| !module.exports_function(function)) {
        return Err(ComponentizeError::Export(missing));
    }
    let mut core = if module.plain() { renamed(wasm).map_err(broken)? } else { wasm.to_vec() };
    if !module.typed {
        embed(&mut core)?;
    }
    encode(&core, module.preview1)
}

/// What must be known of a module before it is wrapped.
#[derive(Default)]
struct Outline {
    component: bool,
    /// Whether it carries its world already, as modules of wit-bindgen do.
    typed: bool,
    /// Whether it wants WASI 0.1.
    preview1: bool,
    exports: Vec<String>,
}

impl Outline {
    fn read(wasm: &[u8]) -> Result<Self, BinaryReaderError> {
        let mut outline = Self::default();
        for payload in Parser::new(0).parse_all(wasm) {
            match payload? {
                Payload::Version { encoding: Encoding::Component, .. } => return Ok(Self { component: true, ..Self::default() }),
                Payload::CustomSection(section) => outline.typed |= section.name().starts_with("component-type"),
                Payload::ImportSection(section) => {
                    for import in section.into_imports() {
                        outline.preview1 |= import?.module == PREVIEW1;
                    }
                }
                Payload::ExportSection(section) => {
                    for export in section {
                        outline.exports.push(export?.name.to_owned());
                    }
                }
                _ => {}
            }
        }
        Ok(outline)
    }

    /// Whether it has none of the interface's names, so that plain ones can mean nothing else.
    fn plain(&self) -> bool {
        !self.exports.iter().any(|export| export.starts_with(CHECK))
    }

    fn exports_function(&self, function: &str) -> bool {
        self.exports.iter().any(|export| export == function || *export == full(function))
    }
}

fn full(function: &str) -> String {
    format!("{CHECK}#{function}")
}

/// The module with the interface's names for its functions. Every other byte stays.
fn renamed(wasm: &[u8]) -> Result<Vec<u8>, BinaryReaderError> {
    let mut module = Module::new();
    for payload in Parser::new(0).parse_all(wasm) {
        let payload = payload?;
        if let Payload::ExportSection(section) = payload {
            module.section(&exports(section)?);
        } else if let Some((id, range)) = payload.as_section() {
            module.section(&RawSection { id, data: &wasm[range] });
        }
    }
    Ok(module.finish())
}

fn exports(section: ExportSectionReader<'_>) -> Result<ExportSection, BinaryReaderError> {
    let mut out = ExportSection::new();
    for export in section {
        let export = export?;
        let name = if FUNCTIONS.contains(&export.name) { full(export.name) } else { export.name.to_owned() };
        out.export(&name, export.kind.into(), export.index);
    }
    Ok(out)
}

/// Writes into the module which world it is for.
fn embed(core: &mut Vec<u8>) -> Result<(), ComponentizeError> {
    let mut resolve = Resolve::default();
    let package = resolve.push_str("rule.wit", WIT).map_err(shape)?;
    let world = resolve.select_world(&[package], Some("pack")).map_err(shape)?;
    embed_component_metadata(core, &resolve, world, StringEncoding::UTF8).map_err(shape)
}

fn encode(core: &[u8], preview1: bool) -> Result<Vec<u8>, ComponentizeError> {
    let mut encoder = ComponentEncoder::default().module(core).map_err(shape)?;
    if preview1 {
        encoder = encoder.adapter(PREVIEW1, NOWASI).map_err(shape)?;
    }
    encoder.encode().map_err(shape)
}

/// All of an error on one line: causes of `wit-component` stand below one another.
fn shape(error: impl std::fmt::Debug + std::fmt::Display) -> ComponentizeError {
    let text = format!("{error:#}");
    ComponentizeError::Shape { why: text.split_whitespace().collect::<Vec<_>>().join(" ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &str = r#"(memory (export "memory") 1)
        (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) i32.const 1024)"#;

    /// What is left among the imports of every component: names of types, which nobody has to provide.
    const TYPES: [&str; 1] = ["muster:rule/types@1.0.0"];

    /// A module with the interface's functions under names that begin with `prefix`.
    fn module(prefix: &str, extra: &str) -> Vec<u8> {
        let text = format!(
            r#"(module {extra} {BODY}
                (func (export "{prefix}describe") (result i32) i32.const 16)
                (func (export "{prefix}evaluate") (param i32 i32 i32 i32 i64 i32 i32 i32 i32) (result i32) i32.const 64))"#
        );
        wat::parse_str(text).expect("WAT that parses")
    }

    fn said(extra: &str) -> String {
        componentize(&module("muster:rule/check@1.0.0#", extra)).expect_err("refused").to_string()
    }

    #[test]
    fn the_answers_to_wasi_are_those_of_the_text() {
        let made = wat::parse_str(include_str!("nowasi.wat")).expect("WAT that parses");
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/src/author/nowasi.wasm"), &made).expect("written");
        }
        assert_eq!(std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/src/author/nowasi.wasm")).expect("nowasi.wasm"), made);
    }

    #[test]
    fn plain_names_and_the_interfaces_make_the_same_component() {
        let plain = componentize(&module("", "")).expect("a component");
        assert_eq!(plain, componentize(&module("muster:rule/check@1.0.0#", "")).expect("a component"));
        assert_eq!(componentize(&plain), Ok(plain.clone()), "a component stays as it is");
        assert_eq!(imports::imported(&plain).expect("names"), TYPES);
    }

    #[test]
    fn wasi_is_answered_inside() {
        let clock = r#"(import "wasi_snapshot_preview1" "clock_time_get" (func (param i32 i64 i32) (result i32)))"#;
        let component = componentize(&module("", clock)).expect("a component");
        assert_eq!(imports::imported(&component).expect("names"), TYPES);
    }

    #[test]
    fn an_import_is_named_with_its_cause_and_what_takes_it_out() {
        assert_eq!(
            said(r#"(import "env" "strlen" (func (param i32) (result i32)))"#),
            "it imports `env.strlen`, which rules are not given: a function is declared and not defined, often one of libc, which is not \
             linked; define it in the pack, or do without"
        );
        let files = r#"(import "wasi_snapshot_preview1" "path_open" (func)) (import "wasi_snapshot_preview1" "path_unlink_file" (func))
            (import "__wbindgen_placeholder__" "f" (func))"#;
        assert_eq!(
            said(files),
            "it imports `wasi_snapshot_preview1.path_open`, which rules are not given: it opens files; a rule has none: remove what opens \
             them; it imports `__wbindgen_placeholder__.f`, which rules are not given: a crate takes wasm32-unknown-unknown for a browser; find \
             it with `cargo tree --invert wasm-bindgen` and turn off its feature `js` or `wasmbind`; and 1 import more"
        );
        let clock = r#"(component (import "wasi:clocks/wall-clock@0.2.9" (instance)))"#;
        let asked = componentize(&wat::parse_str(clock).expect("WAT that parses")).expect_err("refused").to_string();
        assert_eq!(
            asked,
            "it imports `wasi:clocks/wall-clock@0.2.9`, which rules are not given: it reads a clock; the time is the argument `now`"
        );
    }

    #[test]
    fn what_is_no_pack_says_what_is_missing() {
        let refused = |wasm: &[u8]| componentize(wasm).expect_err("refused").to_string();
        let empty = wat::parse_str("(module)").expect("WAT that parses");
        assert_eq!(
            refused(&empty),
            "it exports no function `muster:rule/check@1.0.0#describe`, nor `describe`; the glue file of the language does"
        );
        assert_eq!(refused(b"text"), "what the compiler wrote is no WebAssembly: it is text");
        let other = wat::parse_str(
            r#"(module (memory (export "memory") 1) (func (export "describe")) (func (export "evaluate")) (func (export "cabi_realloc")))"#,
        );
        let shape = refused(&other.expect("WAT that parses"));
        assert!(shape.starts_with("it does not fit interface 1.0.0: ") && !shape.contains('\n'), "{shape}");
    }
}
