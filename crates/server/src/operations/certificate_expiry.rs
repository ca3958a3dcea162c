//! The metric with the expiry time of the public listener's certificate.
//!
//! Must not know where the certificate comes from.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jeton_core::model::Timestamp;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric as _};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::{Registry, Unit};

/// The expiry time that was last set. There is no series before that, so that a listener without TLS raises no alert.
#[derive(Debug, Clone)]
pub(crate) struct CertificateExpiry(Arc<AtomicI64>);

impl CertificateExpiry {
    pub(crate) fn register(registry: &mut Registry) -> Self {
        let expiry = Self(Arc::new(AtomicI64::new(NEVER_SET)));
        registry.register_collector(Box::new(expiry.clone()));
        expiry
    }

    pub(crate) fn set(&self, expires_at: Timestamp) {
        self.0.store(expires_at.unix(), Ordering::Relaxed);
    }
}

impl Collector for CertificateExpiry {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> std::fmt::Result {
        let expires_at = self.0.load(Ordering::Relaxed);
        if expires_at == NEVER_SET {
            return Ok(());
        }
        let encoder = encoder.encode_descriptor(
            "tls_certificate_expiry_timestamp",
            "Time at which the TLS certificate of the public listener expires",
            Some(&Unit::Seconds),
            MetricType::Gauge,
        )?;
        ConstGauge::new(expires_at).encode(encoder)
    }
}

const NEVER_SET: i64 = i64::MIN;
