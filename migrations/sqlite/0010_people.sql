-- Who is who in Discord: a person of the file is matched by user name once and is this account from then on, whatever either is
-- called later. `discord` is what the file said then: when it says something else, the person is matched anew.
CREATE TABLE people (
    person       TEXT PRIMARY KEY NOT NULL,
    discord      TEXT NOT NULL,
    user_id      INTEGER NOT NULL,
    username     TEXT NOT NULL,
    username_now TEXT NOT NULL,
    shown        TEXT NOT NULL,
    pinned_ms    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What is wrong with names of the configuration, and operators were told of: they are told once, also over restarts.
CREATE TABLE names_told (
    name    TEXT PRIMARY KEY NOT NULL,
    said    TEXT NOT NULL,
    told_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What was remembered before may have been matched by a display name, which anybody can take. It must not become a pin.
DELETE FROM meta WHERE name = 'people';
