//! Properties that must hold for every input, as functions that panic if one does not hold.
//!
//! The property tests and the fuzz targets call them.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::CompactJws;

/// A JWS has exactly one spelling: encoding the parsed parts again gives the same text.
pub fn jws(text: &str) {
    if let Ok(jws) = CompactJws::parse(text) {
        let payload = URL_SAFE_NO_PAD.encode(&jws.payload);
        let signature = URL_SAFE_NO_PAD.encode(&jws.signature);
        assert!(text.ends_with(&format!(".{payload}.{signature}")));
        assert_eq!(format!("{}.{signature}", jws.signing_input), text);
        assert_eq!(text.matches('.').count(), 2);
    }
}
