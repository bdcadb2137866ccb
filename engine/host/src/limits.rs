//! Every limit on a pack, each with its reason. `docs/rules/limits.md` is this table.

use std::time::Duration;

use muster_core::finding::{Grouping, LimitHit};
use serde::{Deserialize, Serialize};

/// How often [`crate::Host::tick`] is to be called while rules are compiled or run: the grain of every time limit.
pub const TICK: Duration = Duration::from_millis(10);
/// Stack of WebAssembly code, in bytes. Endless recursion ends here in under a millisecond. Part of the engine, so
/// not one of [`Limits`]: every call in flight would have to agree on it.
pub const WASM_STACK_BYTES: usize = 1 << 20;
/// Stack of a thread that runs guests, in bytes: the guest's part, and as much again three times for the host's own
/// frames below and above it, so that a guest's recursion is a trap of the guest and never an overflow of ours.
pub const WORKER_STACK_BYTES: usize = 4 << 20;
/// Most memory that an entry of fleet.lock may give a pack, in bytes: eight times the usual, for a guest that brings an
/// interpreter and joins a whole fleet. On two threads it is a gigabyte, which the machines of CI have.
pub const MEMORY_MAX_BYTES: u64 = 512 << 20;
/// The limit that a group which is never cut ends at, as [`Limits`] calls it.
const GROUP_BYTES: &str = "group_bytes";
/// What the cached code depends on beside wasmtime's own settings. Raise it when a limit is compiled into the code.
pub const CACHE_VERSION: u32 = 2;

/// A limit as documentation and messages show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// Its name.
    pub name: &'static str,
    /// Its value unless a lock file says otherwise, in `unit`.
    pub value: u64,
    /// What is counted.
    pub unit: &'static str,
    /// Why it is there, and why this much.
    pub why: &'static str,
}

macro_rules! limits {
    ($($name:ident = $value:expr, $unit:literal, $why:literal;)*) => {
        /// What a pack may use. The fields are the rows of [`TABLE`].
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case", default, deny_unknown_fields)]
        pub struct Limits { $(#[doc = $why] #[doc = concat!(" In ", $unit, ".")] pub $name: u64,)* }

        impl Default for Limits {
            fn default() -> Self {
                Self { $($name: $value,)* }
            }
        }

        /// All limits, in the order in which a pack meets them.
        pub const TABLE: &[Limit] = &[$(Limit { name: stringify!($name), value: $value, unit: $unit, why: $why }),*];

        impl Limits {
            /// The stricter of both, limit by limit.
            #[must_use]
            pub fn at_most(self, other: Self) -> Self {
                Self { $($name: self.$name.min(other.$name),)* }
            }

            fn value(&self, name: &str) -> u64 {
                match name {
                    $(stringify!($name) => self.$name,)*
                    _ => 0,
                }
            }
        }
    };
}

limits! {
    component_bytes = 32 << 20, "bytes",
        "A compiler's time and memory grow with its input. Python's runtime in a component takes 18 MiB, the largest of ten languages.";
    functions = 200_000, "functions",
        "Sixty thousand empty functions in 650 KB cost three seconds to compile, so bytes alone do not bound the time.";
    function_bytes = 1 << 20, "bytes",
        "Register allocation grows faster than the function: 1.2 MB in one body cost two seconds. Python's largest takes 427 KB. What sets up a module is one function, and counts.";
    control_flow = 64_000_000, "points",
        "A compiler takes quadratic time over blocks in blocks and over many locals in many loops: 12 KB of them took 25 s, 24 KB 490 MB. Python has seven million points in all its functions, Go five.";
    nesting = 8, "components",
        "Components within components. JavaScript is built of four.";
    definitions = 65_536, "definitions",
        "What a component is made of beside its modules, each as often as what it stands in is instantiated: JavaScript's has 14,600.";
    declarations = 262_144, "declarations",
        "Types, imports, exports, globals, elements and segments of all modules, which a compiler keeps beside their code. Go has 51,000.";
    image_bytes = 64 << 20, "bytes",
        "What memories hold when a call begins, gaps included: two bytes of a module can ask for 16 MiB. Python asks for 12 MB.";
    compile_ticks = 6_000, "ticks of 10 ms",
        "One minute. The slowest of ten languages took 14 s on one thread; what takes longer would be taken for a hang.";
    rules = 256, "rules",
        "A person cannot read more; all checks of the built-in packs together are under two hundred.";
    rule_bytes = 64 << 10, "bytes",
        "The description of one rule, help text and parameter schema included.";
    chunk_documents = 1_000, "documents",
        "From 250 on the cost of a new store vanishes; above 1,000 nothing is won, and halving after a fault gets longer.";
    batch_bytes = 8 << 20, "bytes",
        "One call's documents of a rule that looks at each alone. They are copied into the guest, and what is larger is cut.";
    group_bytes = 192 << 20, "bytes",
        "One call's documents of a rule that joins them, which nothing can cut: 100,000 instances with a volume each have 138 MB, 100,000 snapshots 35 MB.";
    fuel_base = 100_000_000, "fuel",
        "What a call may use before its first document: Python starts with 1.5 million. Fuel is counted by the code itself, so it ends the same call at the same place everywhere.";
    fuel_per_document = 1_000_000, "fuel",
        "Rust uses 8,000 a document, Python 160,000.";
    fuel_per_byte = 2_000, "fuel",
        "Bodies differ a hundredfold in size. Rust uses 14 a byte, Python 280.";
    call_ticks = 6_000, "ticks of 10 ms",
        "One minute for each `batch-bytes` begun, the belt beside the fuel: six times what the fuel of so much can last, so on a loaded machine too it is fuel that decides.";
    memory_bytes = 64 << 20, "bytes",
        "All linear memories of a call together, before its first document. The hungriest of ten languages needed 32 MiB for 10,000 documents.";
    memory_per_byte = 2, "bytes",
        "The batch stands in the guest once, and what a rule keeps of it beside it.";
    table_elements = 262_144, "elements",
        "All tables of a call together: 2 MiB of pointers. Go's and Python's tables hold some tens of thousands.";
    instances = 256, "instances",
        "Of modules and components, through all nesting, which wasmtime writes out one by one: 10 KB can ask for a thousand million. Python has 41.";
    instance_bytes = 16 << 20, "bytes",
        "What the host keeps of all instances of modules, which is no memory of theirs: 5 MB of globals, instantiated 200 times, took 3.2 GB. Python and Go take 0.8 MB.";
    memories = 32, "memories",
        "Each reserves 4 GiB of address space; JavaScript on QuickJS has three.";
    tables = 256, "tables",
        "One for each core instance.";
    component_handles = 10_000, "handles",
        "Handles of resources that live at the same time. The interface has none; what a guest makes for itself costs the host some tens of bytes each.";
    hostcall_bytes = 16 << 20, "bytes",
        "What one call may hand over, before its first document. A 2.5 MB guest whose 4,096 findings share one string made 4 GB in the host without it.";
    hostcall_per_document = 1 << 10, "bytes",
        "A finding of each, with message and evidence: 300 are usual.";
    log_lines = 1_000, "lines",
        "Each line is a call into the host, which costs no fuel.";
    log_bytes = 64 << 10, "bytes",
        "All log lines of a call together.";
    message_bytes = 4 << 10, "bytes",
        "A message is one line for a person.";
    evidence_bytes = 64 << 10, "bytes",
        "Evidence of one finding. A report of 10,000 findings must still open.";
    evidence_values = 4_000, "values",
        "JSON values in the evidence of one finding: some take 60 times their text in memory. Ids of resources fill the bytes first.";
    evidence_run_bytes = 256 << 20, "bytes",
        "What the evidence of one rule takes in memory in one run: 100,000 findings with six members each take 130 MB.";
    halving_calls = 64, "calls",
        "Further calls to find which document a rule fails on: 20 find one among 1,000. A rule that fails on everything stops here.";
    replays = 3, "files",
        "Replay files of one rule in one run. Each holds the component and the documents.";
}

impl Limits {
    /// Fuel of a call over this many documents and bytes.
    #[must_use]
    pub const fn fuel(&self, documents: u64, bytes: u64) -> u64 {
        self.fuel_base
            .saturating_add(self.fuel_per_document.saturating_mul(documents))
            .saturating_add(self.fuel_per_byte.saturating_mul(bytes))
    }

    /// The limits of one call over this many documents and bytes: memory, time and what may be handed over grow with what is given.
    pub(crate) fn of_call(self, documents: u64, bytes: u64) -> Self {
        let batches = bytes.div_ceil(self.batch_bytes.max(1)).max(1);
        Self {
            call_ticks: self.call_ticks.saturating_mul(batches),
            memory_bytes: self.memory_bytes.saturating_add(self.memory_per_byte.saturating_mul(bytes)),
            hostcall_bytes: self.hostcall_bytes.saturating_add(self.hostcall_per_document.saturating_mul(documents)),
            ..self
        }
    }

    /// The limit on the bytes of one call's documents: a group that is never cut has one of its own.
    pub(crate) const fn of_batch(&self, grouping: Grouping) -> (&'static str, u64) {
        match grouping {
            Grouping::Each => ("batch_bytes", self.batch_bytes),
            Grouping::Scope | Grouping::Fleet => (GROUP_BYTES, self.group_bytes),
        }
    }

    /// The limit of this name as a fault shows it.
    pub(crate) fn hit(&self, name: &str) -> LimitHit {
        let unit = TABLE.iter().find(|limit| limit.name == name).map_or("", |limit| limit.unit);
        LimitHit { name: name.replace('_', "-"), value: self.value(name), unit: unit.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hit_has_the_value_that_counted() {
        let limits = Limits { memory_bytes: 65_536, ..Limits::default() };
        assert_eq!(limits.hit("memory_bytes").to_string(), "memory-bytes (65536 bytes)");
        assert!(TABLE.iter().all(|limit| Limits::default().value(limit.name) == limit.value && limit.value > 0));
    }

    #[test]
    fn the_page_of_limits_is_this_table() {
        let page =
            std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/rules/limits.md")).expect("docs/rules/limits.md");
        for limit in TABLE {
            let row = format!("| `{}` | {} {} | {} |", limit.name.replace('_', "-"), grouped(limit.value), limit.unit, limit.why);
            assert!(page.contains(&row), "docs/rules/limits.md lacks this row:\n{row}");
        }
        assert_eq!(page.lines().filter(|line| line.starts_with("| `")).count(), TABLE.len());
    }

    fn grouped(value: u64) -> String {
        let digits = value.to_string();
        let parts: Vec<&str> = digits.as_bytes().rchunks(3).rev().map(|part| std::str::from_utf8(part).expect("digits")).collect();
        parts.join(",")
    }

    #[test]
    fn the_stricter_limit_wins_one_by_one() {
        let (one, two) = (Limits { rules: 1, ..Limits::default() }, Limits { log_lines: 2, ..Limits::default() });
        assert_eq!(one.at_most(two), Limits { rules: 1, log_lines: 2, ..Limits::default() });
    }

    #[test]
    fn what_a_call_may_use_follows_what_it_is_given() {
        let mib = 1 << 20;
        let of = |documents, bytes| {
            let Limits { call_ticks, memory_bytes, hostcall_bytes, .. } = Limits::default().of_call(documents, bytes);
            (call_ticks, memory_bytes / mib, hostcall_bytes / mib)
        };
        assert_eq!(of(0, 0), (6_000, 64, 16));
        assert_eq!(of(1_000, 8 * mib), (6_000, 80, 16), "the largest batch has a minute");
        assert_eq!(of(1_024, 8 * mib + 1), (12_000, 80, 17));
        let most = Limits::default().group_bytes;
        assert_eq!(of(100 * 1_024, most), (24 * 6_000, 448, 116));
        assert!(Limits::default().of_call(0, most).memory_bytes < MEMORY_MAX_BYTES, "no call has more than fleet.lock may give");
        assert_eq!(Limits::default().of_call(u64::MAX, u64::MAX).memory_bytes, u64::MAX);
    }

    #[test]
    fn fuel_never_wraps() {
        assert_eq!(Limits::default().fuel(1, 559), 100_000_000 + 1_000_000 + 2_000 * 559);
        assert_eq!(Limits::default().fuel(u64::MAX, u64::MAX), u64::MAX);
    }
}
