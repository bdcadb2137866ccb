//! What rules may read of an account: one table from kind and facet to API calls, IAM actions and the JSON a rule is given.
//!
//! A *kind* is a sort of thing (`ec2.volume`), a *facet* a part of it that a rule asks for by name (`tags`). The table is the only
//! source of what is collected, of the policy that `muster iam --advise` prints, of the schemas under `docs/reference/kinds` and of
//! the typed views in the authors' SDK, so that none of them can say something the others do not.
//!
//! A body is what `aws … describe-…` prints of the thing, under AWS's own member names, cut to what the table names. Where it
//! deviates (`Tags` is a map, times are RFC 3339, policy documents are objects), `docs/rules/kinds.md` says so.

mod attempt;
mod body;
pub mod cloudwatch;
mod collect;
pub mod ec2;
mod fact;
pub mod fleet;
pub mod iam;
mod kinds;
pub mod lambda;
mod metric;
pub mod rds;
pub mod s3;
mod table;

pub use attempt::{Attempt, NOT_ATTEMPTED};
pub use body::BodySchema;
pub use collect::{Collector, Facts, Kinds, Progress, Spread, Wanted};
pub use fact::{Fact, Gap, Members};
pub use kinds::{kind, kinds};
pub use metric::{DAYS, Day, Metric};
pub use table::{Arn, Call, FacetSpec, Home, KindSpec, Per};
