//! The pack with which the sessions of the command line show a rule that errs: the menagerie, judging a kind that is
//! collected.

use std::fs;
use std::path::Path;

use muster_core::finding::PackId;
use muster_host::Limits;
use muster_host::author::{Manifest, attach};

use crate::support::{component, host};

/// `UPDATE=1` writes it anew; its digest then changes in the sessions too.
#[test]
fn the_pack_of_the_sessions_is_the_menagerie() {
    let wat = include_str!("../guests/menagerie.wat").replace("test.thing", "ec2.volume");
    let (bytes, host) = (component(&wat), host(Limits::default()));
    let id = PackId { name: "menagerie".to_owned(), version: "1.0.0".to_owned() };
    let pack = host.load(id.clone(), &bytes).expect("a pack");
    let manifest = Manifest::new(&id, "wat", &host.describe(&pack).expect("rules")).expect("a manifest");
    let made = attach(&bytes, &manifest).expect("a component");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../cli/tests/cli/menagerie.wasm");
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, &made).expect("written");
    }
    assert!(fs::read(&path).expect("the pack") == made, "run this test with UPDATE=1, then the sessions of the command line");
}
