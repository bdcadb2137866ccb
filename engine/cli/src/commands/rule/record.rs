//! `muster rule test --record`.

use std::fs::OpenOptions;
use std::io::Write as _;

use muster_core::facet::{self, Collector as _, Wanted};
use muster_core::finding::Rule;
use muster_core::fleet::did_you_mean;
use muster_host::author::{blessed, recorded, try_case};

use super::pack::{CASES, Folder, Ready};
use super::test;
use crate::advisor::place;
use crate::app::App;
use crate::args::RuleTest;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::files::reason;
use crate::render::count;
use crate::session::Session;
use crate::world::Access;

/// Most documents of a recorded case: more than that nobody reads.
const MOST: usize = 50;

/// Makes a case of what the account holds.
pub(super) async fn run(app: &App, args: &RuleTest) -> Result<Exit, CommandError> {
    let folder = Folder::open(&args.pack.pack)?;
    let host = place::host(app)?;
    let _ticks = host.ticker()?;
    let ready = folder.ready(&host)?;
    let kind = kind(args.kind.as_deref().unwrap_or_default())?;
    let rule = rule(&ready, kind, args.rule.as_deref())?;
    let path = folder.path.join(CASES).join(format!("recorded-{}.yaml", kind.replace('.', "-")));
    if path.exists() {
        return Err(CommandError::usage(format!("{} is there already; nothing was recorded", path.display())).hint("rename or delete it"));
    }
    let session = Session::open(app, false, Access::Read).await?;
    let mut wanted = Wanted { places: session.project.fleet.cloud.places().iter().cloned().collect(), ..Wanted::default() };
    rule.needs.iter().for_each(|need| wanted.add(&need.kind, need.facets.iter().map(String::as_str)));
    let mut facts = session.world.collect(&wanted, &|_| ()).await?;
    facts.gaps.iter().for_each(|gap| app.terminal.warn(&format!("{}: {}", gap.action, gap.error)));
    let all = facts.facts.len();
    facts.facts.truncate(MOST);
    let empty = recorded(rule, &facts.facts, facts.at);
    let case = test::read(app, &path, empty.as_bytes(), &ready.rules)?;
    let tried = try_case(&host, &ready.pack, &ready.rules, &case)
        .map_err(|error| CommandError::failed("the case cannot be tried").because(error))?;
    let text = blessed(&empty, &tried.found);
    let written = OpenOptions::new().write(true).create_new(true).open(&path).and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|error| CommandError::failed(format!("{} could not be written: {}", path.display(), reason(&error))))?;
    let of = if all > MOST { format!(" of {all}") } else { String::new() };
    let (documents, findings) = (count(case.given.len(), "document"), count(tried.found.len(), "finding"));
    app.terminal.say(&format!("{}: {documents}{of}, {findings} of rule `{}`; look at it before you commit it", path.display(), rule.id));
    Ok(Exit::Done)
}

fn kind(word: &str) -> Result<&'static str, CommandError> {
    let near = || did_you_mean(word, facet::kinds().map(|kind| kind.word));
    facet::kind(word).map(|kind| kind.word).ok_or_else(|| {
        let error = CommandError::usage(format!("there is no kind `{word}`"));
        match near() {
            Some(near) => error.hint(near),
            None => error.hint(format!("kinds are {}", facet::kinds().map(|kind| kind.word).collect::<Vec<_>>().join(", "))),
        }
    })
}

fn rule<'a>(ready: &'a Ready, kind: &str, named: Option<&str>) -> Result<&'a Rule, CommandError> {
    let judges: Vec<&Rule> = ready.rules.iter().filter(|rule| rule.subject() == kind && named.is_none_or(|id| rule.id == id)).collect();
    match &judges[..] {
        [rule] => Ok(rule),
        [] => {
            let all: Vec<String> = ready.rules.iter().map(|rule| format!("{} judges {}", rule.id, rule.subject())).collect();
            Err(CommandError::usage(format!("no such rule of the pack judges {kind}")).hint(all.join(", ")))
        }
        several => {
            let ids: Vec<&str> = several.iter().map(|rule| rule.id.as_str()).collect();
            Err(CommandError::usage(format!("{} rules judge {kind}", several.len()))
                .hint(format!("add `--rule` with one of {}", ids.join(", "))))
        }
    }
}
