//! Policy documents: statements, whose members may be one thing or a list of them.

use muster_rule::prelude::*;

/// The statements of a document.
pub fn statements(document: Object<'_>) -> Vec<Object<'_>> {
    match document.get("Statement") {
        Some(value) => value.object().into_iter().chain(value.list().into_iter().flat_map(List::objects)).collect(),
        None => Vec::new(),
    }
}

/// The texts of a member that is a text or a list of texts.
pub fn texts<'a>(object: Object<'a>, name: &str) -> Vec<Text<'a>> {
    match object.get(name) {
        Some(value) => value.text().into_iter().chain(value.list().into_iter().flat_map(List::texts)).collect(),
        None => Vec::new(),
    }
}

/// True for a statement that allows.
pub fn allows(statement: Object<'_>) -> bool {
    statement.text("Effect").as_deref() == Some("Allow")
}

/// Keys that the condition of a statement compares, in small letters.
pub fn condition_keys(statement: Object<'_>) -> Vec<String> {
    let operators = statement.object("Condition").into_iter().flat_map(Object::members);
    let comparisons = operators.filter_map(|(_, value)| value.object());
    comparisons.flat_map(Object::members).map(|(key, _)| key.to_lowercase()).collect()
}

/// Whether `pattern` with `*` and `?` fits `text`; letter case does not count, as in the names of actions.
pub fn fits(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut p, mut t) = (0, 0);
    // Where the last star stands, and where in the text it stopped taking.
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some(b'*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(byte) if *byte == b'?' || byte.eq_ignore_ascii_case(&text[t]) => (p, t) = (p + 1, t + 1),
            _ => match star {
                Some((at, taken)) => {
                    star = Some((at, taken + 1));
                    (p, t) = (at + 1, taken + 1);
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_of_actions() {
        for pattern in ["*", "iam:*", "IAM:create*", "iam:CreateAccessKey", "iam:Create?ccess*Key", "*:*", "i*m:*Key*"] {
            assert!(fits(pattern, "iam:CreateAccessKey"), "{pattern}");
        }
        for pattern in ["", "iam:Create", "iam:CreateAccessKeys", "ec2:*", "iam:*Keys", "iam:CreateAccessKey?"] {
            assert!(!fits(pattern, "iam:CreateAccessKey"), "{pattern}");
        }
    }

    #[test]
    fn one_thing_and_a_list_are_the_same() {
        let one = Value::parse(r#"{"Statement": {"Action": "a"}}"#).object().expect("an object");
        let list = Value::parse(r#"{"Statement": [{"Action": ["a"]}]}"#).object().expect("an object");
        for document in [one, list] {
            let statements = statements(document);
            assert_eq!((statements.len(), texts(statements[0], "Action")), (1, vec![Text::from("a")]));
        }
        let condition = Value::parse(r#"{"Condition": {"StringEquals": {"aws:SourceAccount": "1"}, "ArnLike": {"aws:SourceArn": "x"}}}"#);
        assert_eq!(condition_keys(condition.object().expect("an object")), ["aws:sourceaccount", "aws:sourcearn"]);
    }
}
