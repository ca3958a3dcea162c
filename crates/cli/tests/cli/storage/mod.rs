//! The database and the files beside it: backups, full disks, killed processes and access rights.

mod backup;
mod durability;
mod files;
mod full_disk;
mod kills;
mod lock_wait;
mod permissions;
mod read_only_media;
mod replaced;
mod restore;
mod store;
mod store_copy;
