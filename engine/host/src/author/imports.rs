//! What a module or component asks for beyond the world, where that usually comes from, and what takes it out.

use std::fmt;

use wasmparser::{BinaryReaderError, Encoding, Parser, Payload};

use super::componentize::{NOWASI, PREVIEW1};
use crate::text::clean;

/// Imports that a message names; more are counted.
const NAMED: usize = 3;
/// Longest name of an import that a message repeats, in bytes.
const NAME_BYTES: usize = 200;
/// What rules are given, in any 1.x. `types` holds types only.
const GIVEN: [&str; 2] = ["muster:rule/log@1.", "muster:rule/types@1."];

/// An import that rules are not given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// `MODULE.NAME` of a core module's import, or the interface a component imports. Escaped.
    pub import: String,
    /// Where it comes from.
    pub cause: &'static Cause,
}

/// Where an import usually comes from, and what takes it out.
#[derive(Debug, PartialEq, Eq)]
pub struct Cause {
    /// Beginning of the import's name.
    prefix: &'static str,
    /// What brings it in.
    pub why: &'static str,
    /// What takes it out.
    pub remedy: &'static str,
}

/// By prefix; the first that fits counts, and the last fits everything.
static CAUSES: &[Cause] = &[
    Cause { prefix: "wasi:clocks", why: "it reads a clock", remedy: "the time is the argument `now`" },
    Cause {
        prefix: "wasi:random",
        why: "it asks for random numbers, as a hash map of a language's standard library does",
        remedy: "Rust: build for wasm32-unknown-unknown; JavaScript and Python: give `--stub-wasi`",
    },
    Cause { prefix: "wasi:filesystem", why: "it opens files, or its standard library could", remedy: STUB },
    Cause { prefix: "wasi:sockets", why: "it opens connections, or its standard library could", remedy: STUB },
    Cause { prefix: "wasi:http", why: "it has `fetch`", remedy: "remove what calls it, and give the compiler `--stub-wasi`" },
    Cause { prefix: "wasi:", why: "the language's standard library brings it", remedy: STUB },
    Cause { prefix: "wasi_snapshot_preview1.path_", why: "it opens files", remedy: "a rule has none: remove what opens them" },
    Cause { prefix: "wasi_snapshot_preview1.sock_", why: "it opens connections", remedy: "a rule has none: remove what opens them" },
    Cause {
        prefix: "wasi_snapshot_preview1.",
        why: "the standard library calls the system for more than muster answers with constants",
        remedy: "remove what needs files, processes or the network",
    },
    Cause { prefix: "wasi_unstable.", why: "the compiler is from before WASI 0.1", remedy: "use a newer compiler" },
    Cause { prefix: "env.abort", why: "AssemblyScript reports failed assertions with it", remedy: "give asc `--use abort=`" },
    Cause { prefix: "env.seed", why: "`Math.random` of AssemblyScript starts with it", remedy: "remove what needs random numbers" },
    Cause { prefix: "env.memory", why: "the linker was told to import memory", remedy: "remove `--import-memory`" },
    Cause {
        prefix: "env.",
        why: "a function is declared and not defined, often one of libc, which is not linked",
        remedy: "define it in the pack, or do without",
    },
    Cause { prefix: "__wbindgen", why: WBINDGEN, remedy: WBINDGEN_OUT },
    Cause { prefix: "wbg.", why: WBINDGEN, remedy: WBINDGEN_OUT },
    Cause { prefix: "gojs.", why: "it was built with GOOS=js", remedy: "build with GOOS=wasip1" },
    Cause {
        prefix: "muster:rule/check@",
        why: "it imports what it should export",
        remedy: "export it, as the glue file of the language does",
    },
    Cause { prefix: "muster:rule/", why: "it was made for a later muster", remedy: "upgrade muster, or use the glue file of this one" },
    Cause { prefix: "", why: "it is outside of the world of rules", remedy: "remove what needs it" },
];

const STUB: &str = "Rust: build for wasm32-unknown-unknown, not wasm32-wasip2; JavaScript and Python: give `--stub-wasi`";
const WBINDGEN: &str = "a crate takes wasm32-unknown-unknown for a browser";
const WBINDGEN_OUT: &str = "find it with `cargo tree --invert wasm-bindgen` and turn off its feature `js` or `wasmbind`";

impl fmt::Display for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`, which rules are not given: {}; {}", self.import, self.cause.why, self.cause.remedy)
    }
}

/// Imports for a message: those with a cause of their own first named, the rest counted.
pub(super) fn listed(asked: &[Asked]) -> String {
    let mut named: Vec<&Asked> = Vec::new();
    for one in asked {
        if !named.iter().any(|other| std::ptr::eq(other.cause, one.cause)) {
            named.push(one);
        }
    }
    named.truncate(NAMED);
    let text = named.iter().map(ToString::to_string).collect::<Vec<_>>().join("; it imports ");
    match asked.len() - named.len() {
        0 => text,
        1 => format!("{text}; and 1 import more"),
        more => format!("{text}; and {more} imports more"),
    }
}

/// Imports beyond the world, in their order.
pub(super) fn asked(wasm: &[u8]) -> Result<Vec<Asked>, BinaryReaderError> {
    let answered = exported(NOWASI)?;
    let given = |import: &str| {
        GIVEN.iter().any(|given| import.starts_with(given))
            || import.strip_prefix(PREVIEW1).and_then(|rest| rest.strip_prefix('.')).is_some_and(|name| answered.iter().any(|a| a == name))
    };
    let imports = imported(wasm)?;
    Ok(imports
        .into_iter()
        .filter(|import| !given(import))
        .map(|import| Asked { cause: cause(&import), import: clean(&import, NAME_BYTES) })
        .collect())
}

fn cause(import: &str) -> &'static Cause {
    // The last prefix is empty.
    CAUSES.iter().find(|cause| import.starts_with(cause.prefix)).unwrap_or(&CAUSES[CAUSES.len() - 1])
}

/// `MODULE.NAME` of a core module's imports, names of a component's.
pub(super) fn imported(wasm: &[u8]) -> Result<Vec<String>, BinaryReaderError> {
    let (mut names, mut depth, mut core) = (Vec::new(), 0_usize, false);
    for payload in Parser::new(0).parse_all(wasm) {
        match payload? {
            Payload::Version { encoding, .. } if depth == 0 => core = encoding == Encoding::Module,
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
            Payload::End(_) => depth = depth.saturating_sub(1),
            Payload::ImportSection(section) if core => {
                for import in section.into_imports() {
                    let import = import?;
                    names.push(format!("{}.{}", import.module, import.name));
                }
            }
            Payload::ComponentImportSection(section) if depth == 0 => {
                for import in section {
                    names.push(import?.name.name.to_owned());
                }
            }
            _ => {}
        }
    }
    Ok(names)
}

fn exported(module: &[u8]) -> Result<Vec<String>, BinaryReaderError> {
    let mut names = Vec::new();
    for payload in Parser::new(0).parse_all(module) {
        if let Payload::ExportSection(section) = payload? {
            for export in section {
                names.push(export?.name.to_owned());
            }
        }
    }
    Ok(names)
}
