-- How long secrets were issued for.

-- Seconds; -1 if it was issued without expiry, nothing if an earlier version issued it. `expires_at` may be sooner
-- after a rotation.
ALTER TABLE credentials ADD COLUMN lifetime INTEGER;
