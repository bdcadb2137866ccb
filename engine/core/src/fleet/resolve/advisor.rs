//! Which policies and packs judge the fleet.

use super::Resolver;
use crate::diag::Severity;
use crate::fleet::Advisor;
use crate::fleet::decode::Kept;
use crate::fleet::raw_other::RawAdvisor;
use crate::policy::{self, PolicyRef};
use crate::span::{At, Span};

impl Resolver<'_> {
    /// The section, with the files it names read. Advice stands in nobody's way: a policy that is not there is a warning
    /// for whoever plans, and an error for whoever asks for advice.
    pub(super) fn advisor(&mut self, raw: Option<&At<Kept<RawAdvisor>>>) -> Advisor {
        let section = raw.map(|raw| &raw.value.value);
        let listed = section.and_then(|section| section.policies.as_ref()).map(|list| &list.value);
        let policies: Vec<At<PolicyRef>> = match listed {
            Some(listed) => listed.iter().map(|name| name.clone().map(|name| name.0)).collect(),
            None => vec![At::new(policy::default_policy(), raw.map_or_else(|| Span::start_of(&self.file), |raw| raw.span.clone()))],
        };
        let packs = section.and_then(|section| section.packs.as_ref()).map(|list| &list.value);
        let packs = packs.into_iter().flatten().map(|path| path.clone().map(|path| path.0)).collect();
        let read = policy::read_listed(&policies, self.files);
        self.sources.0.extend(read.sources.0.clone());
        for problem in &read.diagnostics {
            let mut problem = problem.clone();
            if problem.code == Some(policy::UNREADABLE) {
                problem.severity = Severity::Warning;
                problem.help.push("plan and apply do without it, `muster advise` does not".to_owned());
            }
            self.error(problem);
        }
        Advisor { policies, packs, read }
    }
}
