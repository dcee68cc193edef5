//! What following a repository asks of the publisher.

use std::collections::BTreeSet;

use super::commit::Commit;
use crate::article::SourcePath;
use crate::live::dates::CommitDates;
use crate::live::{LiveError, Publisher};

impl Publisher {
    /// Takes over a commit of the repository that is followed: the files that it has otherwise than
    /// the one before, or all when that is not known.
    pub(in crate::live) fn take_commit(
        &mut self,
        commit: &Commit,
        changed: Option<&BTreeSet<SourcePath>>,
    ) -> Result<(), LiveError> {
        let dates =
            CommitDates::read(self.library.folder.root(), Some(commit), &self.library.dates);
        self.library.set_dates(dates);
        self.library.commit = Some(commit.clone());
        self.settings.commit = Some(commit.clone());
        match changed {
            Some(changed) => {
                self.library.take_commit(changed);
            }
            None => {
                self.library.rescan(&mut |_, _| {}).map_err(|source| LiveError::Articles {
                    folder: self.settings.articles.display().to_string(),
                    source,
                })?;
            }
        }
        self.publish(&mut |_, _, _| {})?;
        self.changed();
        Ok(())
    }

    /// Notes how following the repository goes. Whether the status says something else now.
    pub(in crate::live) fn set_source(&mut self, wrong: Option<&str>, is_pinned: bool) -> bool {
        let before = self.origin.clone();
        self.set_degraded(wrong.map(str::to_owned));
        if let Some(repository) = &mut self.origin.repository {
            repository.is_pinned = is_pinned;
        }
        self.origin != before
    }
}
