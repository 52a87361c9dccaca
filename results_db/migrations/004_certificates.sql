-- What a product computes, as certified; the newest of each question counts. A question ends with `source`, which
-- stands for the sources and versions that the certificate rests on. Append-only.
CREATE TABLE certificates (
    added_at    TIMESTAMP NOT NULL,   -- UTC
    product     VARCHAR NOT NULL,
    variant     VARCHAR NOT NULL,
    framework   VARCHAR NOT NULL,
    device      VARCHAR NOT NULL,
    dtype       VARCHAR NOT NULL,
    layout      VARCHAR NOT NULL,
    compilation VARCHAR NOT NULL,
    setting     VARCHAR NOT NULL,
    parity      VARCHAR NOT NULL,
    l1          INTEGER NOT NULL,
    l2          INTEGER NOT NULL,
    l_out       INTEGER NOT NULL,
    "inner"     INTEGER NOT NULL,     -- channels between the linear layers whose family is counted
    "outer"     INTEGER NOT NULL,     -- channels around them
    source      VARCHAR NOT NULL,
    status      VARCHAR NOT NULL,     -- holds | fails | unsupported
    certificate JSON NOT NULL         -- the whole of it
);
