//! `did you mean`.

/// The candidate that a misspelt word most likely stands for.
#[must_use]
pub(crate) fn suggest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = word.to_lowercase();
    let allowed = (wanted.chars().count() / 3).max(1);
    let near = |candidate: &'a str| {
        let folded = candidate.to_lowercase();
        let distance = strsim::damerau_levenshtein(&wanted, &folded);
        let begins_alike = strsim::jaro_winkler(&wanted, &folded) >= 0.93;
        (distance <= allowed || begins_alike).then_some((distance, candidate))
    };
    candidates.into_iter().filter_map(near).min_by_key(|(distance, _)| *distance).map(|(_, candidate)| candidate)
}

/// ``did you mean `office`?``
#[must_use]
pub fn did_you_mean<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    suggest(word, candidates).map(|found| format!("did you mean `{found}`?"))
}

/// A list for people: the first few, and how many more.
#[must_use]
pub fn listed<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    /// More than this is a wall nobody reads.
    const SHOWN: usize = 12;
    let words: Vec<&str> = words.into_iter().collect();
    match words.len() {
        0 => "none".to_owned(),
        n if n <= SHOWN => words.join(", "),
        n => format!("{} and {} more", words[..SHOWN].join(", "), n - SHOWN),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_words_are_found_and_far_ones_are_not() {
        let names = ["class", "db-office", "office"];
        assert_eq!(suggest("offce", names), Some("office"));
        assert_eq!(suggest("Office", names), Some("office"));
        assert_eq!(suggest("clsas", names), Some("class"), "a swap is one mistake");
        assert_eq!(suggest("night", names), None);
        assert_eq!(suggest("ssh-form", ["ssh-from", "schedule"]), Some("ssh-from"));
    }
}
