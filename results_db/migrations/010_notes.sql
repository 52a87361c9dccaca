-- What readers say of results: plain text, beside the results and never in them. Append-only; the same note is kept once.
CREATE TABLE notes (
    result_id UUID NOT NULL,
    added_at  TIMESTAMP NOT NULL,   -- UTC
    author    VARCHAR NOT NULL,
    text      VARCHAR NOT NULL
);
