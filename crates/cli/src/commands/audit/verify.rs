//! `jeton audit verify`

use clap::Args;
use jeton_admin::view::{AuditVerdict, ChainHead, InvalidHead};
use serde::Serialize;

use crate::failure::Failure;
use crate::globals::Globals;
use crate::open::ReadingContext;
use crate::print::output;
use crate::print::output::{Format, OutputArgs};

/// Verify that no record of the audit log was changed, removed, moved or inserted
#[derive(Debug, Args)]
#[command(
    after_help = "Needs the database but no master key. Exit code 1: a chain is broken, or a summary differs.\n\
    Also computes the summaries of revocations by clients again from the revocations that are still stored.\n\n\
    Anyone who can write to the database can also truncate or rewrite a whole chain. To detect that, store the printed \
    heads elsewhere and pass them to the next check.\n\n\
    Example:\n  jeton audit verify --expect \"$(cat last-heads)\""
)]
pub(crate) struct Verify {
    /// Head from an earlier check, which the log must still contain; may be repeated, or list several separated by spaces
    #[arg(long, value_name = "CHAIN=DIGEST@SEQ", value_parser = heads)]
    expect: Vec<Heads>,
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
        let expected: Vec<ChainHead> = self.expect.iter().flat_map(|Heads(heads)| heads.clone()).collect();
        let verdict = context.reading().verify_audit(context.by(), &expected, &mut progress).await?;
        let view = VerdictView::new(verdict);
        if let Some(broken) = &view.broken {
            if self.output.format == Format::Json {
                output::json(&view)?;
            }
            return Err(Failure::Failed(format!(
                "the audit log is broken at record {} of chain {}: {}; compare it with an export or a backup",
                broken.seq, broken.chain, broken.reason
            )));
        }
        self.output.show(&view, &view.fields())
    }
}

/// The heads of one `--expect`.
#[derive(Debug, Clone)]
struct Heads(Vec<ChainHead>);

fn heads(text: &str) -> Result<Heads, String> {
    let heads = text.split_whitespace().map(str::parse).collect::<Result<Vec<ChainHead>, InvalidHead>>();
    heads.ok().filter(|heads| !heads.is_empty()).map(Heads).ok_or_else(|| {
        "it is not a head as `jeton audit verify` prints it: a chain, =, 64 hexadecimal digits, @ and a number".to_owned()
    })
}

#[derive(Serialize)]
struct VerdictView {
    intact: bool,
    records: Option<u64>,
    unchained: Option<u64>,
    heads: Option<Vec<String>>,
    broken: Option<BrokenView>,
}

#[derive(Serialize)]
struct BrokenView {
    chain: String,
    seq: i64,
    fault: &'static str,
    reason: String,
}

impl VerdictView {
    fn new(verdict: AuditVerdict) -> Self {
        match verdict {
            AuditVerdict::Intact(intact) => Self {
                intact: true,
                records: Some(intact.records),
                unchained: Some(intact.unchained),
                heads: Some(intact.heads.iter().map(ToString::to_string).collect()),
                broken: None,
            },
            AuditVerdict::Broken(broken) => Self {
                intact: false,
                records: None,
                unchained: None,
                heads: None,
                broken: Some(BrokenView {
                    chain: broken.chain.to_string(),
                    seq: broken.sequence.0,
                    fault: broken.fault.as_str(),
                    reason: broken.fault.to_string(),
                }),
            },
        }
    }

    fn fields(&self) -> Vec<(&'static str, String)> {
        let count = |count: Option<u64>| count.unwrap_or_default().to_string();
        let mut fields = vec![("Log", "intact".to_owned()), ("Records", count(self.records))];
        if self.unchained.is_some_and(|unchained| unchained > 0) {
            let unchained = count(self.unchained);
            fields
                .push(("Unchained", format!("{unchained}, older than the chains; these cannot be verified")));
        }
        fields.extend(self.heads.iter().flatten().map(|head| ("Head", head.clone())));
        fields
    }
}

/// Records between two progress messages.
const PROGRESS: u64 = 100_000;
