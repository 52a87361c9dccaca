-- Every measurement ever taken: append-only, no secondary index (zone maps suffice), no key constraint (the one
-- writer checks ids). Each metric of backend/metrics.py is a DOUBLE column that migrate.py adds.
CREATE TABLE measurements (
    id              UUID NOT NULL,
    measured_at     TIMESTAMP NOT NULL,   -- UTC
    key             VARCHAR NOT NULL,
    product         VARCHAR NOT NULL,
    variant         VARCHAR NOT NULL,
    framework       VARCHAR NOT NULL,
    device          VARCHAR NOT NULL,
    dtype           VARCHAR NOT NULL,
    precision       VARCHAR NOT NULL,
    direction       VARCHAR NOT NULL,
    compilation     VARCHAR NOT NULL,
    layout          VARCHAR NOT NULL,
    threads         INTEGER NOT NULL,
    seed            INTEGER NOT NULL,
    setting         VARCHAR NOT NULL,
    parity          VARCHAR NOT NULL,
    l_max           INTEGER NOT NULL,
    l1              INTEGER NOT NULL,
    l2              INTEGER NOT NULL,
    l_out           INTEGER NOT NULL,
    channels        INTEGER NOT NULL,
    batch           BIGINT NOT NULL,
    status          VARCHAR NOT NULL,
    message         VARCHAR NOT NULL,
    machine         VARCHAR NOT NULL,     -- identity.machine, promoted
    identity        VARCHAR NOT NULL,     -- JSON with sorted names: what the cache compares
    samples         DOUBLE[] NOT NULL,
    latency_samples DOUBLE[] NOT NULL,
    other_metrics   MAP(VARCHAR, DOUBLE) NOT NULL,   -- metrics that have no column
    environment     JSON NOT NULL
);
