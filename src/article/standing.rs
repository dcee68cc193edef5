//! Whether readers see an article at a moment, and why not: it is a draft, or out of its time.

use jiff::Timestamp;

use super::{Article, Status};

/// Whether readers see an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// They do; staff alone, when it is for staff.
    Shown,
    /// It is not ready.
    Draft,
    /// It is shown from then on.
    NotYet(Timestamp),
    /// It was shown until then.
    Expired(Timestamp),
}

impl Article {
    /// How it stands at a moment.
    pub fn standing(&self, now: Timestamp) -> Standing {
        match (self.status, self.window.from, self.window.until) {
            (Status::Draft, ..) => Standing::Draft,
            (_, Some(from), _) if now < from => Standing::NotYet(from),
            (_, _, Some(until)) if until <= now => Standing::Expired(until),
            _ => Standing::Shown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{SourcePath, Window};

    #[test]
    fn an_article_is_shown_from_its_beginning_and_not_at_its_end() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let (from, until) = (at("2026-12-01T00:00:00Z"), at("2026-12-31T00:00:00Z"));
        let locale = "en".parse().unwrap();
        let id = "winter".parse().unwrap();
        let path = SourcePath::new("en/promo/winter.md");
        let mut article = Article::plain(path, &locale, id, "Winter", "Snow.");
        article.window = Window { from: Some(from), until: Some(until) };
        for (now, standing) in [
            ("2026-11-30T23:59:59Z", Standing::NotYet(from)),
            ("2026-12-01T00:00:00Z", Standing::Shown),
            ("2026-12-30T23:59:59Z", Standing::Shown),
            ("2026-12-31T00:00:00Z", Standing::Expired(until)),
        ] {
            assert_eq!(article.standing(at(now)), standing, "{now}");
            assert_eq!(article.window.contains(at(now)), standing == Standing::Shown);
        }
        article.status = Status::Draft;
        assert_eq!(article.standing(from), Standing::Draft);
    }
}
