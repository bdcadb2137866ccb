//! What EventBridge is asked to deliver and has no edges for.

use super::{Code, Lint};
use crate::delivery::{Options, Resolve, tagged};
use crate::fleet::DeliveryBy;
use crate::schedule::Schedule;

/// Services whose numbers have to be looked up before they are scaled, which no call of EventBridge does.
const SCALED: [&str; 2] = ["asg", "ecs"];

/// Services without edges under EventBridge alone, and targets that no tag finds.
pub(super) fn no_edges(schedule: &Schedule) -> Vec<Lint> {
    [scaled(schedule), by_tag(schedule)].into_iter().flatten().map(|(message, help)| lint(schedule, message, help)).collect()
}

fn scaled(schedule: &Schedule) -> Option<(String, String)> {
    let select = schedule.select.as_ref().filter(|_| schedule.delivery.by == DeliveryBy::Eventbridge)?;
    let services: Vec<&str> = SCALED.into_iter().filter(|service| select.services.contains(*service)).collect();
    (!services.is_empty()).then(|| {
        let message = format!(
            "`{}` selects {}, for which EventBridge has no edges, so they are left as they are",
            schedule.name,
            services.join(" and ")
        );
        (message, "write `delivery: both`, with which muster scales them, or take them out of `services`".to_owned())
    })
}

fn by_tag(schedule: &Schedule) -> Option<(String, String)> {
    let delivered = schedule.delivery.by != DeliveryBy::Loop && Options::of(&schedule.delivery).resolve == Resolve::Tags;
    let why = tagged(schedule).err().filter(|_| delivered)?.to_string();
    let (what, way_out) = why.split_once("; ").unwrap_or((&why, "write `resolve: ids`"));
    Some((what.to_owned(), way_out.to_owned()))
}

fn lint(schedule: &Schedule, message: String, help: String) -> Lint {
    Lint { code: Code::NoEdges, message, help, span: schedule.span.clone(), schedules: Vec::new() }
}
