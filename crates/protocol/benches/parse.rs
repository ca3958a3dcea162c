//! Measures the parsing of a token request: as a form, as JSON, and with Basic credentials.

#![expect(clippy::expect_used, reason = "a benchmark whose own request is rejected must fail")]

use std::hint::black_box;

use criterion::Criterion;
use jeton_protocol::{RequestHead, TokenRequest, parse_body};

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    parse(&mut criterion, "form", FORM, FORM_BODY, &[]);
    parse(&mut criterion, "json", JSON, JSON_BODY, &[]);
    parse(&mut criterion, "basic", FORM, BASIC_BODY, &[BASIC]);
    criterion.final_summary();
}

fn parse(criterion: &mut Criterion, name: &str, content_type: &[u8], body: &[u8], authorization: &[&[u8]]) {
    criterion.bench_function(&format!("parse token request, {name}"), |bencher| {
        bencher.iter(|| {
            let parameters =
                parse_body(Some(content_type), black_box(body)).expect("the body is well-formed");
            let head = RequestHead::new(black_box(authorization).iter().copied());
            TokenRequest::from_parts(parameters, &head).expect("the request is complete")
        });
    });
}

const FORM: &[u8] = b"application/x-www-form-urlencoded";
const FORM_BODY: &[u8] = b"grant_type=client_credentials&client_id=sa_us_0123456789abcdefghijkl\
    &client_secret=jtnsk_0123456789abcdefghijklmnopqrstuvwxyzABCDEFG012345&scope=read%3Ame";
const JSON: &[u8] = b"application/json";
const JSON_BODY: &[u8] = br#"{"grant_type":"client_credentials","client_id":"sa_us_0123456789abcdefghijkl",
    "client_secret":"jtnsk_0123456789abcdefghijklmnopqrstuvwxyzABCDEFG012345","scope":"read:me"}"#;
const BASIC_BODY: &[u8] = b"grant_type=client_credentials&scope=read%3Ame";
const BASIC: &[u8] = b"Basic c2FfdXNfMDEyMzQ1Njc4OWFiY2RlZmdoaWprbDpqdG5za18wMTIzNDU2Nzg5YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXpBQkNERUZHMDEyMzQ1";
