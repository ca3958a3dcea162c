//! Tokens for a service that calls others: fetched by client credentials (RFC 6749 §4.4) and kept until shortly before
//! they expire.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwapOption;
use http::header::{ACCEPT, RETRY_AFTER};
use http::{HeaderMap, StatusCode};
use reqwest::{RequestBuilder, Response};
use tokio::sync::Mutex;

use crate::client_credentials::ClientCredentials;
use crate::clock::Clock;
use crate::fetch_error::{FetchError, SendError};
use crate::fetched_token::FetchedToken;
use crate::issuer::Issuer;
use crate::outbound::Outbound;
use crate::pace::Pace;
use crate::rejection::Outage;
use crate::server_url;
use crate::token_response::TokenResponse;
use crate::token_source_builder::TokenSourceBuilder;

/// Fetches and keeps tokens of one scope for one resource. It is cheap to clone; clones share the token.
#[derive(Clone)]
pub struct TokenSource(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) endpoint: TokenEndpoint,
    pub(crate) credentials: ClientCredentials,
    pub(crate) parameters: Vec<(&'static str, String)>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) held: ArcSwapOption<Held>,
    /// Held throughout a flight.
    pub(crate) flight: Mutex<Flight>,
}

#[derive(Debug, Default)]
pub(crate) struct Flight {
    pace: Pace<FetchError>,
    /// When a token was last fetched anew because a server had refused one.
    replaced: Option<Duration>,
}

/// Where tokens are fetched.
pub(crate) enum TokenEndpoint {
    /// Where the metadata says.
    Of(Box<Issuer>),
    /// Here.
    At(String, Outbound),
}

#[derive(Clone)]
pub(crate) struct Held {
    token: FetchedToken,
    renew_at: Duration,
    expires_at: Duration,
}

impl TokenSource {
    /// For tokens of `issuer`, whose metadata says where they are fetched. Nothing is fetched yet.
    pub fn builder(issuer: &str, credentials: ClientCredentials) -> TokenSourceBuilder {
        TokenSourceBuilder::new(issuer, credentials)
    }

    /// For an issuer without metadata: `url` is its token endpoint.
    pub fn at(url: &str, credentials: ClientCredentials) -> TokenSourceBuilder {
        TokenSourceBuilder::new(url, credentials).without_metadata()
    }

    /// A token that is alive for some seconds at least, fetched if need be.
    ///
    /// # Errors
    /// [`FetchError`], where there is none and none can be had now.
    pub async fn token(&self) -> Result<FetchedToken, FetchError> {
        match self.0.fresh() {
            Some(token) => Ok(token),
            None => self.fetch(None).await,
        }
    }

    /// Sends the request with a token. Where the answer is 401, the token is fetched anew and the request, unless its
    /// body is a stream, sent once more.
    ///
    /// # Errors
    /// [`SendError`]; an answer of any status is none.
    pub async fn send(&self, request: RequestBuilder) -> Result<Response, SendError> {
        let (client, request) = request.build_split();
        let request = request?;
        if !server_url::is_safe(request.url()) {
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

    /// Another token, because a server has refused this one although it should be alive: what [`Self::send`] does after
    /// a 401, for other clients than `reqwest`.
    ///
    /// `None` where another cannot be had now: the issuer is away, or a token was replaced within the last 5 seconds.
    ///
    /// # Errors
    /// [`FetchError`], where this one is over by now and no other can be had.
    pub async fn replace(&self, refused: &FetchedToken) -> Result<Option<FetchedToken>, FetchError> {
        let current = self.fetch(Some(refused.clone())).await?;
        Ok(Some(current).filter(|current| !current.is(refused)))
    }

    /// In a task of its own, so that one who goes away does not break off what others wait for.
    async fn fetch(&self, refused: Option<FetchedToken>) -> Result<FetchedToken, FetchError> {
        let inner = Arc::clone(&self.0);
        crate::background::finish(async move { inner.fetch(refused).await }).await?
    }
}

impl Inner {
    fn fresh(&self) -> Option<FetchedToken> {
        let held = self.held.load();
        held.as_ref().filter(|held| self.clock.monotonic() < held.renew_at).map(|held| held.token.clone())
    }

    async fn fetch(&self, refused: Option<FetchedToken>) -> Result<FetchedToken, FetchError> {
        let mut flight = self.flight.lock().await;
        let now = self.clock.monotonic();
        let held = self.held.load_full();
        match (refused, &held) {
            (Some(refused), Some(held)) if held.token.is(&refused) => {
                // A server that refuses every token must not become a flood at the issuer.
                if flight.replaced.is_some_and(|replaced| now.saturating_sub(replaced) < REPLACE_EVERY) {
                    return Ok(refused);
                }
                flight.replaced = Some(now);
                // It may be refused there alone: it is used on if no other can be had.
                self.held.store(Some(Arc::new(Held { renew_at: now, ..Held::clone(held) })));
            }
            // Another flight has just landed.
            (_, Some(held)) if now < held.renew_at => return Ok(held.token.clone()),
            _ => {}
        }
        let fetched = match flight.pace.pausing(now) {
            Some(error) => Err(error),
            None => self.ask(&mut flight.pace).await,
        };
        let still_alive = self.held.load_full().filter(|held| self.clock.monotonic() < held.expires_at);
        match (fetched, still_alive) {
            (Ok(held), _) => {
                let token = held.token.clone();
                self.held.store(Some(Arc::new(held)));
                Ok(token)
            }
            (Err(_), Some(held)) => Ok(held.token.clone()),
            (Err(error), None) => Err(error),
        }
    }

    async fn ask(&self, pace: &mut Pace<FetchError>) -> Result<Held, FetchError> {
        let asked = self.clock.monotonic();
        match self.post().await {
            Ok(response) => {
                pace.succeeded();
                let lifetime = response.lifetime();
                Ok(Held {
                    token: FetchedToken::new(response.access_token),
                    renew_at: asked + lifetime.saturating_sub(EARLY.min(lifetime / 10)),
                    expires_at: asked + lifetime,
                })
            }
            Err((error, wait)) => {
                let now = self.clock.monotonic();
                match wait {
                    Some(wait) => pace.told_to_wait(now, wait, error.clone()),
                    None => pace.failed(now, error.clone()),
                }
                Err(error)
            }
        }
    }

    /// The response, or why there is none and how long the server wishes to be left alone.
    async fn post(&self) -> Result<TokenResponse, (FetchError, Option<Duration>)> {
        let (url, outbound) = self.endpoint.find().await.map_err(|outage| (outage.into(), None))?;
        let form: Vec<_> = [("grant_type", "client_credentials")]
            .into_iter()
            .chain(self.parameters.iter().map(|(name, value)| (*name, value.as_str())))
            .collect();
        let request = outbound.post(&url).header(ACCEPT, "application/json").form(&form);
        let answer = outbound.send(&url, self.credentials.authenticate(request)).await;
        let answer = answer.map_err(|outage| (outage.into(), None))?;
        match answer.status {
            StatusCode::OK => TokenResponse::read(&answer).map_err(|error| (error, None)),
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
                let busy = FetchError::Busy { url, status: answer.status.as_u16() };
                Err((busy, retry_after(&answer.headers)))
            }
            _ => Err((FetchError::refused(&answer), None)),
        }
    }
}

impl TokenEndpoint {
    async fn find(&self) -> Result<(String, &Outbound), Outage> {
        match self {
            Self::Of(issuer) => Ok((issuer.token_endpoint().await?, issuer.outbound())),
            Self::At(url, outbound) => Ok((url.clone(), outbound)),
        }
    }
}

/// Seconds; a date is not read (RFC 9110 §10.2.3).
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

/// How long before its end a token is no longer used; a tenth of its life if that is less.
const EARLY: Duration = Duration::from_secs(30);
/// How often a token is fetched anew because a server has refused one that should be alive.
const REPLACE_EVERY: Duration = Duration::from_secs(5);
