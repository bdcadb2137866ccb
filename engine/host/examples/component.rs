//! Makes a component of a core module, as `rules/wit/museum/README.md` says:
//! `cargo run -p muster-host --example component -- CORE OUT`, CORE being WebAssembly or WAT.

use std::{env, fs, io};

use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

fn main() -> io::Result<()> {
    let mut args = env::args().skip(1);
    let (Some(core), Some(out)) = (args.next(), args.next()) else {
        return Err(io::Error::other("usage: component CORE OUT"));
    };
    fs::write(out, component(&core).map_err(io::Error::other)?)
}

fn component(core: &str) -> Result<Vec<u8>, String> {
    let mut core = wat::parse_file(core).map_err(|error| error.to_string())?;
    let whole = |error| format!("{error:#}");
    // A module that wit-bindgen built carries its world already.
    if !core.windows(14).any(|window| window == b"component-type") {
        let mut resolve = Resolve::default();
        let package = resolve.push_str("rule.wit", include_str!("../../../rules/wit/rule.wit")).map_err(whole)?;
        let world = resolve.select_world(&[package], Some("pack")).map_err(whole)?;
        embed_component_metadata(&mut core, &resolve, world, StringEncoding::UTF8).map_err(whole)?;
    }
    ComponentEncoder::default().module(&core).and_then(|mut encoder| encoder.encode()).map_err(whole)
}
