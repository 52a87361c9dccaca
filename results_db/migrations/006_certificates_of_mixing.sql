-- How the channels of a certified product meet. What older versions certified is the plain product: channel by channel,
-- without weights.
ALTER TABLE certificates ADD COLUMN mixing VARCHAR DEFAULT 'uuu';            -- uuu | uvu | uvw
ALTER TABLE certificates ADD COLUMN mixing_weights VARCHAR DEFAULT 'none';   -- none | shared | per_sample
ALTER TABLE certificates ALTER COLUMN mixing SET NOT NULL;
ALTER TABLE certificates ALTER COLUMN mixing_weights SET NOT NULL;
