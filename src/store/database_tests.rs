//! The store in a folder of its own.

use tempfile::TempDir;

use super::*;

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn feedback(vote: Vote, comment: &str) -> Feedback {
    Feedback {
        replaces: None,
        article: "withdraw-to-card".parse().unwrap(),
        locale: "ru".parse().unwrap(),
        digest: Digest(u64::MAX),
        vote,
        comment: Remark::comment(comment).unwrap(),
        query: None,
        at: Timestamp::now(),
    }
}

async fn all(store: &Store) -> ArticleVotes {
    store.votes(&"withdraw-to-card".parse().unwrap()).await.unwrap()
}

#[tokio::test]
async fn votes_are_counted_by_language_and_by_what_the_article_said() {
    let folder = folder();
    let store = Store::open(folder.path().join("new/state")).await.unwrap();
    let no = Vote::NotHelpful(Some(Reason::Unclear));
    store.add_feedback(&feedback(Vote::Helpful, "")).await.unwrap();
    store.add_feedback(&feedback(no, "не понял")).await.unwrap();
    let earlier = Feedback { digest: Digest(1), ..feedback(Vote::NotHelpful(None), "") };
    store.add_feedback(&earlier).await.unwrap();
    let english = Feedback { locale: "en".parse().unwrap(), ..feedback(Vote::Helpful, "") };
    store.add_feedback(&english).await.unwrap();
    let other = Feedback { article: "fees".parse().unwrap(), ..feedback(Vote::Helpful, "") };
    store.add_feedback(&other).await.unwrap();

    let votes = all(&store).await;
    let ru = "ru".parse().unwrap();
    assert_eq!(votes.in_locale(&ru), Tally { helpful: 1, not_helpful: 2 });
    let present = votes.on_present(&ru, Digest(u64::MAX));
    assert_eq!(present, Tally { helpful: 1, not_helpful: 1 });
    let earlier = votes.on_earlier(&ru, Digest(u64::MAX));
    assert_eq!(earlier, Tally { helpful: 0, not_helpful: 1 });
    assert_eq!(votes.in_locale(&"en".parse().unwrap()), Tally { helpful: 1, not_helpful: 0 });
    let [comment] = &votes.comments[..] else { panic!("{votes:?}") };
    assert_eq!(comment.vote, no);
    assert_eq!(comment.text.as_ref().unwrap().as_str(), "не понял");
    assert_eq!(all(&Store::new(folder.path().join("other"))).await, ArticleVotes::default());
}

#[tokio::test]
async fn a_reason_comes_to_its_vote_and_not_beside_it() {
    let folder = folder();
    let store = Store::open(folder.path()).await.unwrap();
    let query = Remark::query("вывод").unwrap();
    let first = Feedback { query, ..feedback(Vote::NotHelpful(None), "") };
    let ticket = store.add_feedback(&first).await.unwrap();
    let why = Vote::NotHelpful(Some(Reason::Wrong));
    let second = Feedback { replaces: Some(ticket), ..feedback(why, "старые сроки") };
    assert_eq!(store.add_feedback(&second).await.unwrap(), ticket);
    assert_eq!(store.add_feedback(&second).await.unwrap(), ticket, "sent twice");
    let votes = all(&store).await;
    assert_eq!(votes.in_locale(&"ru".parse().unwrap()), Tally { helpful: 0, not_helpful: 1 });
    assert_eq!(votes.comments[0].vote, why);
    assert_eq!(votes.comments[0].query.as_ref().unwrap().as_str(), "вывод");

    // A ticket of another article, or of long ago, changes nothing of it: this vote is a new one.
    let stranger = Feedback { article: "fees".parse().unwrap(), ..second.clone() };
    assert_ne!(store.add_feedback(&stranger).await.unwrap(), ticket);
    let late = Feedback { at: Timestamp::now() + SignedDuration::from_hours(2), ..second };
    assert_ne!(store.add_feedback(&late).await.unwrap(), ticket);
}

#[tokio::test]
async fn what_was_kept_is_there_after_a_restart_and_is_forgotten_when_it_is_old() {
    let folder = folder();
    let store = Store::open(folder.path()).await.unwrap();
    let old = at("2026-01-01T00:00:00Z");
    let no = Vote::NotHelpful(Some(Reason::Unclear));
    store.add_feedback(&Feedback { at: old, ..feedback(no, "верблюжонок") }).await.unwrap();
    assert_eq!(all(&store).await.comments[0].at, old);
    assert_eq!(all(&store).await.comments[0].text.as_ref().unwrap().as_str(), "верблюжонок");
    store.close().await;

    let store = Store::open(folder.path()).await.unwrap();
    let votes = all(&store).await;
    assert_eq!(votes.in_locale(&"ru".parse().unwrap()), Tally { helpful: 0, not_helpful: 1 });
    assert_eq!((votes.comments[0].vote, votes.comments[0].text.as_ref()), (no, None));
    store.close().await;
    let bytes = fs::read(folder.path().join(FILE)).unwrap();
    let needle = "верблюжонок".as_bytes();
    assert!(!bytes.windows(needle.len()).any(|window| window == needle), "it is overwritten too");
}

#[tokio::test]
async fn a_folder_that_cannot_be_made_is_tried_again_with_each_vote() {
    let folder = folder();
    let state = folder.path().join("state");
    fs::write(&state, "in the way").unwrap();
    let store = Store::new(&state);
    for _ in 0..2 {
        let failed = store.add_feedback(&feedback(Vote::Helpful, "")).await;
        assert!(matches!(failed, Err(StoreError::Folder { .. })), "{failed:?}");
    }
    fs::remove_file(&state).unwrap();
    store.add_feedback(&feedback(Vote::Helpful, "")).await.unwrap();

    // The same when the folder goes away under it.
    fs::remove_dir_all(&state).unwrap();
    store.add_feedback(&feedback(Vote::Helpful, "")).await.unwrap();
    store.close().await;
    let votes = all(&Store::new(&state)).await;
    assert_eq!(votes.in_locale(&"ru".parse().unwrap()), Tally { helpful: 1, not_helpful: 0 });
}

#[tokio::test]
async fn what_is_no_database_or_that_of_a_later_program_is_left_alone() {
    let folder = folder();
    fs::write(folder.path().join(FILE), "not a database at all, but long enough to look").unwrap();
    let store = Store::new(folder.path());
    let failed = store.add_feedback(&feedback(Vote::Helpful, "")).await;
    assert!(matches!(failed, Err(StoreError::Database(_))), "{failed:?}");
    assert!(fs::read(folder.path().join(FILE)).unwrap().starts_with(b"not a database"));

    fs::remove_file(folder.path().join(FILE)).unwrap();
    store.prepare().await.unwrap();
    let pool = store.pool().await.unwrap();
    let later = "INSERT INTO _sqlx_migrations VALUES (99, 'later', 0, 1, x'00', 0)";
    sqlx::query(later).execute(&pool).await.unwrap();
    store.close().await;
    let failed = store.add_feedback(&feedback(Vote::Helpful, "")).await;
    assert!(matches!(failed, Err(StoreError::Migration(_))), "{failed:?}");
}

#[tokio::test]
async fn a_locked_database_is_waited_for_and_then_given_up() {
    let folder = folder();
    let store = Store::open(folder.path()).await.unwrap();
    let other = connect(folder.path()).await.unwrap();
    let lock = other.begin_with("BEGIN IMMEDIATE").await.unwrap();
    let vote = feedback(Vote::Helpful, "");
    let (kept, ()) = tokio::join!(store.add_feedback(&vote), async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        lock.commit().await.unwrap();
    });
    kept.unwrap();

    let lock = other.begin_with("BEGIN IMMEDIATE").await.unwrap();
    assert!(matches!(store.add_feedback(&vote).await, Err(StoreError::Busy)));
    drop(lock);
    store.add_feedback(&vote).await.unwrap();
    let votes = all(&store).await;
    assert_eq!(votes.in_locale(&"ru".parse().unwrap()), Tally { helpful: 2, not_helpful: 0 });
}

#[cfg(unix)]
#[tokio::test]
async fn the_folder_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = folder();
    let state = folder.path().join("state");
    Store::open(&state).await.unwrap();
    assert_eq!(fs::metadata(&state).unwrap().permissions().mode() & 0o777, 0o700);
}
