//! The engine, and compiling within a limit of time.

use std::hash::{Hash, Hasher};
use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use sha2::{Digest as _, Sha256};
use wasmtime::component::Component;
use wasmtime::{Config, Engine, OptLevel, WasmBacktraceDetails};

use crate::error::{HostError, LoadError};
use crate::limits::{CACHE_VERSION, Limits, WASM_STACK_BYTES, WORKER_STACK_BYTES};
use crate::pulse::Pulse;

/// Functions named in a fault, innermost first.
const FRAMES: usize = 16;

/// wasmtime with the settings that make a verdict the same on every machine.
pub(crate) fn engine() -> Result<Engine, HostError> {
    let mut config = Config::new();
    config
        .wasm_component_model(true)
        .cranelift_opt_level(OptLevel::Speed)
        // Decides: counted in the code itself, so a call ends at the same instruction everywhere.
        .consume_fuel(true)
        // The belt: ends what fuel does not see in time, and lets `Cancel` in.
        .epoch_interruption(true)
        .max_wasm_stack(WASM_STACK_BYTES)
        // Same bits on every processor.
        .cranelift_nan_canonicalization(true)
        .wasm_relaxed_simd(false)
        // Nothing a rule needs, and each a way to ask for more.
        .wasm_memory64(false)
        .parallel_compilation(true)
        .wasm_backtrace_max_frames(NonZeroUsize::new(FRAMES))
        // Else wasmtime asks the environment whether to read debug information.
        .wasm_backtrace_details(WasmBacktraceDetails::Disable);
    Engine::new(&config).map_err(|error| HostError::Engine(format!("{error:#}")))
}

/// What compiled code depends on beside the component: wasmtime, its settings, the processor, and our limits' version.
pub(crate) fn compatibility(engine: &Engine) -> String {
    let mut hasher = Wide(Sha256::new());
    engine.precompile_compatibility_hash().hash(&mut hasher);
    let digest = hasher.0.finalize();
    let hex: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    format!("{hex}-{CACHE_VERSION}")
}

/// SHA-256 as a hasher: `DefaultHasher` may give other numbers with another Rust.
struct Wide(Sha256);

impl Hasher for Wide {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn finish(&self) -> u64 {
        self.0.clone().finalize().iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte))
    }
}

type Slot = Arc<Mutex<Option<Result<Component, String>>>>;

/// Compiles on a thread of its own and waits for it as long as the limit allows. A compiler cannot be interrupted: what
/// is given up goes on until it is done and is then dropped. The limits on size bound what it may cost, not by much: 32 MiB
/// of functions of a megabyte each keep two threads busy for minutes, and take a few hundred megabytes each meanwhile.
pub(crate) fn compile(pack: &str, engine: &Engine, pulse: &Pulse, bytes: &Arc<[u8]>, limits: &Limits) -> Result<Component, LoadError> {
    let slot: Slot = Arc::default();
    let (filled, woken, engine, bytes) = (Arc::clone(&slot), pulse.clone(), engine.clone(), Arc::clone(bytes));
    let work = move || {
        let result = catch_unwind(AssertUnwindSafe(|| Component::from_binary(&engine, &bytes).map_err(|error| format!("{error:#}"))));
        let result = result.unwrap_or_else(|_| Err("the compiler panicked".to_owned()));
        *filled.lock().unwrap_or_else(PoisonError::into_inner) = Some(result);
        woken.wake();
    };
    thread::Builder::new().name("rules: compiler".into()).stack_size(WORKER_STACK_BYTES).spawn(work).map_err(HostError::Thread)?;
    match pulse.wait(limits.compile_ticks, || slot.lock().unwrap_or_else(PoisonError::into_inner).take()) {
        Some(Ok(component)) => Ok(component),
        Some(Err(why)) => Err(LoadError::Compile { pack: pack.to_owned(), why }),
        None => Err(LoadError::CompileTime { pack: pack.to_owned(), limit: limits.hit("compile_ticks") }),
    }
}
