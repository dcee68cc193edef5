-- How often articles are read. Nothing of who reads.
CREATE TABLE reads (
    article TEXT NOT NULL,
    locale TEXT NOT NULL,
    -- The day where the site is, as 2026-11-23.
    day TEXT NOT NULL,
    count INTEGER NOT NULL CHECK (count > 0),
    PRIMARY KEY (article, locale, day)
) STRICT, WITHOUT ROWID;

CREATE INDEX reads_by_day ON reads (day);
