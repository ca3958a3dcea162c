//! Fetches tokens for a service that calls other services, with the client credentials grant (RFC 6749 §4.4), and
//! caches them until shortly before they expire.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwapOption;
use http::header::{ACCEPT, RETRY_AFTER};
use http::{HeaderMap, HeaderValue, StatusCode};
use jeton_fetch::{Backoff, Clock, HttpClient, Issuer, LONGEST_TASK, Outage, ServerUrl};
use reqwest::{RequestBuilder, Response};
use tokio::sync::{Mutex, OwnedMutexGuard};
use tokio::time::timeout;

use crate::call_others::client_credentials::ClientCredentials;
use crate::call_others::fetch_error::{FetchError, SendError};
use crate::call_others::fetched_token::FetchedToken;
use crate::call_others::token_response::TokenResponse;
use crate::call_others::token_source_builder::TokenSourceBuilder;

/// Fetches and caches tokens of one scope for one resource. It is cheap to clone; clones share the token.
#[derive(Clone)]
pub struct TokenSource(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) endpoint: TokenEndpoint,
    pub(crate) credentials: ClientCredentials,
    pub(crate) parameters: Vec<(&'static str, String)>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) cached: ArcSwapOption<CachedToken>,
    /// Locked during a fetch, so that there is only one at a time.
    pub(crate) fetch_state: Arc<Mutex<FetchState>>,
}

#[derive(Debug, Default)]
pub(crate) struct FetchState {
    backoff: Backoff<FetchError>,
    /// When a token was last replaced because a server had rejected it.
    last_replaced: Option<Duration>,
}

/// The token endpoint.
pub(crate) enum TokenEndpoint {
    /// Taken from the issuer's metadata.
    Discovered(Box<Issuer>),
    /// Configured.
    Fixed(ServerUrl, HttpClient),
}

#[derive(Clone)]
pub(crate) struct CachedToken {
    token: FetchedToken,
    renew_at: Duration,
    expires_at: Duration,
}

impl TokenSource {
    /// Builds a token source for `issuer`, whose metadata names the token endpoint. The builder sends no request.
    pub fn builder(issuer: &str, credentials: ClientCredentials) -> TokenSourceBuilder {
        TokenSourceBuilder::new(issuer, credentials)
    }

    /// Builds a token source for an issuer without metadata: `url` is its token endpoint.
    pub fn at(url: &str, credentials: ClientCredentials) -> TokenSourceBuilder {
        TokenSourceBuilder::new(url, credentials).without_metadata()
    }

    /// Returns a valid token, and fetches one if necessary.
    ///
    /// # Errors
    /// [`FetchError`], if there is no valid token and none can be fetched now.
    pub async fn token(&self) -> Result<FetchedToken, FetchError> {
        match self.0.fresh() {
            Some(token) => Ok(token),
            None => self.fetch(None).await,
        }
    }

    /// Sends the request with a token. After a 401 it fetches another token and sends the request once more, unless the
    /// body is a stream.
    ///
    /// # Errors
    /// [`SendError`]. A response of any status is not an error.
    pub async fn send(&self, request: RequestBuilder) -> Result<Response, SendError> {
        let (client, request) = request.build_split();
        let request = request?;
        if !ServerUrl::is_safe(request.url()) {
            return Err(SendError::Insecure);
        }
        let copy = request.try_clone();
        let token = self.token().await?;
        let response = client.execute(token.on(request)).await?;
        match copy {
            Some(copy) if response.status() == StatusCode::UNAUTHORIZED => {
                match self.replace(&token).await? {
                    Some(another) => Ok(client.execute(another.on(copy)).await?),
                    None => Ok(response),
                }
            }
            _ => Ok(response),
        }
    }

    /// Fetches another token because a server rejected this one although it has not expired. [`Self::send`] does this
    /// after a 401; call it for HTTP clients other than `reqwest`.
    ///
    /// `None` if another token cannot be fetched now: the issuer is unavailable, or a token was replaced within the
    /// last 5 seconds.
    ///
    /// # Errors
    /// [`FetchError`], if this token has expired and no other can be fetched.
    pub async fn replace(&self, refused: &FetchedToken) -> Result<Option<FetchedToken>, FetchError> {
        let current = self.fetch(Some(refused.clone())).await?;
        Ok(Some(current).filter(|current| !current.is(refused)))
    }

    /// Fetches in a task of its own: a cancelled caller must not cancel a fetch that others wait for. Callers wait for
    /// their turn before that, so there is one task at a time.
    async fn fetch(&self, refused: Option<FetchedToken>) -> Result<FetchedToken, FetchError> {
        let turn = timeout(LONGEST_TASK, Arc::clone(&self.0.fetch_state).lock_owned());
        let fetch_state = turn.await.map_err(|_| Outage::Busy)?;
        let inner = Arc::clone(&self.0);
        jeton_fetch::run_to_completion(async move { inner.fetch(fetch_state, refused).await }).await?
    }
}

impl Inner {
    fn fresh(&self) -> Option<FetchedToken> {
        let cached = self.cached.load();
        cached
            .as_ref()
            .filter(|cached| self.clock.monotonic() < cached.renew_at)
            .map(|cached| cached.token.clone())
    }

    async fn fetch(
        &self,
        mut fetch_state: OwnedMutexGuard<FetchState>,
        refused: Option<FetchedToken>,
    ) -> Result<FetchedToken, FetchError> {
        let now = self.clock.monotonic();
        let cached = self.cached.load_full();
        match (refused, &cached) {
            (Some(refused), Some(cached)) if cached.token.is(&refused) => {
                // A server that rejects every token must not cause a flood of requests to the issuer.
                if fetch_state
                    .last_replaced
                    .is_some_and(|last_replaced| now.saturating_sub(last_replaced) < MIN_REPLACE_INTERVAL)
                {
                    return Ok(refused);
                }
                fetch_state.last_replaced = Some(now);
                // Only that server may reject it, so it stays in use if no other can be fetched.
                self.cached
                    .store(Some(Arc::new(CachedToken { renew_at: now, ..CachedToken::clone(cached) })));
            }
            // Another caller has just fetched a token.
            (_, Some(cached)) if now < cached.renew_at => return Ok(cached.token.clone()),
            _ => {}
        }
        let fetched = match fetch_state.backoff.paused_by(now) {
            Some(error) => Err(error),
            None => self.request_token(&mut fetch_state.backoff).await,
        };
        let still_valid = self.cached.load_full().filter(|cached| self.clock.monotonic() < cached.expires_at);
        match (fetched, still_valid) {
            (Ok(cached), _) => {
                let token = cached.token.clone();
                self.cached.store(Some(Arc::new(cached)));
                Ok(token)
            }
            (Err(_), Some(cached)) => Ok(cached.token.clone()),
            (Err(error), None) => Err(error),
        }
    }

    async fn request_token(&self, backoff: &mut Backoff<FetchError>) -> Result<CachedToken, FetchError> {
        let requested_at = self.clock.monotonic();
        match self.post().await {
            Ok(response) => {
                backoff.succeeded();
                let lifetime = response.lifetime();
                Ok(CachedToken {
                    token: FetchedToken::new(response.access_token),
                    renew_at: requested_at + lifetime.saturating_sub(RENEW_BEFORE_EXPIRY.min(lifetime / 10)),
                    expires_at: requested_at + lifetime,
                })
            }
            Err((error, wait)) => {
                let now = self.clock.monotonic();
                match wait {
                    Some(wait) => backoff.failed_with_retry_after(now, wait, error.clone()),
                    None => backoff.failed(now, error.clone()),
                }
                Err(error)
            }
        }
    }

    /// The response, or the error and the pause that the server asks for.
    async fn post(&self) -> Result<TokenResponse, (FetchError, Option<Duration>)> {
        let (url, client) = self.endpoint.find().await.map_err(|outage| (outage.into(), None))?;
        let form: Vec<_> = [("grant_type", "client_credentials")]
            .into_iter()
            .chain(self.parameters.iter().map(|(name, value)| (*name, value.as_str())))
            .collect();
        let request = client.post(&url).header(ACCEPT, JSON).form(&form);
        let answer = self.credentials.authenticate(request).send().await;
        let answer = answer.map_err(|outage| (outage.into(), None))?;
        match answer.status {
            StatusCode::OK => TokenResponse::read(&answer).map_err(|error| (error, None)),
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
                let busy = FetchError::Busy { url: answer.url, status: answer.status.as_u16() };
                Err((busy, retry_after(&answer.headers)))
            }
            _ => Err((FetchError::refused(&answer), None)),
        }
    }
}

impl TokenEndpoint {
    async fn find(&self) -> Result<(ServerUrl, &HttpClient), Outage> {
        match self {
            Self::Discovered(issuer) => Ok((issuer.token_endpoint().await?, issuer.http_client())),
            Self::Fixed(url, outbound) => Ok((url.clone(), outbound)),
        }
    }
}

/// The value in seconds; a date is ignored (RFC 9110 §10.2.3).
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok().map(Duration::from_secs)
}

impl fmt::Debug for TokenSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenSource")
            .field("credentials", &self.0.credentials)
            .field("parameters", &self.0.parameters)
            .finish_non_exhaustive()
    }
}

const JSON: HeaderValue = HeaderValue::from_static("application/json");
/// How long before its expiry a token is renewed; a tenth of its lifetime if that is shorter.
const RENEW_BEFORE_EXPIRY: Duration = Duration::from_secs(30);
/// The minimum time between two replacements of rejected tokens.
const MIN_REPLACE_INTERVAL: Duration = Duration::from_secs(5);
