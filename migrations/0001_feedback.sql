-- One row a vote. Nothing here names a visitor or a machine.
CREATE TABLE feedback (
    id INTEGER PRIMARY KEY,
    -- By this its sender, and nobody else, adds a reason to it.
    ticket INTEGER NOT NULL UNIQUE,
    -- Milliseconds since 1970.
    at INTEGER NOT NULL,
    article TEXT NOT NULL,
    locale TEXT NOT NULL,
    -- The hash of the article as it was read: votes before an edit are told from those after it.
    digest INTEGER NOT NULL,
    helpful INTEGER NOT NULL CHECK (helpful IN (0, 1)),
    reason TEXT,
    -- Without personal data, and only for a while.
    comment TEXT,
    query TEXT
) STRICT;

CREATE INDEX feedback_of_article ON feedback (article, at);
CREATE INDEX feedback_with_text ON feedback (at) WHERE comment IS NOT NULL OR query IS NOT NULL;
