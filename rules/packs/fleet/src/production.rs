//! What counts as production.

use muster_rule::prelude::*;

pub const PRODUCTION: Param =
    Param::map("production", &[("env", "prod")], "Tags, any one of which makes an entry production; value * is any");

/// The first tag that makes an entry production: `env=prod`.
pub fn mark(ask: &Ask<'_>, doc: &Doc<'_>) -> Option<String> {
    let tags = doc.body.object("Tags")?;
    let carried = |key: &str, wanted: &str| tags.text(key).filter(|value| wanted == "*" || value.as_ref() == wanted);
    ask.params.map("production").iter().find_map(|(key, wanted)| Some(format!("{key}={}", carried(key, wanted)?)))
}
