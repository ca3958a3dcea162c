//! An issuer that signs anything, so that a test can make a token with a single fault.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};

use aws_lc_rs::encoding::{AsDer as _, PublicKeyX509Der};
use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use serde_json::{Value, json};

use crate::jeton::{API, OTHER};

pub(crate) struct Forger {
    issuer: String,
    key: EcdsaKeyPair,
}

impl Forger {
    /// Serves its metadata and its key until the tests end.
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        let metadata = json!({
            "issuer": issuer,
            "jwks_uri": format!("{issuer}/jwks"),
            "authorization_endpoint": format!("{issuer}/authorize"),
            "token_endpoint": format!("{issuer}/token"),
            "response_types_supported": [],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256"],
        });
        let keys = json!({ "keys": [jwk(&key, "known")] });
        std::thread::spawn(move || {
            for caller in listener.incoming() {
                // A caller that closed the connection does not matter here.
                let _ = caller.and_then(|caller| answer(caller, &metadata, &keys));
            }
        });
        Self { issuer, key }
    }

    pub(crate) fn issuer(&self) -> &str {
        &self.issuer
    }

    /// A token as Jeton would issue it.
    pub(crate) fn good(&self) -> String {
        self.sign(&header(), &self.claims())
    }

    /// A valid token with a scope other than `read:me`.
    pub(crate) fn of_another_scope(&self) -> String {
        self.with("scope", "read:meter".into())
    }

    /// Tokens that every API must reject, each with its fault.
    pub(crate) fn bad(&self) -> Vec<(&'static str, String)> {
        let claims = self.claims();
        let with_header = |member: &str, value: Value| {
            let mut header = header();
            header[member] = value;
            self.sign(&header, &claims)
        };
        let stranger = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        let embedded = json!({ "alg": "ES256", "typ": "at+jwt", "kid": "new", "jwk": jwk(&stranger, "new") });
        vec![
            ("an ID token's type", with_header("typ", "JWT".into())),
            ("no type", self.sign(&json!({ "alg": "ES256", "kid": "known" }), &claims)),
            ("another audience", self.with("aud", OTHER.into())),
            ("a longer audience", self.with("aud", format!("{API}/more").into())),
            ("no audience", self.without("aud")),
            ("another issuer", self.with("iss", "https://app.example.com".into())),
            ("expired", self.with("exp", (ISSUED_AT + 3600).into())),
            ("no expiry", self.without("exp")),
            ("bound to a key", self.with("cnf", json!({ "jkt": THUMBPRINT }))),
            ("bound to a certificate", self.with("cnf", json!({ "x5t#S256": THUMBPRINT }))),
            ("signed with a stranger's key", sign(&stranger, &header(), &claims)),
            ("signed with a key in its own header", sign(&stranger, &embedded, &claims)),
            ("other claims under the signature", self.with_changed_claims()),
            ("unsigned", unsigned(&json!({ "alg": "none", "typ": "at+jwt" }), &claims) + "."),
            ("the public key as an HMAC secret", self.confused()),
            ("no token at all", "abc".to_owned()),
        ]
    }

    pub(crate) fn introspection_endpoint(&self) -> String {
        format!("{}/introspect", self.issuer)
    }

    /// A token that introspection answers as Jeton would.
    pub(crate) fn good_introspected(&self) -> String {
        self.introspected(&json!({}))
    }

    /// Tokens that every API must reject because of their introspection response, each with its fault.
    pub(crate) fn bad_introspected(&self) -> Vec<(&'static str, String)> {
        vec![
            ("inactive", self.introspected(&json!({ "active": false }))),
            ("another audience", self.introspected(&json!({ "aud": OTHER }))),
            ("bound to a certificate", self.introspected(&json!({ "cnf": { "x5t#S256": THUMBPRINT } }))),
        ]
    }

    /// A token that introspection answers with 503.
    pub(crate) const UNANSWERED: &str = "unanswered";

    /// The token is its own introspection response, in base64.
    fn introspected(&self, changed: &Value) -> String {
        let mut answer = self.claims();
        answer["active"] = true.into();
        answer.as_object_mut().unwrap().extend(changed.as_object().unwrap().clone());
        BASE64.encode(answer.to_string())
    }

    fn claims(&self) -> Value {
        json!({
            "iss": self.issuer, "aud": API, "sub": CLIENT, "client_id": CLIENT, "scope": "read:me",
            "iat": ISSUED_AT, "exp": FAR_FUTURE, "jti": "7GjeXre6OcFU2VlqA2g7lu",
        })
    }

    fn with(&self, claim: &str, value: Value) -> String {
        let mut claims = self.claims();
        claims[claim] = value;
        self.sign(&header(), &claims)
    }

    fn without(&self, claim: &str) -> String {
        let mut claims = self.claims();
        claims.as_object_mut().unwrap().remove(claim).unwrap();
        self.sign(&header(), &claims)
    }

    fn with_changed_claims(&self) -> String {
        let good = self.good();
        let mut claims = self.claims();
        claims["sub"] = "sa_us_someoneelse".into();
        format!("{}.{}", unsigned(&header(), &claims), good.rsplit_once('.').unwrap().1)
    }

    fn confused(&self) -> String {
        let input = unsigned(&json!({ "alg": "HS256", "typ": "at+jwt", "kid": "known" }), &self.claims());
        let public: PublicKeyX509Der<'_> = self.key.public_key().as_der().unwrap();
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, public.as_ref()), input.as_bytes());
        format!("{input}.{}", BASE64.encode(tag))
    }

    fn sign(&self, header: &Value, claims: &Value) -> String {
        sign(&self.key, header, claims)
    }
}

fn header() -> Value {
    json!({ "alg": "ES256", "typ": "at+jwt", "kid": "known" })
}

fn sign(key: &EcdsaKeyPair, header: &Value, claims: &Value) -> String {
    let input = unsigned(header, claims);
    let signature = key.sign(&SystemRandom::new(), input.as_bytes()).unwrap();
    format!("{input}.{}", BASE64.encode(signature))
}

fn unsigned(header: &Value, claims: &Value) -> String {
    format!("{}.{}", BASE64.encode(header.to_string()), BASE64.encode(claims.to_string()))
}

fn jwk(key: &EcdsaKeyPair, kid: &str) -> Value {
    // An uncompressed point: one byte for the format, then x and y.
    let (x, y) = key.public_key().as_ref()[1..].split_at(32);
    let (x, y) = (BASE64.encode(x), BASE64.encode(y));
    json!({ "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": kid, "x": x, "y": y })
}

fn answer(mut caller: TcpStream, metadata: &Value, keys: &Value) -> std::io::Result<()> {
    let (path, body) = read(&caller)?;
    let (status, body) = match path.as_str() {
        "/.well-known/openid-configuration" => ("200 OK", metadata.to_string()),
        "/jwks" => ("200 OK", keys.to_string()),
        "/introspect" => introspection(&body),
        _ => ("404 Not Found", String::new()),
    };
    let length = body.len();
    let head = format!("HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {length}");
    write!(caller, "{head}\r\nconnection: close\r\n\r\n{body}")
}

/// The path and the whole body of a request: closing the connection with unread data would reset it.
fn read(caller: &TcpStream) -> std::io::Result<(String, String)> {
    let mut reader = BufReader::new(caller);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") && reader.read_line(&mut head)? > 0 {}
    let head = head.to_ascii_lowercase();
    let length = head.split_once("content-length: ").and_then(|(_, rest)| rest.lines().next()?.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    reader.read_exact(&mut body)?;
    let path = head.split_whitespace().nth(1).unwrap_or_default();
    Ok((path.to_owned(), String::from_utf8_lossy(&body).into_owned()))
}

fn introspection(form: &str) -> (&'static str, String) {
    let token = form.split('&').find_map(|pair| pair.strip_prefix("token=")).unwrap_or_default();
    match token {
        Forger::UNANSWERED => ("503 Service Unavailable", String::new()),
        token => ("200 OK", String::from_utf8(BASE64.decode(token).unwrap()).unwrap()),
    }
}

pub(crate) const CLIENT: &str = "sa_us_0000000000000000000000";

const THUMBPRINT: &str = "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU";

/// In November 2023, in the past for every machine's clock.
const ISSUED_AT: u64 = 1_700_000_000;

/// In the year 2100.
const FAR_FUTURE: u64 = 4_102_444_800;
