//! What became of a golden query between two states of the articles. Pure: the asking is done.

use crate::search::{Expected, GoldenQuery, Verdict};

/// A golden query as one state has it, and how it went there.
pub(super) struct Entry<'a> {
    pub(super) golden: &'a GoldenQuery,
    pub(super) verdict: Verdict,
}

/// A golden query in both states.
pub(super) struct Pair<'a> {
    /// At the base, and how what it expected goes now: an entry that is changed or deleted has
    /// promised something all the same.
    pub(super) before: Option<(Entry<'a>, Verdict)>,
    /// In the working copy.
    pub(super) now: Option<Entry<'a>>,
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Change {
    /// What it expected was found, and is not any more.
    Lost,
    /// It is new, or expects something else, and that is not found.
    Missed,
    Worse,
    Found,
    Better,
    /// It expects something else, and that is found.
    Changed,
    /// It is deleted; what it expected is found, or never was.
    Gone,
    New,
    /// As good or as bad as it was.
    Same,
}

impl Change {
    /// All that is worth a word, the worst first.
    pub(super) const TOLD: [Self; 8] = [
        Self::Lost,
        Self::Missed,
        Self::Worse,
        Self::Found,
        Self::Better,
        Self::Changed,
        Self::Gone,
        Self::New,
    ];

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Lost => "lost",
            Self::Missed => "missed",
            Self::Worse => "worse",
            Self::Found => "found",
            Self::Better => "better",
            Self::Changed => "changed",
            Self::Gone => "gone",
            Self::New => "new",
            Self::Same => "same",
        }
    }
}

impl Pair<'_> {
    pub(super) fn change(&self) -> Change {
        match (&self.before, &self.now) {
            (Some((before, promise)), now) => {
                let is_lost = before.verdict.passed && !promise.passed && !before.golden.known_miss;
                match now {
                    None if is_lost => Change::Lost,
                    None => Change::Gone,
                    Some(now) if is_lost && !explains(now, before.golden) => Change::Lost,
                    Some(now) if is_as_before(before.golden, now.golden) => {
                        compared(&before.verdict, &now.verdict)
                    }
                    Some(now) if now.is_missed() => Change::Missed,
                    Some(_) => Change::Changed,
                }
            }
            (None, Some(now)) if now.is_missed() => Change::Missed,
            (None, _) => Change::New,
        }
    }

    /// A protected query that is not first, whether it was or not.
    pub(super) fn is_unprotected(&self) -> bool {
        self.now.as_ref().is_some_and(|now| now.golden.protected && !now.verdict.passed)
    }

    /// Whether the run fails by it.
    pub(super) fn fails(&self) -> bool {
        matches!(self.change(), Change::Lost | Change::Missed) || self.is_unprotected()
    }

    /// The rank of what was expected: at the base, and now.
    pub(super) fn ranks(&self) -> (Option<usize>, Option<usize>) {
        let before = self.before.as_ref().and_then(|(before, _)| before.verdict.rank);
        let promise = self.before.as_ref().map(|(_, promise)| promise.rank);
        let now = || self.now.as_ref().and_then(|now| now.verdict.rank);
        // Of one whose expectation changed the rank of what was expected is told.
        (before, promise.unwrap_or_else(now))
    }
}

impl Entry<'_> {
    fn is_missed(&self) -> bool {
        !self.verdict.passed && !self.golden.known_miss
    }
}

/// Whether a changed entry says why what it expected is not found: it names another article, and
/// that is. To make a query easier, or to call it a known miss, is no reason; and what was
/// protected has to be first.
fn explains(now: &Entry<'_>, before: &GoldenQuery) -> bool {
    let is_first = now.golden.expect == Expected::Nothing || now.verdict.rank == Some(1);
    now.golden.expect != before.expect && now.verdict.passed && (!before.protected || is_first)
}

/// Whether an entry asks for the same in both states.
pub(super) fn is_as_before(before: &GoldenQuery, now: &GoldenQuery) -> bool {
    let asks = |golden: &GoldenQuery| (golden.within, golden.protected, golden.message);
    before.expect == now.expect && before.section == now.section && asks(before) == asks(now)
}

fn compared(before: &Verdict, now: &Verdict) -> Change {
    if !before.passed && now.passed {
        return Change::Found;
    }
    if before.passed && !now.passed {
        return Change::Worse;
    }
    let rank = |verdict: &Verdict| verdict.rank.unwrap_or(usize::MAX);
    match rank(now).cmp(&rank(before)) {
        std::cmp::Ordering::Less => Change::Better,
        std::cmp::Ordering::Equal => Change::Same,
        std::cmp::Ordering::Greater => Change::Worse,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::SourcePath;

    fn golden(rest: &str) -> GoldenQuery {
        let text = format!("- query: q\n  {}\n", rest.replace("; ", "\n  "));
        let (mut queries, problems) = GoldenQuery::parse(&SourcePath::new("ru/golden.yaml"), &text);
        assert!(problems.is_empty(), "{problems:?}");
        queries.remove(0)
    }

    /// Found at this rank; 0 is nowhere.
    fn at(golden: &GoldenQuery, rank: usize) -> Verdict {
        let passed = rank > 0 && rank <= golden.within;
        Verdict { passed, rank: (rank > 0).then_some(rank), confidence: 1.0, found: Vec::new() }
    }

    /// The entry and its rank at the base; the rank of the same now; the entry now and its rank.
    fn change(before: Option<(&str, usize, usize)>, now: Option<(&str, usize)>) -> (Change, bool) {
        let old = before.map(|(text, ..)| golden(text));
        let new = now.map(|(text, _)| golden(text));
        let pair = Pair {
            before: old.as_ref().zip(before).map(|(golden, (_, rank, promise))| {
                (Entry { golden, verdict: at(golden, rank) }, at(golden, promise))
            }),
            now: new
                .as_ref()
                .zip(now)
                .map(|(golden, (_, rank))| Entry { golden, verdict: at(golden, rank) }),
        };
        (pair.change(), pair.fails())
    }

    #[test]
    fn a_query_that_passed_and_fails_is_lost() {
        let one = "expect: a";
        assert_eq!(change(Some((one, 1, 2)), Some((one, 2))), (Change::Lost, true));
        assert_eq!(change(Some((one, 2, 1)), Some((one, 1))), (Change::Found, false));
        assert_eq!(change(Some((one, 3, 2)), Some((one, 2))), (Change::Better, false));
        assert_eq!(change(Some((one, 2, 0)), Some((one, 0))), (Change::Worse, false));
        let three = "expect: a; within: 3";
        assert_eq!(change(Some((three, 1, 2)), Some((three, 2))), (Change::Worse, false));
        assert_eq!(change(Some((three, 2, 2)), Some((three, 2))), (Change::Same, false));
    }

    #[test]
    fn nobody_passes_by_deleting_or_easing_a_query() {
        let one = "expect: a";
        assert_eq!(change(Some((one, 1, 2)), None), (Change::Lost, true));
        assert_eq!(change(Some((one, 1, 1)), None), (Change::Gone, false));
        assert_eq!(change(Some((one, 2, 2)), None), (Change::Gone, false));
        for eased in ["expect: a; within: 5", "expect: a; known_miss: true"] {
            assert_eq!(
                change(Some((one, 1, 2)), Some((eased, 2))),
                (Change::Lost, true),
                "{eased}"
            );
        }
    }

    #[test]
    fn an_entry_that_names_another_article_explains_itself_when_that_is_found() {
        let one = "expect: a";
        assert_eq!(change(Some((one, 1, 0)), Some(("expect: b", 1))), (Change::Changed, false));
        assert_eq!(change(Some((one, 1, 0)), Some(("expect: b", 2))), (Change::Lost, true));
        assert_eq!(change(Some((one, 1, 1)), Some(("expect: b", 2))), (Change::Missed, true));
        let protected = "expect: a; protected: true";
        let second = Some(("expect: b; within: 3", 2));
        assert_eq!(change(Some((protected, 1, 2)), second), (Change::Lost, true));
    }

    #[test]
    fn a_protected_query_that_is_not_first_fails_even_when_it_never_was() {
        let protected = "expect: a; protected: true";
        assert_eq!(change(Some((protected, 2, 2)), Some((protected, 2))), (Change::Same, true));
    }

    #[test]
    fn a_new_query_must_be_found_or_say_that_it_is_not_yet() {
        assert_eq!(change(None, Some(("expect: a", 1))), (Change::New, false));
        assert_eq!(change(None, Some(("expect: a", 2))), (Change::Missed, true));
        let open = "expect: a; known_miss: true";
        assert_eq!(change(None, Some((open, 2))), (Change::New, false));
    }
}
