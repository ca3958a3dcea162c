-- The fence of a store that was copied into another one. While it has its row, the store refuses changes, so that none is
-- made that the copy does not have. Only servers and commands of this version and later ones obey it.

CREATE TABLE store_fence (
    only_row INTEGER NOT NULL PRIMARY KEY DEFAULT 1 CHECK (only_row = 1),
    since INTEGER NOT NULL,
    -- Where the store was copied to, without a password.
    target TEXT NOT NULL
) STRICT;
