//! Size limits of requests.
//!
//! Every parser checks them before it does work, so that parsing time is linear in the size of the request.

/// The largest body of an OAuth request, in bytes.
pub const MAX_BODY_BYTES: usize = 65_536;

/// The largest number of parameters in one request; each entry of a JSON `resource` array counts as one.
pub const MAX_PARAMETERS: usize = 64;

/// The longest value of a parameter, in characters after decoding.
pub const MAX_VALUE_CHARS: usize = 4_096;

/// The longest `token` or `client_assertion`, in characters after decoding.
pub const MAX_TOKEN_CHARS: usize = 16_384;
