//! Parameter groups: muster's words in the engine's own.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;

use super::Resolver;
use crate::diag::Diagnostic;
use crate::fleet::decode::{Entries, Free};
use crate::fleet::facts;
use crate::fleet::leaf::{AsWritten, Int, Zone};
use crate::fleet::leaf_aws::Family;
use crate::fleet::raw::RawParameterGroup;
use crate::fleet::{ParameterGroup, Parameters};
use crate::name::Name;
use crate::span::{At, Span};

impl Resolver<'_> {
    pub(super) fn parameter_groups(&mut self, raw: Entries<RawParameterGroup>) -> IndexMap<Name, ParameterGroup> {
        self.unique("parameter group", raw.0.iter().map(|(name, _)| name));
        raw.0.into_iter().filter_map(|(name, raw)| self.parameter_group(name, raw)).map(|group| (group.name.clone(), group)).collect()
    }

    fn parameter_group(&mut self, name: At<Name>, raw: RawParameterGroup) -> Option<ParameterGroup> {
        let Some(At { value: Family(family), span }) = raw.family else {
            if !raw.refused.contains(&"family") {
                self.error(Diagnostic::error(format!("`family` is missing in `{}`", name.value), name.span));
            }
            return None;
        };
        let engine = facts::engine_of_family(&family)?;
        let mut values = self.own_parameters(raw.parameters);
        self.timezone_parameter(engine, raw.timezone, &mut values);
        self.connections_parameter(engine, raw.max_connections, &mut values);
        let parameters = Parameters { family: At::new(family, span), values };
        Some(ParameterGroup { name: name.value, span: name.span, places: BTreeSet::new(), parameters })
    }

    /// Parameters in the engine's own words.
    pub(super) fn own_parameters(&mut self, raw: Option<At<Free<AsWritten>>>) -> BTreeMap<String, String> {
        let entries = raw.map(|raw| raw.value.0).unwrap_or_default();
        for (key, value) in &entries {
            if matches!(value.value.0.as_str(), "true" | "false" | "yes" | "no") {
                let problem = Diagnostic::warning(format!("`{}` is the text `{}`", key.value, value.value.0), value.span.clone());
                self.error(problem.help("most engines want '1' or '0' for a switch"));
            }
        }
        entries.into_iter().map(|(key, value)| (key.value, value.value.0)).collect()
    }

    fn timezone_parameter(&mut self, engine: &str, zone: Option<At<Zone>>, values: &mut BTreeMap<String, String>) {
        let Some(zone) = zone else { return };
        let Some(parameter) = facts::timezone_parameter(engine) else {
            let problem = Diagnostic::error(format!("{engine} has no parameter for its time zone"), zone.span);
            self.error(problem.help("Oracle takes it from an option group and SQL Server when the instance is made; remove `timezone`"));
            return;
        };
        if matches!(engine, "mysql" | "mariadb") && !facts::MYSQL_ZONES.contains(&zone.value.0.as_str()) {
            let problem = Diagnostic::warning(format!("RDS may refuse `{}` for {engine}", zone.value.0), zone.span.clone());
            self.error(problem.help("it takes a list of zones for `time_zone`, and this one is not on it"));
        }
        self.set(parameter, zone.value.0, &zone.span, values);
    }

    fn connections_parameter(&mut self, engine: &str, count: Option<At<Int<1, 262_143>>>, values: &mut BTreeMap<String, String>) {
        let (Some(count), Some(parameter)) = (count, facts::connections_parameter(engine)) else { return };
        self.set(parameter, count.value.0.to_string(), &count.span, values);
    }

    fn set(&mut self, parameter: &str, value: String, span: &Span, values: &mut BTreeMap<String, String>) {
        if values.insert(parameter.to_owned(), value).is_some() {
            let problem = Diagnostic::error(format!("`{parameter}` is set twice"), span.clone());
            self.error(problem.help(format!("this key sets `{parameter}`, which stands in `parameters` too: keep one of them")));
        }
    }
}
