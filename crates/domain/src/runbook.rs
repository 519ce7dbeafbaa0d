//! Purpose: what to do for an alert, as documented by its owners.

use crate::labels::{Labels, Matcher, all_match};

/// One Markdown file with front matter.
#[derive(Clone, Debug, PartialEq)]
pub struct Runbook {
    /// The file's name without `.md`; what people type.
    pub name: String,
    /// The title.
    pub title: String,
    /// Conditions on labels; a runbook with none is found by search only.
    pub matchers: Vec<Matcher>,
    /// Who keeps it.
    pub owner: Option<String>,
    /// Date of the last review, `2026-08-01`.
    pub reviewed: Option<jiff::civil::Date>,
    /// Where the full text lives, if elsewhere.
    pub url: Option<String>,
    /// The Markdown below the front matter.
    pub body: String,
}

impl Runbook {
    /// The first step: the first list item, else the first line of text, without its mark.
    pub fn first_step(&self) -> Option<&str> {
        let lines = || self.body.lines().map(str::trim).filter(|line| !line.is_empty());
        lines().find_map(list_item).or_else(|| lines().find(|line| !line.starts_with('#')))
    }

    /// True when the runbook has conditions and the labels satisfy all of them.
    pub fn applies_to(&self, labels: &Labels) -> bool {
        !self.matchers.is_empty() && all_match(&self.matchers, labels)
    }
}

/// The runbook for these labels: the one with the most conditions that hold; the first of equals.
pub fn find<'a>(runbooks: &'a [Runbook], labels: &Labels) -> Option<&'a Runbook> {
    let mut best: Option<&Runbook> = None;
    for runbook in runbooks.iter().filter(|runbook| runbook.applies_to(labels)) {
        if best.is_none_or(|best| runbook.matchers.len() > best.matchers.len()) {
            best = Some(runbook);
        }
    }
    best
}

/// Runbooks that contain every word of the query in name, title, owner or text, best first (title hits count most).
pub fn search<'a>(runbooks: &'a [Runbook], query: &str) -> Vec<&'a Runbook> {
    let words: Vec<String> = query.split_whitespace().map(str::to_lowercase).collect();
    let mut hits: Vec<(usize, &Runbook)> = runbooks
        .iter()
        .filter_map(|runbook| {
            let head = format!("{} {}", runbook.name, runbook.title).to_lowercase();
            let text = format!("{} {}", runbook.owner.as_deref().unwrap_or(""), runbook.body).to_lowercase();
            let mut score = 0;
            for word in &words {
                match (head.contains(word), text.contains(word)) {
                    (true, _) => score += 10,
                    (false, true) => score += 1,
                    (false, false) => return None,
                }
            }
            Some((score, runbook))
        })
        .collect();
    hits.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.name.cmp(&b.1.name)));
    hits.into_iter().map(|(_, runbook)| runbook).collect()
}

fn list_item(line: &str) -> Option<&str> {
    if let Some(item) = line.strip_prefix("- ").or_else(|| line.strip_prefix("* ")) {
        return Some(item.trim_start_matches("[ ] ").trim());
    }
    let digits = line.len() - line.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    if digits == 0 {
        return None;
    }
    line[digits..].strip_prefix(". ").or_else(|| line[digits..].strip_prefix(") ")).map(str::trim)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn runbook(name: &str, matchers: &[&str], body: &str) -> Runbook {
        Runbook {
            name: name.into(),
            title: name.into(),
            matchers: matchers.iter().map(|m| Matcher::parse(m).unwrap()).collect(),
            owner: None,
            reviewed: None,
            url: None,
            body: body.into(),
        }
    }

    #[test]
    fn the_first_step_is_the_first_list_item_or_else_the_first_sentence() {
        assert_eq!(runbook("a", &[], "# Title\n\nWhy.\n\n1. Check it\n2. Fix it").first_step(), Some("Check it"));
        assert_eq!(runbook("a", &[], "# Title\n\n- [ ] Look").first_step(), Some("Look"));
        assert_eq!(runbook("a", &[], "# Title\n\nCall Rina.").first_step(), Some("Call Rina."));
        assert_eq!(runbook("a", &[], "# Title").first_step(), None);
    }

    #[test]
    fn the_most_specific_runbook_wins_and_one_without_matchers_never_does() {
        let all = [
            runbook("general", &[], ""),
            runbook("service", &["service=checkout"], ""),
            runbook("exact", &["service=checkout", "alertname=Errors"], ""),
        ];
        let labels = Labels::from([("service".into(), "checkout".into()), ("alertname".into(), "Errors".into())]);
        assert_eq!(find(&all, &labels).unwrap().name, "exact");
        assert_eq!(find(&all, &Labels::new()), None);
    }

    #[test]
    fn search_wants_every_word_and_prefers_titles() {
        let all = [runbook("other", &[], "talks of checkout"), runbook("checkout-errors", &[], "")];
        let names: Vec<_> = search(&all, "Checkout").iter().map(|r| r.name.as_str()).collect();
        assert_eq!(names, ["checkout-errors", "other"]);
        assert!(search(&all, "checkout moon").is_empty());
    }
}
