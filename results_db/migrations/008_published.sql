-- Published figures, one line a number in SI units: a provenance of their own, which no result and no answer of the
-- cache is made of. A figure's id follows from what it says, so a file imported twice adds nothing. Append-only.
CREATE TABLE published (
    id            UUID NOT NULL,
    imported_at   TIMESTAMP NOT NULL,   -- UTC
    source        VARCHAR NOT NULL,     -- arXiv:2506.13523
    file_kind     VARCHAR NOT NULL,     -- walltime | nsight | flops | flops_perf
    device        VARCHAR NOT NULL,     -- as the paper names it
    named         VARCHAR NOT NULL,     -- the product as the file names it
    product       VARCHAR NOT NULL,     -- ours of that name; it need not be the same function
    setting       VARCHAR NOT NULL,
    l_max         INTEGER NOT NULL,
    channels      INTEGER NOT NULL,
    batch         BIGINT NOT NULL,
    quantity      VARCHAR NOT NULL,     -- time | flop | bytes | a rate
    value         DOUBLE NOT NULL,
    unit          VARCHAR NOT NULL,
    counted       VARCHAR NOT NULL,     -- a sentence: what the number is
    normaliser    DOUBLE,               -- what the paper divides by; null where the file has none
    normaliser_is VARCHAR NOT NULL,
    caveats       VARCHAR[] NOT NULL,   -- sentences
    file          VARCHAR NOT NULL,
    line          INTEGER NOT NULL
);
