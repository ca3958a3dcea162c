//! The standard `process_*` metrics, from `/proc`. Values that cannot be read are omitted.

use std::fs;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric as _};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::Unit;
use rustix::process::{Resource, getrlimit};

/// The values that do not change while the process runs.
#[derive(Debug)]
pub(super) struct ProcessMetrics {
    /// When the machine started, in seconds since 1970.
    boot: Option<u64>,
    ticks_per_second: u64,
    page_size: u64,
}

impl ProcessMetrics {
    pub(super) fn new() -> Self {
        let boot = fs::read_to_string("/proc/stat")
            .ok()
            .and_then(|text| text.lines().find_map(|line| line.strip_prefix("btime "))?.trim().parse().ok());
        Self {
            boot,
            ticks_per_second: rustix::param::clock_ticks_per_second().max(1),
            page_size: u64::try_from(rustix::param::page_size()).unwrap_or(0),
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "a float is exact to 104 days of ticks at 1 GHz")]
    fn seconds(&self, ticks: u64) -> f64 {
        ticks as f64 / self.ticks_per_second as f64
    }

    #[expect(clippy::cast_precision_loss, reason = "seconds since 1970 are exact in a float")]
    fn started(&self, stat: &Stat) -> Option<f64> {
        Some(self.boot? as f64 + self.seconds(stat.start_ticks))
    }
}

impl Collector for ProcessMetrics {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> std::fmt::Result {
        if let Some(stat) = fs::read_to_string("/proc/self/stat").ok().as_deref().and_then(Stat::parse) {
            let cpu = ConstCounter::new(self.seconds(stat.cpu_ticks));
            cpu.encode(encoder.encode_descriptor(
                "process_cpu",
                "Total user and system CPU time.",
                Some(&Unit::Seconds),
                MetricType::Counter,
            )?)?;
            let resident = stat.resident_pages.saturating_mul(self.page_size);
            gauge(&mut encoder, "process_resident_memory", "Resident memory.", Some(&Unit::Bytes), resident)?;
            let size = stat.virtual_bytes;
            gauge(&mut encoder, "process_virtual_memory", "Virtual memory.", Some(&Unit::Bytes), size)?;
            if let Some(started) = self.started(&stat) {
                let started = ConstGauge::new(started);
                started.encode(encoder.encode_descriptor(
                    "process_start_time",
                    "Start time of the process since the Unix epoch.",
                    Some(&Unit::Seconds),
                    MetricType::Gauge,
                )?)?;
            }
        }
        if let Ok(open) = fs::read_dir("/proc/self/fd") {
            // Reading the folder opens one descriptor, which is not counted.
            let open = u64::try_from(open.count()).unwrap_or(u64::MAX).saturating_sub(1);
            gauge(&mut encoder, "process_open_fds", "Open file descriptors.", None, open)?;
        }
        match getrlimit(Resource::Nofile).current {
            Some(limit) => gauge(
                &mut encoder,
                "process_max_fds",
                "Maximum number of open file descriptors.",
                None,
                limit,
            ),
            None => Ok(()),
        }
    }
}

fn gauge(
    encoder: &mut DescriptorEncoder<'_>,
    name: &str,
    help: &str,
    unit: Option<&Unit>,
    value: u64,
) -> std::fmt::Result {
    ConstGauge::new(value).encode(encoder.encode_descriptor(name, help, unit, MetricType::Gauge)?)
}

/// The used fields of `/proc/self/stat` (proc(5)).
#[derive(Debug, PartialEq, Eq)]
struct Stat {
    cpu_ticks: u64,
    start_ticks: u64,
    virtual_bytes: u64,
    resident_pages: u64,
}

impl Stat {
    /// The name of the process may contain spaces and brackets, so the fields start after the last bracket.
    fn parse(text: &str) -> Option<Self> {
        let (_, fields) = text.rsplit_once(')')?;
        let fields: Vec<&str> = fields.split_whitespace().collect();
        // The first one is field 3.
        let field = |number: usize| fields.get(number - 3)?.parse::<u64>().ok();
        Some(Self {
            cpu_ticks: field(14)?.saturating_add(field(15)?),
            start_ticks: field(22)?,
            virtual_bytes: field(23)?,
            resident_pages: field(24)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_spaces_and_brackets_does_not_shift_the_fields() {
        let text = "7 (a (b) c) S 1 7 7 0 -1 4194560 9 0 0 0 250 50 0 0 20 0 4 0 1234 8192 3 18446744073709551615 1 1";
        let stat = Stat { cpu_ticks: 300, start_ticks: 1234, virtual_bytes: 8192, resident_pages: 3 };
        assert_eq!(Stat::parse(text), Some(stat));
        assert_eq!(Stat::parse("7 (a) S 1"), None);
        assert_eq!(Stat::parse(""), None);
    }
}
