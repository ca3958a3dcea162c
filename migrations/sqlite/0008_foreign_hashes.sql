-- A secret of which only another server's hash is known, until its first use, has the kind `foreign`: earlier versions
-- pass over kinds that they do not know, and could not read such a hash.

CREATE INDEX credentials_foreign ON credentials (account) WHERE kind = 'foreign' AND revoked_at IS NULL;
