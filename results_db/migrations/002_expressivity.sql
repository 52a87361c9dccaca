-- Which paths a product has and its degrees of freedom, as obtained from the implementation; the newest line of
-- each (product, variant, setting, parity, l1, l2, l_out, channels) counts.
CREATE TABLE expressivity (
    added_at           TIMESTAMP NOT NULL,   -- UTC
    product            VARCHAR NOT NULL,
    variant            VARCHAR NOT NULL,
    setting            VARCHAR NOT NULL,
    parity             VARCHAR NOT NULL,
    l1                 INTEGER NOT NULL,
    l2                 INTEGER NOT NULL,
    l_out              INTEGER NOT NULL,
    channels           INTEGER NOT NULL,
    l_max              INTEGER NOT NULL,
    interactable       BIGINT NOT NULL,
    degrees_of_freedom BIGINT NOT NULL,
    line               JSON NOT NULL         -- the whole line
);
