//! Accounts, regions, what becomes of removed entries, prices.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use jiff::SignedDuration;

use super::Resolver;
use crate::diag::Diagnostic;
use crate::fleet::decode::{Either, Entries, Free};
use crate::fleet::leaf::Amount;
use crate::fleet::leaf_aws::{ProviderWord, Region, RoleArn};
use crate::fleet::raw::{RawAccount, RawCloud, RawRetire, RawRole};
use crate::fleet::raw_other::{Price, RawPrices};
use crate::fleet::{AccountDecl, CloudDecl, Money, Provider, Retire, RoleDecl};
use crate::name::Name;
use crate::span::{At, Span};

/// The account of a file that declares none.
const DEFAULT_ACCOUNT: &str = "default";
/// Where the sandbox lies when neither file nor environment says.
const SANDBOX_REGION: &str = "ap-northeast-2";
/// Days between stop and delete when the file says nothing: two weeks, so that a holiday does not cost data.
const RETIRE_DAYS: i64 = 14;

impl Resolver<'_> {
    pub(super) fn cloud(&mut self, raw: Option<At<RawCloud>>) -> CloudDecl {
        let span = raw.as_ref().map_or_else(|| Span::start_of(&self.file), |cloud| cloud.span.clone());
        let raw = raw.map(|cloud| cloud.value).unwrap_or_default();
        let provider = raw.provider.as_ref().map(|word| if word.value == ProviderWord::Aws { Provider::Aws } else { Provider::Sandbox });
        if let (Some(Provider::Aws), Some(estate)) = (provider, &raw.estate) {
            self.error(
                Diagnostic::error("`estate` belongs to `provider: sandbox`", estate.span.clone())
                    .help("remove it, or try the file with `--sandbox`"),
            );
        }
        if let (Some(Provider::Sandbox), Some(endpoint)) = (provider, &raw.endpoint) {
            self.error(
                Diagnostic::error("`endpoint` belongs to `provider: aws`", endpoint.span.clone())
                    .help("the sandbox is part of muster and has no endpoint"),
            );
        }
        CloudDecl {
            provider,
            accounts: self.accounts(raw.accounts),
            regions: if raw.refused.contains(&"regions") { Vec::new() } else { self.regions(raw.regions, provider, span) },
            endpoint: raw.endpoint.map(|url| url.value.0),
            estate: raw.estate.map(|path| path.value.0),
        }
    }

    fn accounts(&mut self, raw: Option<At<Entries<RawAccount>>>) -> IndexMap<String, AccountDecl> {
        let entries = raw.map(|entries| entries.value).unwrap_or_default();
        self.unique("account", entries.0.iter().map(|(name, _)| name));
        let mut seen: BTreeMap<String, Name> = BTreeMap::new();
        let mut accounts = IndexMap::new();
        for (name, raw) in entries.0 {
            if raw.id.is_none() && !raw.refused.contains(&"id") {
                self.error(Diagnostic::error(format!("`id` is missing in `{}`", name.value), name.span.clone()));
            }
            if let Some(id) = &raw.id
                && let Some(first) = seen.insert(id.value.0.clone(), name.value.clone())
            {
                self.error(
                    Diagnostic::error(format!("`{first}` and `{}` are the same account", name.value), id.span.clone())
                        .help("one account has one name"),
                );
            }
            accounts.insert(name.value.to_string(), self.account(raw));
        }
        if accounts.is_empty() {
            accounts.insert(DEFAULT_ACCOUNT.to_owned(), AccountDecl::default());
        }
        accounts
    }

    fn account(&mut self, raw: RawAccount) -> AccountDecl {
        let id = raw.id.map(|id| id.value.0);
        let role = raw.role.and_then(|role| self.role(role, id.as_deref()));
        AccountDecl { id, role, external_id: raw.external_id.map(|text| text.value.0) }
    }

    fn role(&mut self, role: At<Either<RoleArn, RawRole>>, account: Option<&str>) -> Option<RoleDecl> {
        let (plan, apply) = match role.value {
            Either::Word(arn) => (At::new(arn.clone(), role.span.clone()), At::new(arn, role.span)),
            Either::Section(section) => (section.plan?, section.apply?),
        };
        for arn in [&plan, &apply] {
            if account.is_some_and(|id| !arn.value.0.contains(&format!(":{id}:"))) {
                self.error(
                    Diagnostic::error("this role is in another account", arn.span.clone())
                        .label(format!("the account is {}", account.unwrap_or_default())),
                );
            }
        }
        Some(RoleDecl { plan: plan.value.0, apply: apply.value.0 })
    }

    fn regions(&mut self, raw: Option<At<Vec<At<Region>>>>, provider: Option<Provider>, span: Span) -> Vec<String> {
        if let Some(written) = raw {
            return self.written_regions(&written);
        }
        let sandbox = self.options.sandbox || provider == Some(Provider::Sandbox);
        match (&self.options.region, sandbox) {
            (Some(region), false) => vec![region.clone()],
            (region, true) => vec![region.clone().unwrap_or_else(|| SANDBOX_REGION.to_owned())],
            (None, false) => {
                let problem = Diagnostic::error("no region", span);
                self.error(problem.help("write `cloud: {provider: aws, regions: [ap-northeast-2]}`, or set AWS_REGION"));
                Vec::new()
            }
        }
    }

    /// The regions as written; an item that was refused has been reported and is not here.
    fn written_regions(&mut self, written: &At<Vec<At<Region>>>) -> Vec<String> {
        let mut regions: Vec<String> = Vec::new();
        for region in &written.value {
            if regions.contains(&region.value.0) {
                self.error(Diagnostic::error(format!("the region `{}` stands twice", region.value.0), region.span.clone()));
            }
            regions.push(region.value.0.clone());
        }
        if regions.is_empty() && self.cx.is_clean() {
            self.error(
                Diagnostic::error("`regions` is empty", written.span.clone())
                    .help("write one at least, or leave the key out and set AWS_REGION"),
            );
        }
        regions
    }

    pub(super) fn retire(raw: Option<At<RawRetire>>) -> Retire {
        let raw = raw.map(|retire| retire.value).unwrap_or_default();
        Retire {
            after: raw.after.map_or_else(|| SignedDuration::from_hours(RETIRE_DAYS * 24), |after| after.value.0),
            snapshot: raw.snapshot.is_none_or(|snapshot| snapshot.value),
        }
    }

    pub(super) fn prices(&mut self, raw: Option<At<RawPrices>>) -> Option<Money> {
        let At { value: raw, span } = raw?;
        let per_hour = raw.per_hour.map(|prices| per_hour(prices.value)).unwrap_or_default();
        let per_gib_month = raw.per_gib_month.map(|prices| amounts(prices.value)).unwrap_or_default();
        let Some(currency) = raw.currency else {
            if raw.refused.contains(&"currency") {
                return None;
            }
            self.error(Diagnostic::error("`currency` is missing in `prices`", span).help("an amount needs one: `currency: USD`"));
            return None;
        };
        Some(Money { currency: currency.value.0, api: raw.api.is_some_and(|api| api.value), per_hour, per_gib_month })
    }
}

fn amounts(prices: Free<Amount>) -> BTreeMap<String, f64> {
    prices.0.into_iter().map(|(key, amount)| (key.value, amount.value.0)).collect()
}

fn per_hour(prices: Free<Price>) -> BTreeMap<String, BTreeMap<String, f64>> {
    let mut out: BTreeMap<String, BTreeMap<String, f64>> = BTreeMap::new();
    for (key, price) in prices.0 {
        match price.value {
            Price::Everywhere(amount) => drop(out.entry(String::new()).or_default().insert(key.value, amount)),
            Price::Region(map) => out.entry(key.value).or_default().extend(amounts(map)),
        }
    }
    out
}
