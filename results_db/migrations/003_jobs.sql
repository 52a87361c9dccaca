-- What was asked for and how far it is. Few rows; changed in place by the one writer.
CREATE TABLE jobs (
    id           VARCHAR NOT NULL,
    created_at   VARCHAR NOT NULL,   -- ISO 8601, UTC, as in Job
    state        VARCHAR NOT NULL,
    device       VARCHAR NOT NULL,
    cases        JSON NOT NULL,
    options      JSON NOT NULL,
    done         INTEGER NOT NULL,
    failed       INTEGER NOT NULL,
    current      VARCHAR NOT NULL,
    message      VARCHAR NOT NULL,
    log_tail     VARCHAR NOT NULL,
    requested_by VARCHAR NOT NULL,
    started_at   VARCHAR NOT NULL,
    finished_at  VARCHAR NOT NULL
);
