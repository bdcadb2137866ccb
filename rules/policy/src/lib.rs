//! Policies of resources: who is let in, to do what, and whether a condition narrows that.
//!
//! What counts as public follows "The meaning of public" of the S3 User Guide: everybody is let in unless a condition pins who
//! asks to values without wildcards and policy variables. Statements that deny are not subtracted: what they leave open takes a full evaluation, and
//! a bucket that is only closed by a clever denial is worth a look.

mod condition;
mod glob;

pub use glob::{matches, takes_all};

use muster_rule::{Object, Text, Value};

/// Statements of a policy document.
pub fn statements(policy: Object<'_>) -> impl Iterator<Item = Statement<'_>> {
    many(policy.some("Statement")).filter_map(Value::object).map(Statement)
}

/// The texts of a member that is one text or a list of them.
pub fn texts<'a>(object: Object<'a>, name: &str) -> impl Iterator<Item = Text<'a>> + use<'a> {
    many(object.some(name)).filter_map(Value::text)
}

/// One statement.
#[derive(Debug, Clone, Copy)]
pub struct Statement<'a>(pub Object<'a>);

impl<'a> Statement<'a> {
    /// What it is called; empty when it has no name.
    #[must_use]
    pub fn sid(self) -> Text<'a> {
        self.0.text("Sid").unwrap_or_default()
    }

    /// True when it allows.
    #[must_use]
    pub fn allows(self) -> bool {
        self.0.text("Effect").as_deref() == Some("Allow")
    }

    /// True when it is about everybody. An `Allow` of everybody but a few is.
    #[must_use]
    pub fn is_for_everybody(self) -> bool {
        self.0.get("NotPrincipal").is_some() || self.principals("AWS").any(|who| who == "*")
    }

    /// True when it names everybody, and nobody is left out.
    #[must_use]
    pub fn names_everybody(self) -> bool {
        self.0.get("NotPrincipal").is_none() && self.is_for_everybody()
    }

    /// Principals of a sort: `AWS`, `Service`. A bare `*` is of every sort.
    pub fn principals(self, sort: &str) -> impl Iterator<Item = Text<'a>> {
        let principal = self.0.some("Principal");
        let of_sort = match principal.and_then(Value::object) {
            Some(sorts) => sorts.some(sort),
            None => principal,
        };
        many(of_sort).filter_map(Value::text)
    }

    /// Ids of accounts that it names, other than `own`; of everybody, those that its conditions pin.
    #[must_use]
    pub fn other_accounts(self, own: &str) -> Vec<String> {
        let mut others: Vec<String> = self.principals("AWS").filter_map(|who| account_of(&who)).collect();
        if self.is_for_everybody() {
            others.extend(condition::accounts(self.conditions(), own));
        }
        others.retain(|id| id != own);
        others.sort();
        others.dedup();
        others
    }

    /// True when one of its actions is `action`, by name or wildcard.
    #[must_use]
    pub fn covers(self, action: &str) -> bool {
        let hit = |member: &str| many(self.0.some(member)).filter_map(Value::text).any(|pattern| matches(&pattern, action));
        if self.0.get("NotAction").is_some() { !hit("NotAction") } else { hit("Action") }
    }

    /// True when one of its resources is `resource`, by name or wildcard.
    #[must_use]
    pub fn reaches(self, resource: &str) -> bool {
        let hit = |member: &str| many(self.0.some(member)).filter_map(Value::text).any(|pattern| matches(&pattern, resource));
        if self.0.get("NotResource").is_some() { !hit("NotResource") } else { hit("Resource") }
    }

    /// Its actions as they are written, by name or wildcard; of a statement about all actions but some, these.
    pub fn actions(self) -> impl Iterator<Item = Text<'a>> {
        texts(self.0, if self.spares() { "NotAction" } else { "Action" })
    }

    /// True when it is about all actions but those that it names.
    #[must_use]
    pub fn spares(self) -> bool {
        self.0.get("NotAction").is_some()
    }

    /// True when one of its actions is every one of a service: `s3:*`, or `*`.
    #[must_use]
    pub fn covers_all(self, service: &str) -> bool {
        !self.spares() && self.actions().any(|pattern| takes_all(&pattern, &format!("{service}:")))
    }

    /// True when one of its resources is everything that begins with `prefix`.
    #[must_use]
    pub fn reaches_all(self, prefix: &str) -> bool {
        self.0.get("NotResource").is_none() && texts(self.0, "Resource").any(|pattern| takes_all(&pattern, prefix))
    }

    /// True when a condition pins who may ask.
    #[must_use]
    pub fn is_narrowed(self) -> bool {
        condition::narrows(self.conditions())
    }

    /// True when a condition pins who may ask, by more than the ARN of something that names no account: a bucket that is deleted may
    /// be somebody else's tomorrow.
    #[must_use]
    pub fn is_narrowed_to_account(self) -> bool {
        condition::narrows_account(self.conditions())
    }

    /// True when it lets in everybody, with nothing that narrows it.
    #[must_use]
    pub fn is_public(self) -> bool {
        self.allows() && self.is_for_everybody() && !self.is_narrowed()
    }

    /// True when a condition pins who may ask by one of `keys`.
    #[must_use]
    pub fn is_narrowed_by(self, keys: &[&str]) -> bool {
        condition::narrows_by(self.conditions(), keys)
    }

    /// True when a request must have `key` with one of a few fixed values, each of which `counts`.
    #[must_use]
    pub fn fixes(self, key: &str, counts: impl Fn(&str) -> bool) -> bool {
        condition::fixes(self.conditions(), key, counts)
    }

    /// True when a condition of this operator wants `key` to be `value`.
    #[must_use]
    pub fn wants(self, operator: &str, key: &str, value: &str) -> bool {
        tests(self.conditions()).any(|test| {
            test.operator == operator && test.key.eq_ignore_ascii_case(key) && test.values().all(|said| said.eq_ignore_ascii_case(value))
        })
    }

    /// True when it holds under this one condition and no other.
    #[must_use]
    pub fn wants_only(self, operator: &str, key: &str, value: &str) -> bool {
        tests(self.conditions()).count() == 1 && self.wants(operator, key, value)
    }

    /// Every test of its conditions.
    pub fn tests(self) -> impl Iterator<Item = Test<'a>> {
        tests(self.conditions())
    }

    fn conditions(self) -> Object<'a> {
        self.0.object("Condition").unwrap_or(Object::EMPTY)
    }
}

/// One test of a condition: an operator, a key, and the values of which one must fit.
#[derive(Debug, Clone)]
pub struct Test<'a> {
    /// `StringLike`, `ForAnyValue:StringEquals`.
    pub operator: Text<'a>,
    /// `aws:SourceArn`; case does not count.
    pub key: Text<'a>,
    values: Value<'a>,
}

impl<'a> Test<'a> {
    /// Values as text; `true` and numbers may stand without quotes.
    pub fn values(&self) -> impl Iterator<Item = Text<'a>> {
        many(Some(self.values)).map(|value| value.text().unwrap_or(Text::Borrowed(value.json())))
    }
}

fn tests(conditions: Object<'_>) -> impl Iterator<Item = Test<'_>> {
    conditions.members().flat_map(|(operator, keys)| {
        let keys = keys.object().unwrap_or(Object::EMPTY);
        keys.members().map(move |(key, values)| Test { operator: operator.clone(), key, values })
    })
}

/// Members of policies are one value or a list of them.
fn many(value: Option<Value<'_>>) -> impl Iterator<Item = Value<'_>> {
    let list = value.and_then(Value::list);
    let one = value.filter(|_| list.is_none());
    one.into_iter().chain(list.into_iter().flatten())
}

/// The account that a principal is of: an id, or the fifth part of an ARN.
fn account_of(principal: &str) -> Option<String> {
    let id = principal.strip_prefix("arn:").and_then(|rest| rest.split(':').nth(3)).unwrap_or(principal);
    (id.len() == 12 && id.bytes().all(|byte| byte.is_ascii_digit())).then(|| id.to_owned())
}

#[cfg(test)]
mod tests_of_statements;
