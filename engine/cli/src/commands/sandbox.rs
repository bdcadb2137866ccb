//! `muster sandbox`: what a person does to the embedded account behind muster's back.

use muster_core::fleet::Provider;
use muster_sandbox::{Sandbox as Account, Show};

use crate::app::App;
use crate::args::{Hand, Sandbox, Stock};
use crate::error::CommandError;
use crate::exit::Exit;
use crate::project::Project;
use crate::render::local_time;
use crate::render::style::Accent;
use crate::render::table::{Cell, Table};
use crate::world;

/// Plays the world.
pub(crate) fn run(app: &App, args: &Sandbox) -> Result<Exit, CommandError> {
    let project = Project::load(app, false)?;
    if project.provider(app) == Provider::Aws && matches!(args.hand, Hand::Reset) {
        app.terminal.say("fleet.yaml is about a live account; `--sandbox` on other commands uses this one");
    }
    if matches!(args.hand, Hand::Reset) {
        return reset(app, &project);
    }
    let account = world::open_sandbox(app, &project)?;
    let zone = project.fleet.timezone.as_deref();
    let said = act(&account, &args.hand, zone)?;
    match said {
        Some(text) => app.terminal.say(&text),
        None => app.terminal.result(&show(app, &account.show()?, zone))?,
    }
    Ok(Exit::Done)
}

/// Begins anew. A file that cannot be read is thrown away: that is what a reset is for.
fn reset(app: &App, project: &Project) -> Result<Exit, CommandError> {
    let estate = world::estate(app, project)?;
    match world::open_sandbox(app, project) {
        Ok(account) => account.reset(&estate, &world::accounts(&project.fleet), world::wall(&estate))?,
        Err(error) if error.exit == Exit::Invalid => {
            let path = world::sandbox_path(project);
            std::fs::remove_file(&path)
                .map_err(|error| CommandError::failed(format!("{} could not be removed", path.display())).because(error))?;
            world::open_sandbox(app, project)?;
        }
        Err(error) => return Err(error),
    }
    app.terminal.say("the sandbox begins anew");
    Ok(Exit::Done)
}

/// What was done, in words; nothing for `show`.
fn act(account: &Account, hand: &Hand, zone: Option<&str>) -> Result<Option<String>, CommandError> {
    let text = match hand {
        Hand::Advance { duration } => format!("it is now {}", local_time(account.advance(*duration)?, zone)),
        Hand::At { time } => format!("it is now {}", local_time(account.at(*time)?, zone)),
        Hand::Stop { id } => account.stop(id).map(|()| format!("{id} was stopped by hand"))?,
        Hand::Start { id } => account.start(id).map(|()| format!("{id} was started by hand"))?,
        Hand::Scale { id, numbers } => {
            let parsed = scale_of(numbers).ok_or_else(|| {
                CommandError::usage(format!("`{numbers}` are no numbers")).hint("MIN/DESIRED/MAX such as 2/4/8, or one number of tasks")
            })?;
            account.scale(id, parsed).map(|()| format!("{id} was scaled to {numbers} by hand"))?
        }
        Hand::SetTag { id, tag } => {
            let (key, value) = tag.split_once('=').ok_or_else(|| CommandError::usage(format!("`{tag}` is no tag")).hint("KEY=VALUE"))?;
            account.set_tag(id, key, value).map(|()| format!("{id} carries {tag} now"))?
        }
        Hand::DeleteAlarm { name } => account.delete_alarm(name).map(|()| format!("alarm {name} was deleted by hand"))?,
        Hand::Deny { action } => {
            account.deny(action).map(|()| format!("{action} is refused from now on; `muster sandbox allow {action}` ends it"))?
        }
        Hand::Allow { action } => {
            if account.allow(action)? {
                format!("{action} is allowed again")
            } else {
                format!("{action} was not refused")
            }
        }
        Hand::Throttle { calls } => account.throttle(u64::from(*calls)).map(|()| format!("the next {calls} calls are throttled"))?,
        Hand::Capacity { instance_type, there } => {
            let there = *there == Stock::Ok;
            let changed = account.capacity(instance_type, there)?;
            match (changed, there) {
                (true, true) => format!("there is {instance_type} to have again"),
                (true, false) => {
                    format!("there is no {instance_type} to have from now on; `muster sandbox capacity {instance_type} ok` ends it")
                }
                (false, _) => format!("that is so already for {instance_type}"),
            }
        }
        Hand::Show | Hand::Reset => return Ok(None),
    };
    Ok(Some(text))
}

/// `2/4/8`, or `4` of a service.
fn scale_of(text: &str) -> Option<(u32, u32, u32)> {
    let numbers: Vec<u32> = text.split('/').map(str::parse).collect::<Result<_, _>>().ok()?;
    match numbers.as_slice() {
        [tasks] => Some((*tasks, *tasks, *tasks)),
        [min, desired, max] => Some((*min, *desired, *max)),
        _ => None,
    }
}

fn show(app: &App, show: &Show, zone: Option<&str>) -> String {
    let style = &app.terminal.out_style;
    let mut out = format!("{}\n", style.paint(Accent::Name, &local_time(show.now, zone)));
    if !show.denied.is_empty() {
        out.push_str(&format!("refused: {}\n", show.denied.join(", ")));
    }
    if show.throttled > 0 {
        out.push_str(&format!("throttled: the next {} calls\n", show.throttled));
    }
    if !show.no_capacity.is_empty() {
        out.push_str(&format!("no capacity: {}\n", show.no_capacity.join(", ")));
    }
    let mut table = Table::indented(2);
    for place in &show.places {
        table.blank();
        table.heading(place.place.to_string(), place.account_id.clone());
        for item in &place.items {
            let address = item.tags.get(muster_core::tags::ADDRESS).cloned().unwrap_or_default();
            table.row(vec![
                Cell::new(item.kind.as_str()),
                Cell::new(&item.id),
                Cell::new(&item.text),
                Cell::painted(Accent::Held, address),
            ]);
        }
    }
    out.push_str(&table.render(style));
    out
}
