//! The host: one engine, its packs.

use std::sync::Arc;
use std::time::SystemTime;

use muster_core::digest::sha256_hex;
use muster_core::finding::{PackId, Rule};
use wasmtime::Engine;
use wasmtime::component::{Component, HasSelf, Linker};

use crate::INTERFACE;
use crate::bindings::{Pack as World, PackPre};
use crate::cache::{Cache, Cleaned, Doubt};
use crate::call::{self, Stop};
use crate::compile;
use crate::error::{CacheError, DescribeError, HostError, LoadError};
use crate::evaluate::pool;
use crate::limits::{Limits, MEMORY_MAX_BYTES};
use crate::pulse::{Cancel, Pulse, Ticker};
use crate::shape;
use crate::state::State;

/// Runs packs. Made once for a process; packs of it share the engine.
pub struct Host {
    engine: Engine,
    linker: Linker<State>,
    cache: Option<Cache>,
    compatibility: String,
    pub(crate) pulse: Pulse,
    pub(crate) limits: Limits,
}

/// A pack that can be called: compiled, linked, never run yet.
pub struct Pack {
    /// What it is called.
    pub id: Arc<PackId>,
    /// `sha256:` and the digest of its component.
    pub digest: String,
    /// Where its code came from.
    pub origin: Origin,
    /// Why the cache was not used, if that is worth a word.
    pub doubt: Option<Doubt>,
    pub(crate) linked: PackPre<State>,
    pub(crate) bytes: Arc<[u8]>,
    /// More memory than the limit, when fleet.lock gives it that.
    memory: Option<u64>,
}

impl Pack {
    /// Gives its calls `bytes` of memory, as an entry of fleet.lock may: more than the limit, at most
    /// [`MEMORY_MAX_BYTES`]. Every other limit stays.
    ///
    /// # Errors
    /// When `bytes` is below the usual limit, which no pack needs said, or over the most.
    pub fn with_memory(self, bytes: u64) -> Result<Self, LoadError> {
        let least = Limits::default().memory_bytes;
        if !(least..=MEMORY_MAX_BYTES).contains(&bytes) {
            return Err(LoadError::Memory { pack: self.id.to_string(), bytes, least, most: MEMORY_MAX_BYTES });
        }
        Ok(Self { memory: Some(bytes), ..self })
    }

    /// The limits of its calls.
    pub(crate) fn limits(&self, limits: Limits) -> Limits {
        let memory_bytes = self.memory.map_or(limits.memory_bytes, |memory| memory.max(limits.memory_bytes));
        Limits { memory_bytes, ..limits }
    }
}

/// Where compiled code came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Compiled just now.
    Compiled,
    /// Taken from the cache.
    Cached,
}

/// What a pack says of itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Described {
    /// Its rules, by id.
    pub rules: Vec<Rule>,
    /// Each rule's description as the pack gave it, in the same order: what a lock file pins.
    pub bodies: Vec<String>,
}

impl Host {
    /// A host with these limits, which compiles anew unless it is given a `cache`.
    ///
    /// Time limits count calls of [`Host::tick`]; see [`Host::ticker`]. Fuel counts without them.
    ///
    /// # Errors
    /// When wasmtime does not run on this machine.
    pub fn new(limits: Limits, cache: Option<Cache>) -> Result<Self, HostError> {
        let engine = compile::engine()?;
        let mut linker = Linker::new(&engine);
        World::add_to_linker::<_, HasSelf<_>>(&mut linker, |state| state).map_err(|error| HostError::Engine(format!("{error:#}")))?;
        let compatibility = compile::compatibility(&engine);
        Ok(Self { pulse: Pulse::new(engine.clone()), engine, linker, cache, compatibility, limits })
    }

    /// One tick ([`TICK`](crate::TICK)) of time is over. For callers that own a clock; [`Host::ticker`] for others.
    pub fn tick(&self) {
        self.pulse.tick();
    }

    /// A thread that ticks until it is dropped.
    ///
    /// # Errors
    /// When no thread can be started.
    pub fn ticker(&self) -> Result<Ticker, HostError> {
        Ticker::start(self.pulse.clone())
    }

    /// Loads a component: looks at its names and sizes, compiles it or takes it from the cache, links it. Runs nothing
    /// of it.
    ///
    /// # Errors
    /// When it is no pack, is made for another interface, asks for what rules are not given, or is over a limit.
    pub fn load(&self, id: PackId, bytes: &[u8]) -> Result<Pack, LoadError> {
        let name = id.to_string();
        shape::inspect(&name, bytes, &self.limits)?;
        let (bytes, digest): (Arc<[u8]>, _) = (bytes.into(), sha256_hex(bytes));
        let (component, origin, doubt) = self.component(&name, &digest, &bytes)?;
        let link = |error: wasmtime::Error| LoadError::Link { pack: name.clone(), why: format!("{error:#}"), ours: INTERFACE };
        let linked = self.linker.instantiate_pre(&component).and_then(PackPre::new).map_err(link)?;
        Ok(Pack { id: Arc::new(id), digest: format!("sha256:{digest}"), origin, doubt, linked, bytes, memory: None })
    }

    fn component(&self, pack: &str, digest: &str, bytes: &Arc<[u8]>) -> Result<(Component, Origin, Option<Doubt>), LoadError> {
        let compile = || {
            shape::weigh(pack, bytes, &self.limits).and_then(|()| compile::compile(pack, &self.engine, &self.pulse, bytes, &self.limits))
        };
        let Some(cache) = &self.cache else { return Ok((compile()?, Origin::Compiled, None)) };
        let file = format!("{digest}-{}.cwasm", self.compatibility);
        let doubt = match cache.load(&self.engine, &file) {
            Ok(Some(component)) => return Ok((component, Origin::Cached, None)),
            Ok(None) => None,
            Err(doubt) => Some(doubt),
        };
        let component = compile()?;
        let unkept = cache.store(&file, &component).err();
        Ok((component, Origin::Compiled, doubt.or(unkept)))
    }

    /// Removes compiled code that nobody needs, as of `now`: of other versions of muster unused for 7 days, of this one for
    /// 90, and what is over [`CACHE_MAX_BYTES`](crate::CACHE_MAX_BYTES), longest unused first. Worth its listing after
    /// something was compiled.
    ///
    /// # Errors
    /// When the folder cannot be listed or a file in it not be removed.
    pub fn clean_cache(&self, now: SystemTime) -> Result<Cleaned, CacheError> {
        self.cache.as_ref().map_or_else(|| Ok(Cleaned::default()), |cache| cache.clean(&self.compatibility, now))
    }

    /// Asks a pack what its rules are. Done when a pack is locked; later runs use what the lock holds.
    ///
    /// # Errors
    /// When the call ends badly, or what it says is not a list of rules.
    pub fn describe(&self, pack: &Pack) -> Result<Described, DescribeError> {
        let name = pack.id.to_string();
        let stopped = |cause, limit| DescribeError::Stopped { pack: name.clone(), cause, limit };
        let done = pool::on_a_thread(|| call::describe(pack, self.limits, &Cancel::default()))?;
        let mut raw = match done.answer {
            Ok(raw) => raw,
            Err(Stop::Fault { cause, limit, .. }) => return Err(stopped(cause, limit)),
            Err(Stop::Cancelled) => return Err(stopped("cancelled".to_owned(), None)),
        };
        if raw.len() as u64 > self.limits.rules {
            return Err(stopped(format!("it has {} rules", raw.len()), Some(self.limits.hit("rules"))));
        }
        if let Some(rule) = raw.iter().find(|rule| (rule.id.len() + rule.body.len()) as u64 > self.limits.rule_bytes) {
            let cause = format!("a rule describes itself in {} bytes", rule.body.len());
            return Err(stopped(cause, Some(self.limits.hit("rule_bytes"))));
        }
        raw.sort_by(|a, b| a.id.cmp(&b.id));
        if let Some(pair) = raw.windows(2).find(|pair| pair[0].id == pair[1].id) {
            return Err(DescribeError::Twice { pack: name, rule: crate::text::clean(&pair[0].id, 80) });
        }
        let read = |rule: &crate::bindings::exports::muster::rule::check::Rule| Rule::read(&rule.id, &rule.body);
        let rules = raw.iter().map(read).collect::<Result<_, _>>().map_err(|source| DescribeError::Rule { pack: name, source })?;
        Ok(Described { rules, bodies: raw.into_iter().map(|rule| rule.body).collect() })
    }
}

impl std::fmt::Debug for Pack {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Pack({}, {})", self.id, self.digest)
    }
}
