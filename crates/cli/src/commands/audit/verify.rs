//! `jeton audit verify`

use clap::Args;
use jeton_admin::view::{AuditVerdict, BrokenLog, ChainHead, IntactLog, InvalidHead};
use serde::Serialize;

use crate::failure::Failure;
use crate::globals::Globals;
use crate::open::ReadingContext;
use crate::print::output;
use crate::print::output::{Format, OutputArgs};

/// Verify that no record of the audit log was changed, removed, moved or inserted
#[derive(Debug, Args)]
#[command(after_help = "Needs the database but no master key. Exit code 1: the chain is broken.\n\
    Anyone who can write to the database can also truncate or rewrite the whole log. To detect that, store the printed \
    head elsewhere and pass it to the next check.\n\n\
    Example:\n  jeton audit verify --expect \"$(cat last-head)\"")]
pub(crate) struct Verify {
    /// Head from an earlier check, which the log must still contain
    #[arg(long, value_name = "DIGEST@SEQ", value_parser = head)]
    expect: Option<ChainHead>,
    #[command(flatten)]
    output: OutputArgs,
}

impl Verify {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let context = ReadingContext::open(globals).await?;
        let mut reported = 0;
        let mut progress = |records: u64| {
            if records - reported >= PROGRESS {
                reported = records;
                output::say(&format!("{records} records checked"));
            }
        };
        let verdict = context.reading().verify_audit(context.by(), self.expect, &mut progress).await?;
        let view = VerdictView::new(match verdict {
            AuditVerdict::Intact(intact) => Ok(intact),
            AuditVerdict::Broken(broken) => Err(broken),
        });
        if let Some(broken) = &view.broken {
            if self.output.format == Format::Json {
                output::json(&view)?;
            }
            return Err(Failure::Failed(format!(
                "the audit log is broken at record {}: {}; compare it with an export or a backup",
                broken.seq, broken.reason
            )));
        }
        self.output.show(&view, &view.fields())
    }
}

fn head(text: &str) -> Result<ChainHead, String> {
    text.parse().map_err(|_: InvalidHead| {
        "it is not a head as `jeton audit verify` prints it: 64 hexadecimal digits, @ and a number".to_owned()
    })
}

#[derive(Serialize)]
struct VerdictView {
    intact: bool,
    records: Option<u64>,
    unchained: Option<u64>,
    head: Option<String>,
    broken: Option<BrokenView>,
}

#[derive(Serialize)]
struct BrokenView {
    seq: i64,
    fault: &'static str,
    reason: String,
}

impl VerdictView {
    fn new(verdict: Result<IntactLog, BrokenLog>) -> Self {
        let intact = verdict.ok();
        Self {
            intact: intact.is_some(),
            records: intact.map(|log| log.records),
            unchained: intact.map(|log| log.unchained),
            head: intact.and_then(|log| log.head).map(|head| head.to_string()),
            broken: verdict.err().map(|broken| BrokenView {
                seq: broken.sequence.0,
                fault: broken.fault.as_str(),
                reason: broken.fault.to_string(),
            }),
        }
    }

    fn fields(&self) -> Vec<(&'static str, String)> {
        let count = |count: Option<u64>| count.unwrap_or_default().to_string();
        let mut fields = vec![("Log", "intact".to_owned()), ("Records", count(self.records))];
        if self.unchained.is_some_and(|unchained| unchained > 0) {
            let unchained = count(self.unchained);
            fields
                .push(("Unchained", format!("{unchained}, older than the chain; these cannot be verified")));
        }
        fields.push(("Head", self.head.clone().unwrap_or_else(|| "none".to_owned())));
        fields
    }
}

/// Records between two progress messages.
const PROGRESS: u64 = 100_000;
