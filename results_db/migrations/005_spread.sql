-- How a product is spread over channels and rows. What older versions wrote is the plain product: channel by channel,
-- no weights, no layers around it, no message. Degrees of freedom may be too many to compute: then there is no number.
ALTER TABLE measurements ADD COLUMN mixing VARCHAR DEFAULT 'uuu';         -- uuu | uvu | uvw
ALTER TABLE measurements ADD COLUMN weights VARCHAR DEFAULT 'none';       -- none | shared | per_sample
ALTER TABLE measurements ADD COLUMN scope VARCHAR DEFAULT 'op';           -- op | layer
ALTER TABLE measurements ADD COLUMN "inner" INTEGER DEFAULT 0;            -- channels inside a layer
ALTER TABLE measurements ADD COLUMN neighbours INTEGER DEFAULT 0;         -- edges that a node of a message sums over
ALTER TABLE measurements ALTER COLUMN mixing SET NOT NULL;
ALTER TABLE measurements ALTER COLUMN weights SET NOT NULL;
ALTER TABLE measurements ALTER COLUMN scope SET NOT NULL;
ALTER TABLE measurements ALTER COLUMN "inner" SET NOT NULL;
ALTER TABLE measurements ALTER COLUMN neighbours SET NOT NULL;
ALTER TABLE expressivity ADD COLUMN mixing VARCHAR DEFAULT 'uuu';
ALTER TABLE expressivity ADD COLUMN weights VARCHAR DEFAULT 'none';
ALTER TABLE expressivity ADD COLUMN scope VARCHAR DEFAULT 'op';
ALTER TABLE expressivity ADD COLUMN "inner" INTEGER DEFAULT 0;
ALTER TABLE expressivity ADD COLUMN neighbours INTEGER DEFAULT 0;
ALTER TABLE expressivity ALTER COLUMN mixing SET NOT NULL;
ALTER TABLE expressivity ALTER COLUMN weights SET NOT NULL;
ALTER TABLE expressivity ALTER COLUMN scope SET NOT NULL;
ALTER TABLE expressivity ALTER COLUMN "inner" SET NOT NULL;
ALTER TABLE expressivity ALTER COLUMN neighbours SET NOT NULL;
ALTER TABLE expressivity ALTER COLUMN degrees_of_freedom DROP NOT NULL;
