//! The only `unsafe` outside the sandbox. Audit it here.

use wasmtime::component::Component;
use wasmtime::{Engine, Result};

use super::seal::Authentic;

/// Loads code that this user's muster compiled.
#[allow(unsafe_code, reason = "wasmtime cannot check compiled code; the type of the argument says that we did")]
pub(super) fn component(engine: &Engine, code: Authentic<'_>) -> Result<Component> {
    // SAFETY: `Component::deserialize` asks that the bytes were made by `Component::serialize` and not changed since. An
    // `Authentic` is made in one place, `Key::unseal`, which checked a MAC over exactly these bytes in memory under a key
    // that only this user can read; the one place that makes such MACs, `Cache::store`, is given what `serialize` just
    // returned. The bytes are borrowed, so nobody changes them between check and load. That they were made by the same
    // wasmtime with the same settings is part of the MAC, through the file's name, and wasmtime checks it again.
    unsafe { Component::deserialize(engine, code.bytes()) }
}
