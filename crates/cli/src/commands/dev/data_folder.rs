//! The data folder of `jeton dev`.

use std::fs::{self, DirBuilder, Permissions};
use std::io::ErrorKind;
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::Path;

use crate::failure::Failure;

/// Creates the folder, accessible only to its owner. An existing folder keeps its permissions.
pub(super) fn ensure(folder: &Path) -> Result<(), Failure> {
    let refused = |error| Failure::Usage(format!("cannot create the folder {} ({error})", folder.display()));
    if let Some(parent) = folder.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        DirBuilder::new().recursive(true).mode(MODE).create(parent).map_err(refused)?;
    }
    match DirBuilder::new().mode(MODE).create(folder) {
        Ok(()) => fs::set_permissions(folder, Permissions::from_mode(MODE)).map_err(refused),
        Err(error) if error.kind() == ErrorKind::AlreadyExists && folder.is_dir() => Ok(()),
        Err(error) => Err(refused(error)),
    }
}

const MODE: u32 = 0o700;
