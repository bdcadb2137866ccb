use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

/// Write rules of your own: packs in WebAssembly, from any language
#[derive(Debug, Args)]
pub(crate) struct Rule {
    #[command(subcommand)]
    pub(crate) command: RuleCommand,
}

/// What to do about packs of rules.
#[derive(Debug, Subcommand)]
pub(crate) enum RuleCommand {
    New(RuleNew),
    /// Run the pack's compiler, and make a component of what it writes
    ///
    /// The compiler is all an author needs: the world is embedded, calls of WASI are answered inside, imports are checked, and what
    /// the pack says of itself is written into it. Result: NAME.wasm beside muster-rule.toml, its size and its digest; built.json there
    /// says of which sources it is.
    Build(RulePack),
    Test(RuleTest),
    Bench(RuleBench),
    Inspect(RuleInspect),
    Replay(RuleReplay),
    Lock(RuleLock),
    /// Compare the packs of `advisor.packs` with fleet.lock; ends with 65 when they differ
    Verify,
}

/// Pin the packs of `advisor.packs` in fleet.lock, with what each may read
///
/// What a pack reads more than before is shown, kinds, facets and IAM actions, and stands in the diff of fleet.lock. A pack whose
/// sources changed since it was built is refused.
#[derive(Debug, Args)]
pub(crate) struct RuleLock {
    /// Pin packs as they were built, though their sources changed since
    #[arg(long)]
    pub(crate) as_built: bool,
}

/// Which pack.
#[derive(Debug, Args)]
pub(crate) struct RulePack {
    /// Folder of the pack, where muster-rule.toml is
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub(crate) pack: PathBuf,
}

/// Begin a pack: one finished rule with its cases, in a language of your choice
///
/// It builds and its cases pass as it is. Nothing is overwritten, and nothing comes over the network: the SDK for Rust is in the
/// binary.
#[derive(Debug, Args)]
pub(crate) struct RuleNew {
    /// Name of the pack, by which policies call its rules
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// Language of the rule
    #[arg(long, value_name = "LANGUAGE", value_enum)]
    pub(crate) lang: Lang,
    /// Folder to write [default: NAME]
    #[arg(long, value_name = "DIR")]
    pub(crate) pack: Option<PathBuf>,
}

/// A language of rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Lang {
    /// The SDK makes a rule a page long
    Rust,
    /// No libc, 10 KB
    C,
    /// No standard library, 10 KB
    Cpp,
    /// With its standard library
    Zig,
    /// On QuickJS
    Javascript,
    /// No JSON library, 10 KB
    Assemblyscript,
    /// With its standard library, 18 MB
    Python,
    /// With its standard library, 4 MB
    Go,
}

/// Try the cases of a pack: cases/*.yaml, each what a rule is given and what it must find
///
/// Each case is asked four times, twice alike, in the opposite order and one document at a time, and the answers are compared byte for byte. What a rule did not
/// declare among its facets is not in the documents it gets.
#[derive(Debug, Args)]
pub(crate) struct RuleTest {
    #[command(flatten)]
    pub(crate) pack: RulePack,
    /// Only cases whose file name contains this
    #[arg(value_name = "CASE")]
    pub(crate) only: Option<String>,
    /// Write what the rules find into the cases as what is expected: into all, or into none when one cannot be judged; comments stay
    #[arg(long)]
    pub(crate) bless: bool,
    /// Make a case of what the account of fleet.yaml holds, with ids, names, addresses and tag values replaced
    #[arg(long, requires = "kind")]
    pub(crate) record: bool,
    /// Kind of resource to record: `ec2.volume`
    #[arg(long, value_name = "KIND", requires = "record")]
    pub(crate) kind: Option<String>,
    /// Rule to record for, when several judge that kind
    #[arg(long, value_name = "ID", requires = "record")]
    pub(crate) rule: Option<String>,
}

/// Measure what each rule costs: time, fuel and memory
///
/// The documents are those of the cases, repeated. Fuel is the same on every machine; a rule that takes 10 % more of it than
/// bench.json says fails the command. Without the file it is written.
#[derive(Debug, Args)]
pub(crate) struct RuleBench {
    #[command(flatten)]
    pub(crate) pack: RulePack,
    /// Documents of one round
    #[arg(long, value_name = "N", default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) documents: u32,
    /// Rounds, of which the median and the 99th percentile are shown
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(crate) rounds: u32,
    /// Write what is measured into bench.json
    #[arg(long)]
    pub(crate) bless: bool,
}

/// See a fault of a rule again, from the file that `advise` kept below .muster/replay
///
/// It runs the component that is in the file, on the documents that are in it, as of the time then, within the limits of this muster
/// or the file's, whichever is stricter. Nothing is asked of AWS. Ends with 6 when the rule errors, 0 when it does not.
#[derive(Debug, Args)]
pub(crate) struct RuleReplay {
    /// The replay file
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
}

/// Look at a pack without running it: what it says of itself, its digest, its imports, what it reads
#[derive(Debug, Args)]
pub(crate) struct RuleInspect {
    /// The component
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Print the IAM policy that reading what its rules need takes
    #[arg(long, conflicts_with_all = ["schema", "json"])]
    pub(crate) iam: bool,
    /// Print the JSON Schema of its rules' parameters, by rule
    #[arg(long, conflicts_with = "json")]
    pub(crate) schema: bool,
    /// Print everything as JSON
    #[arg(long)]
    pub(crate) json: bool,
}
