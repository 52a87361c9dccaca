-- What a device can do at best, as measured by one framework; of each machine, device, number of threads and framework
-- the newest counts. Append-only.
CREATE TABLE limits (
    id          VARCHAR NOT NULL,
    measured_at TIMESTAMP NOT NULL,   -- UTC
    machine     VARCHAR NOT NULL,
    device      VARCHAR NOT NULL,     -- cpu | cuda
    device_name VARCHAR NOT NULL,
    threads     INTEGER NOT NULL,     -- of the CPU; 1 for a GPU
    framework   VARCHAR NOT NULL,
    line        JSON NOT NULL         -- the whole of it
);
