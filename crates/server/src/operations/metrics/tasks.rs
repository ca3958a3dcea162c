//! How often background tasks had to be started again.

use prometheus_client::metrics::counter::Counter;
use prometheus_client::registry::Registry;

use super::series::Series;
use crate::background::BackgroundTask;

#[derive(Debug)]
pub(super) struct TaskMetrics {
    restarts: Series<1, Counter>,
}

impl TaskMetrics {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let labels = BackgroundTask::ALL.iter().map(|task| [("task", task.name())]);
        let restarts = Series::new(labels, Counter::default);
        registry.register(
            "background_restarts",
            "Background tasks that ended or panicked and were started again, by task",
            restarts.clone(),
        );
        Self { restarts }
    }

    pub(super) fn restarted(&self, task: BackgroundTask) {
        if let Some(counter) = self.restarts.at(task as usize) {
            counter.inc();
        }
    }
}
