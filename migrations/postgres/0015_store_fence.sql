-- The fence of a store that was copied into another one. While it has its row, the store refuses changes, so that none is
-- made that the copy does not have. Only servers and commands of this version and later ones obey it.

CREATE TABLE store_fence (
    only_row boolean NOT NULL PRIMARY KEY DEFAULT true CHECK (only_row),
    since timestamptz NOT NULL,
    -- Where the store was copied to, without a password.
    target text NOT NULL
);
