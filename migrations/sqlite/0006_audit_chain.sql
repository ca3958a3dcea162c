-- The SHA-256 that chains each record to the one before it; nothing in records of versions that wrote no chain.
ALTER TABLE audit ADD COLUMN digest BLOB;
