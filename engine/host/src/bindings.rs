//! `rules/wit` as Rust, written by wasmtime's macro while compiling.
#![allow(missing_docs, reason = "generated; the WIT has the documentation")]
#![allow(clippy::all, clippy::pedantic, reason = "generated")]

wasmtime::component::bindgen!({
    path: "../../rules/wit",
    world: "pack",
    // A log line over the limit must end the call, so `emit` may fail.
    imports: { default: trappable },
});
