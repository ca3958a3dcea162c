//! The contract of the storage ports of `jeton-core`, as tests for every adapter. [`store_contract!`] generates one test
//! per case.
//!
//! A case tests what a port guarantees, not how. Tests that are specific to one database belong to its adapter. This
//! crate does not know any database; adapters use it in their tests only.

#![expect(clippy::unwrap_used, clippy::panic, reason = "these are tests, though other crates run them")]

mod accounts;
mod audience_spelling;
mod bulk;
mod catalog;
mod changes;
mod client_revocations;
mod everything;
mod keys;
mod nodes;
mod raised_epochs;
mod regions;
mod resources;
mod revocations;
mod samples;
mod tenant_names;
mod tenants;

use std::sync::Arc;

use async_trait::async_trait;
use jeton_core::store::{Conflict, Store, StoreError};
use jeton_protocol::RegionName;

pub use everything::{add_many, change, change_again, fill, write_everything};

use accounts::{deletions, expiring_secrets, ids, lists, reads, secret_uses, unused_secrets, writes};
use changes::{audit_log, change_feed, snapshots};

/// A new database, used by one case only.
#[async_trait]
pub trait FreshDatabase: Send + Sync {
    /// Opens a new store handle for `region` with each call.
    async fn open(&self, region: &RegionName) -> Arc<dyn Store>;
}

/// Opens the database for the region `us`.
async fn us(database: &dyn FreshDatabase) -> Arc<dyn Store> {
    database.open(&"us".parse().unwrap()).await
}

/// Opens the database for the region `eu`.
async fn eu(database: &dyn FreshDatabase) -> Arc<dyn Store> {
    database.open(&"eu".parse().unwrap()).await
}

#[track_caller]
fn assert_conflict(result: Result<(), StoreError>, expected: Conflict) {
    match result {
        Err(StoreError::Conflict(conflict)) => assert_eq!(conflict, expected),
        other => panic!("expected {expected:?}, got {other:?}"),
    }
}

macro_rules! cases {
    ($dollar:tt $($module:ident { $($case:ident)+ })+) => {
        /// The cases. A case panics if the store breaks its rule.
        pub mod cases {
            use super::FreshDatabase;
            $($(
                /// Tests the rule in its name.
                pub async fn $case(database: &dyn FreshDatabase) {
                    super::$module::$case(database).await;
                }
            )+)+
        }

        /// Generates a `#[tokio::test]` for each case. The argument is an expression that returns a new
        /// [`FreshDatabase`](crate::FreshDatabase).
        #[macro_export]
        macro_rules! store_contract {
            ($dollar fresh:expr) => {
                $($(
                    #[tokio::test]
                    async fn $case() {
                        $crate::cases::$case(&$dollar fresh).await;
                    }
                )+)+
            };
        }
    };
}

// A case that is missing in this list is never called; the compiler reports it as unused.
cases! { $
    reads {
        an_account_is_found_as_it_was_added
        an_account_without_optional_fields_is_found_as_it_was_added
        an_unknown_account_is_absent
        accounts_of_one_name_are_found_in_every_tenant
        an_account_is_found_by_the_lookup_of_a_secret_in_any_state
        the_accounts_of_a_region_are_counted
        an_account_shows_its_tenant_as_it_is_now
        accounts_of_another_region_are_invisible
        one_id_in_two_regions_is_two_accounts
    }
    lists {
        accounts_are_listed_in_pages_in_the_order_of_their_ids
        a_full_last_page_has_no_next_one
        accounts_are_listed_by_tenant
        accounts_are_listed_in_the_order_of_their_names
        the_newest_accounts_are_listed_first
        the_accounts_used_last_are_listed_first
        accounts_are_found_by_what_they_have
        deleted_accounts_are_not_listed_and_are_positions
        the_ids_of_existing_accounts_are_listed_in_pages
    }
    writes {
        an_id_is_taken_once
        a_name_is_taken_once_within_a_tenant
        an_account_with_a_missing_reference_is_refused
        a_replaced_account_is_found_as_it_was_written
        a_replacement_does_not_write_the_tenant
        a_replacement_never_removes_a_credential
        a_secret_keeps_its_lifetime_when_it_expires_sooner
        a_hash_of_another_server_is_found_as_it_was_added_and_replaced
        a_replacement_takes_no_name_that_is_taken
        a_replacement_with_a_missing_scope_changes_nothing
        a_replacement_of_an_older_version_is_stale
        one_of_two_concurrent_replacements_is_stale
    }
    deletions {
        a_deleted_account_is_no_longer_found
        a_deleted_accounts_name_is_free
        a_deleted_account_keeps_no_resource_in_use
        a_deleted_account_cannot_be_written
        a_deletion_of_an_older_version_is_stale
        a_deleted_id_is_reused_only_with_a_higher_epoch
        the_epoch_of_a_deleted_account_is_found_until_its_id_is_reused
    }
    ids {
        an_id_stays_an_id_after_its_account_was_deleted
        an_id_is_an_id_in_every_region
        the_other_region_of_an_id_is_found_while_its_account_exists
        a_name_that_is_an_id_is_refused
        a_name_that_was_an_id_is_refused
        an_id_that_is_a_name_is_refused
        an_account_may_be_named_by_its_own_id
        a_name_that_is_kept_is_not_refused
        only_one_of_a_concurrent_name_and_id_is_written
    }
    secret_uses {
        a_use_is_found_with_its_secret_and_no_other
        a_use_from_an_unknown_address_is_stored_as_unknown
        a_use_only_moves_forward
        a_use_is_not_a_change_of_the_account
        writing_an_account_writes_no_use
        uses_of_unknown_secrets_are_ignored
    }
    expiring_secrets {
        an_account_is_listed_with_its_last_active_secret
        an_expiring_secret_is_listed_with_its_names
        accounts_that_cannot_get_tokens_are_not_listed
        expiring_secrets_are_listed_in_pages_ordered_by_expiry
        expiring_secrets_are_listed_by_tenant
    }
    unused_secrets {
        active_secrets_are_listed_the_longest_unused_first
        an_unused_secret_is_listed_with_its_names
        unused_secrets_of_accounts_that_cannot_get_tokens_are_not_listed
        unused_secrets_come_in_pages
        unused_secrets_are_listed_by_tenant
    }
    bulk {
        accounts_of_a_batch_are_found_as_they_were_added
        a_batch_of_accounts_is_added_whole_or_not_at_all
        a_batch_of_accounts_obeys_the_rules_of_names_and_ids
        the_id_of_a_deleted_account_is_taken_in_a_batch
        a_batch_is_one_change_for_each_of_its_audit_entries
        the_audit_entries_of_a_batch_continue_their_chains
        revocations_of_a_batch_are_listed_as_they_were_added
        a_batch_of_revocations_is_added_whole_or_not_at_all
    }
    resources {
        a_resource_is_found_as_it_was_added
        resources_are_listed_in_the_order_of_their_uris
        a_uri_is_taken_once
        a_replaced_resource_is_found_as_it_was_written
        a_replacement_of_an_older_resource_is_stale
        a_granted_scope_cannot_be_removed
        a_granted_scope_survives_a_replacement
        a_deleted_resource_is_no_longer_found
        a_resource_in_use_cannot_be_deleted
        a_deletion_of_an_older_resource_is_stale
        the_users_of_a_resource_are_listed_and_counted
    }
    audience_spelling {
        a_resource_keeps_the_spelling_that_it_was_added_with
        a_resource_is_found_by_any_spelling
        a_resource_exists_once_across_all_spellings
        a_replacement_in_another_spelling_keeps_the_registered_one
        an_account_is_read_with_the_spelling_of_its_resources
        a_resource_is_deleted_by_any_spelling
    }
    tenants {
        a_new_store_has_the_default_tenant
        a_tenant_is_found_as_it_was_added
        tenants_are_listed_in_the_order_of_their_names
        a_tenant_name_is_taken_once
        a_replaced_tenant_is_found_as_it_was_written
        a_replacement_of_an_older_tenant_is_stale
        the_accounts_of_a_tenant_are_counted_in_all_regions
        tenants_and_resources_are_shared_by_the_regions
    }
    tenant_names {
        a_renamed_tenant_keeps_its_accounts_in_all_regions
        a_renamed_tenant_takes_no_name_that_is_taken
        a_rename_or_deletion_of_an_older_tenant_is_stale
        a_tenant_with_a_longer_client_id_is_not_renamed
        a_name_that_tokens_may_have_is_given_to_no_other_tenant
        a_renamed_tenant_can_have_its_own_name_back
        a_deleted_tenant_leaves_the_ids_of_its_deleted_accounts
        a_tenant_with_accounts_in_any_region_is_not_deleted
        the_name_of_a_deleted_tenant_is_free_with_a_higher_epoch
        accounts_of_tenants_are_counted_without_deleted_ones
    }
    regions {
        a_writability_check_changes_nothing
        a_replaced_region_epoch_is_found_as_it_was_written
        a_replacement_of_an_older_region_epoch_is_stale
        each_region_has_its_own_epoch
    }
    raised_epochs {
        an_account_is_listed_once_its_epoch_is_above_that_of_its_creation
        only_epochs_at_or_above_the_bound_are_listed_highest_first
        the_epoch_of_a_deleted_account_is_listed
        tenants_are_listed_in_every_region_and_accounts_in_their_own
        a_renamed_tenant_is_listed_with_its_recent_names
    }
    revocations {
        revocations_are_listed_as_they_were_added
        revocations_come_in_pages_in_the_order_of_commit
        a_token_is_revoked_once
        revocations_of_another_region_are_invisible
        only_what_expired_before_is_removed
        a_removal_stays_within_its_limit
        a_number_is_never_given_twice
        a_removal_is_not_a_change
    }
    client_revocations {
        revocations_by_clients_are_listed_with_all_others_and_leave_no_record
        a_token_that_is_already_revoked_is_no_error_for_a_client
        the_number_of_the_last_revocation_of_any_region_comes_with_the_changes
        revocations_by_clients_are_listed_by_region_and_range
        a_summary_is_written_once_for_the_same_revocations
        a_summary_of_one_region_leaves_those_of_others
        a_summary_is_not_a_change_for_nodes
        a_revocation_that_is_not_summarized_is_kept
    }
    keys {
        keys_are_listed_oldest_first
        a_kind_has_one_active_key_and_one_standby_key
        a_key_rotation_is_written_whole
        only_one_of_two_concurrent_key_rotations_is_written
        the_material_of_a_revoked_key_is_wiped
        keys_under_another_master_key_are_refused
        no_key_stays_under_the_previous_master_key
        keys_of_another_region_are_invisible
        a_master_key_is_claimed_once
        both_of_two_concurrent_claims_learn_which_won
        each_region_has_its_own_master_key
    }
    nodes {
        nodes_of_all_regions_are_listed_with_their_last_report
        a_removed_node_is_no_longer_listed
        a_report_removes_reports_older_than_the_bound
        a_node_report_is_not_a_change
    }
    catalog {
        the_catalog_holds_resources_keys_and_epoch
        an_imported_secret_shows_in_the_catalog_until_it_is_revoked
        an_imported_secret_of_a_deleted_account_does_not_show
        an_imported_secret_shows_in_its_region_only
        a_hash_of_another_server_shows_as_an_imported_secret
    }
    change_feed {
        a_new_store_has_no_changes
        each_write_is_one_change_in_order
        changes_come_in_pages
        a_refused_write_leaves_no_change
        a_position_beyond_the_end_is_a_gap
        a_region_follows_its_own_changes_and_the_shared_ones
        both_chains_come_in_pages
        concurrent_writers_lose_no_change
    }
    audit_log {
        a_record_is_read_as_it_was_written
        records_come_in_both_orders_and_in_pages
        records_are_found_by_each_filter
        each_region_has_a_chain_and_one_is_shared
        a_chain_comes_in_pages
        a_refused_write_leaves_the_chain_whole
        concurrent_writers_write_whole_chains
    }
    snapshots {
        a_read_after_a_write_contains_it
        an_absent_account_has_a_position
        an_account_and_its_position_are_of_one_snapshot
        a_store_that_is_behind_does_not_answer
    }
}
