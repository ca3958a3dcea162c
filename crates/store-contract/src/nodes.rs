//! Storing the status reports of nodes.

use jeton_core::model::Timestamp;
use jeton_core::store::{NodeReport, Position, Sequence};

use crate::{FreshDatabase, eu, us};

fn report(id: &str, region: &str, position: i64, at: i64) -> NodeReport {
    NodeReport {
        id: id.to_owned(),
        region: region.parse().unwrap(),
        version: "1.2.3".to_owned(),
        position: Position { region: Sequence(position), shared: Sequence(position + 1) },
        at: Timestamp::from_unix(at),
    }
}

const LONG_AGO: Timestamp = Timestamp::from_unix(0);

pub(crate) async fn nodes_of_all_regions_are_listed_with_their_last_report(database: &dyn FreshDatabase) {
    let (us, eu) = (us(database).await, eu(database).await);
    assert_eq!(us.list_nodes().await.unwrap(), []);
    us.report_node(&report("b", "us", 1, 10), LONG_AGO).await.unwrap();
    us.report_node(&report("a", "us", 1, 11), LONG_AGO).await.unwrap();
    eu.report_node(&report("c", "eu", 2, 12), LONG_AGO).await.unwrap();
    us.report_node(&report("b", "us", 3, 20), LONG_AGO).await.unwrap();
    let expected = [report("c", "eu", 2, 12), report("a", "us", 1, 11), report("b", "us", 3, 20)];
    assert_eq!(us.list_nodes().await.unwrap(), expected);
    assert_eq!(eu.list_nodes().await.unwrap(), expected);
}

pub(crate) async fn a_removed_node_is_no_longer_listed(database: &dyn FreshDatabase) {
    let store = us(database).await;
    store.report_node(&report("a", "us", 1, 10), LONG_AGO).await.unwrap();
    store.report_node(&report("b", "us", 1, 10), LONG_AGO).await.unwrap();
    store.remove_node("a").await.unwrap();
    store.remove_node("never there").await.unwrap();
    assert_eq!(store.list_nodes().await.unwrap(), [report("b", "us", 1, 10)]);
}

pub(crate) async fn a_report_removes_reports_older_than_the_bound(database: &dyn FreshDatabase) {
    let store = us(database).await;
    store.report_node(&report("a", "us", 1, 10), LONG_AGO).await.unwrap();
    store.report_node(&report("b", "us", 1, 11), LONG_AGO).await.unwrap();
    store.report_node(&report("c", "us", 1, 20), Timestamp::from_unix(11)).await.unwrap();
    assert_eq!(store.list_nodes().await.unwrap(), [report("b", "us", 1, 11), report("c", "us", 1, 20)]);
}

pub(crate) async fn a_node_report_is_not_a_change(database: &dyn FreshDatabase) {
    let store = us(database).await;
    store.report_node(&report("a", "us", 1, 10), LONG_AGO).await.unwrap();
    store.remove_node("a").await.unwrap();
    let read = store.list_changes(Position::START, 10).await.unwrap();
    assert_eq!((read.changes.len(), read.reached, read.gap), (0, Position::START, false));
}
