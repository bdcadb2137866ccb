//! What wasmtime makes of a component before it compiles it: it follows every instantiation, as if each were written out
//! where it stands. 6.5 KB of components in components become more than a machine holds, so it is counted here first.

use std::collections::HashMap;

use super::module::Module;
use super::outline::{Component, Part};

/// Everything as often as it is there.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Totals {
    /// Definitions, and what is copied for each of them.
    pub(super) definitions: u64,
    /// What the host keeps of all instances of modules, in bytes.
    pub(super) instance_bytes: u64,
}

/// Instances of components and of modules, the outermost included. Components and modules that nothing instantiates count
/// once: they are compiled all the same.
pub(super) fn instances(component: &Component<'_>) -> u64 {
    let inner: Vec<u64> = component.components.iter().map(instances).collect();
    let mut used = vec![false; inner.len()];
    let mut modules = vec![false; component.modules.len()];
    let mut count = 1_u64;
    for part in &component.parts {
        match part {
            Part::Core(module) => {
                count = count.saturating_add(1);
                mark(&mut modules, *module);
            }
            Part::Instantiate { component, .. } => {
                count = count.saturating_add(inner.get(*component).copied().unwrap_or(1));
                mark(&mut used, *component);
            }
            _ => {}
        }
    }
    let unused = inner.iter().zip(&used).filter(|(_, used)| !**used).map(|(count, _)| *count);
    let idle = modules.iter().filter(|used| !**used).count() as u64;
    unused.fold(count.saturating_add(idle), u64::saturating_add)
}

fn mark(used: &mut [bool], at: usize) {
    if let Some(used) = used.get_mut(at) {
        *used = true;
    }
}

/// All there is of a component whose [`instances`] are few. Gives up where `most` definitions are passed.
pub(super) fn totals(root: &Component<'_>, read: u64, most: u64) -> Totals {
    let mut walk = Walk { totals: Totals { definitions: read, ..Totals::default() }, most, resources: 0 };
    walk.component(root, &HashMap::new());
    idle(root, &mut walk.totals);
    walk.totals
}

/// Modules that nothing instantiates could be: they count as if something did, once.
fn idle(component: &Component<'_>, totals: &mut Totals) {
    let used = |at: usize| component.parts.iter().any(|part| matches!(part, Part::Core(module) if *module == at));
    for (at, module) in component.modules.iter().enumerate() {
        if !used(at) {
            totals.instance_bytes = totals.instance_bytes.saturating_add(module.instance_bytes);
        }
    }
    component.components.iter().for_each(|inner| idle(inner, totals));
}

struct Walk {
    totals: Totals,
    most: u64,
    /// Types of resources so far: a copy of them is kept of each component that is instantiated.
    resources: u64,
}

impl Walk {
    /// Instantiates `component` with instances that weigh so much, and says what its own instance weighs.
    fn component(&mut self, component: &Component<'_>, args: &HashMap<&str, u64>) -> u64 {
        self.resources += component.resources;
        self.add(component.plain.saturating_add(self.resources));
        let (mut instances, mut exported): (Vec<u64>, u64) = (Vec::new(), 1 + component.exported);
        for part in &component.parts {
            if self.totals.definitions > self.most {
                break;
            }
            let weight = |at: &usize| instances.get(*at).copied().unwrap_or(1);
            let new = match part {
                Part::Core(module) => {
                    self.module(component.modules.get(*module));
                    continue;
                }
                Part::Import(name) => args.get(name).copied().unwrap_or(1 + component.widest),
                Part::Instantiate { component: inner, args } => {
                    let args: HashMap<&str, u64> = args.iter().map(|(name, at)| (*name, weight(at))).collect();
                    self.add(args.values().copied().fold(0, u64::saturating_add));
                    component.components.get(*inner).map_or(1, |inner| self.component(inner, &args))
                }
                Part::Bag(bag) => bag.iter().map(weight).fold(1, u64::saturating_add),
                Part::Alias(at) => weight(at),
                Part::Export(at) => {
                    exported = exported.saturating_add(weight(at));
                    weight(at)
                }
            };
            self.add(new);
            instances.push(new);
        }
        exported
    }

    fn module(&mut self, module: Option<&Module>) {
        let (imports, bytes) = module.map_or((0, 0), |module| (module.imports, module.instance_bytes));
        self.add(1 + imports);
        self.totals.instance_bytes = self.totals.instance_bytes.saturating_add(bytes);
    }

    fn add(&mut self, count: u64) {
        self.totals.definitions = self.totals.definitions.saturating_add(count);
    }
}
