//! Which step waits for which.

use crate::plan::{Action, Step};

/// For each step, the steps that must be done before it.
///
/// Steps of one address are done in the plan's order. A step's `after` means the settings steps of those
/// addresses; its `follows` the starts and stops of those machines, and the steps that make them.
#[must_use]
pub fn dependencies(steps: &[Step]) -> Vec<Vec<usize>> {
    let by_address = index(steps);
    let of = |at: usize| {
        let step = &steps[at];
        let mut found: Vec<usize> = same(&by_address, step, &step.address).iter().copied().filter(|other| *other < at).collect();
        for address in &step.after {
            found.extend(same(&by_address, step, address).iter().copied().filter(|other| *other != at && !steps[*other].is_run_state()));
        }
        for (place, address) in &step.follows {
            let machine = by_address.get(&(place, address.as_str())).map_or(&[][..], Vec::as_slice);
            found.extend(machine.iter().copied().filter(|other| *other != at && moves(&steps[*other])));
        }
        found.sort_unstable();
        found.dedup();
        found
    };
    (0..steps.len()).map(of).collect()
}

/// True for a step after which a machine runs or stands still.
fn moves(step: &Step) -> bool {
    step.action.is_run_state() || matches!(step.action, Action::Create | Action::Replace)
}

type Index<'a> = std::collections::HashMap<(&'a crate::cloud::Place, &'a str), Vec<usize>>;

fn index(steps: &[Step]) -> Index<'_> {
    let mut index = Index::new();
    for (at, step) in steps.iter().enumerate() {
        index.entry((&step.place, step.address.as_str())).or_default().push(at);
    }
    index
}

fn same<'i>(index: &'i Index<'i>, step: &'i Step, address: &'i crate::address::Address) -> &'i [usize] {
    index.get(&(&step.place, address.as_str())).map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::address::Address;
    use crate::cloud::{Kind, Place};
    use crate::plan::Cause;

    fn step(address: &str, action: Action, after: &[&str]) -> Step {
        let place = Place { account: "default".into(), region: "r".into() };
        let mut step = Step::new(Address::from_text(address), place, Kind::Instance, action, Cause::New);
        step.after = after.iter().map(|text| Address::from_text(text)).collect();
        step
    }

    #[test]
    fn a_newborn_is_stopped_after_its_alarm_and_without_a_cycle() {
        let steps = [
            step("user/a/alarm", Action::Create, &["user/a/instance"]),
            step("user/a/instance", Action::Create, &["user/a/security-group"]),
            step("user/a/instance", Action::Stop, &["user/a/instance", "user/a/alarm"]),
            step("user/a/security-group", Action::Create, &[]),
        ];
        assert_eq!(dependencies(&steps), [vec![1], vec![3], vec![0, 1], vec![]]);
    }
}
