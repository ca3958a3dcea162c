//! A tonic service behind the layer, called by a tonic client over HTTP/2.

use std::pin::Pin;

use futures_util::{Stream, StreamExt as _, stream};
use jeton_resource::{BearerLayer, ClientCredentials, FetchedToken, Token, TokenSource, Validator};
use serde_json::json;
use tokio::net::TcpListener;
use tonic::metadata::MetadataMap;
use tonic::server::NamedService as _;
use tonic::service::Routes;
use tonic::transport::server::TcpIncoming;
use tonic::transport::{Channel, Endpoint, Server};
use tonic::{Code, Request, Response, Status};
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;
use tonic_health::pb::health_server::{Health, HealthServer};
use tonic_health::pb::{HealthCheckRequest, HealthCheckResponse};
use tower::{Layer as _, ServiceExt as _};

use crate::support::{API, Scene, TestIssuer};

/// The health service, which needs no generated code. It returns the client id in the metadata.
struct Service;

#[tonic::async_trait]
impl Health for Service {
    async fn check(
        &self,
        request: Request<HealthCheckRequest>,
    ) -> Result<Response<HealthCheckResponse>, Status> {
        let client = Token::of_call(&request)?.client_id().parse().unwrap();
        let mut response = Response::new(serving());
        response.metadata_mut().insert("client", client);
        let is_forwarded = request.metadata().contains_key("authorization");
        response.metadata_mut().insert("authorization-seen", is_forwarded.to_string().parse().unwrap());
        Ok(response)
    }

    type WatchStream = Pin<Box<dyn Stream<Item = Result<HealthCheckResponse, Status>> + Send>>;

    async fn watch(
        &self,
        request: Request<HealthCheckRequest>,
    ) -> Result<Response<Self::WatchStream>, Status> {
        Token::of_call(&request)?;
        Ok(Response::new(Box::pin(stream::iter([Ok(serving()), Ok(serving())]))))
    }
}

fn serving() -> HealthCheckResponse {
    HealthCheckResponse { status: ServingStatus::Serving.into() }
}

/// Serves until the test ends.
async fn client(routes: Routes) -> HealthClient<Channel> {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let server = Server::builder().add_routes(routes);
    tokio::spawn(server.serve_with_incoming(TcpIncoming::from(listener)));
    connect(url).await
}

async fn connect(url: String) -> HealthClient<Channel> {
    HealthClient::new(Endpoint::from_shared(url).unwrap().connect().await.unwrap())
}

async fn protected(scene: &Scene) -> HealthClient<Channel> {
    client(Routes::new(layer(scene.validator()).layer(HealthServer::new(Service)))).await
}

fn layer(validator: Validator) -> BearerLayer {
    BearerLayer::new(validator).require_scope("read:me")
}

fn call(token: Option<&str>) -> Request<HealthCheckRequest> {
    let mut request = Request::new(HealthCheckRequest::default());
    if let Some(token) = token {
        request.metadata_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
    }
    request
}

fn text<'a>(metadata: &'a MetadataMap, name: &str) -> Option<&'a str> {
    metadata.get(name).map(|value| value.to_str().unwrap())
}

#[tokio::test]
async fn a_call_with_a_valid_token_reaches_the_service_with_its_claims() {
    let scene = Scene::new().await;
    let mut client = protected(&scene).await;
    // First not cached, then cached.
    for _ in 0..2 {
        let response = client.check(call(Some(&scene.token()))).await.unwrap();
        assert_eq!(text(response.metadata(), "client"), Some("client"));
        assert_eq!(text(response.metadata(), "authorization-seen"), Some("false"));
        assert_eq!(response.get_ref(), &serving());
    }
    let stream = client.watch(call(Some(&scene.token()))).await.unwrap().into_inner();
    assert_eq!(stream.collect::<Vec<_>>().await.len(), 2);
}

#[tokio::test]
async fn a_call_without_a_valid_token_is_unauthenticated_and_challenged() {
    let scene = Scene::new().await;
    let mut client = protected(&scene).await;
    let hints = r#"resource_metadata="https://api.example.com/.well-known/oauth-protected-resource/things", scope="read:me""#;
    let expired = scene.token_with(json!({ "exp": scene.clock.unix() }));
    let invalid = format!(r#"Bearer {hints}, error="invalid_token""#);
    for (token, challenge, message) in [
        (None, format!("Bearer {hints}"), "a bearer token is required"),
        (Some("nonsense"), invalid.clone(), "the token is invalid"),
        (Some(expired.as_str()), invalid, "the token is invalid"),
    ] {
        for status in [
            client.check(call(token)).await.unwrap_err(),
            client.watch(call(token)).await.map(|_| ()).unwrap_err(),
        ] {
            assert_eq!((status.code(), status.message()), (Code::Unauthenticated, message));
            assert_eq!(text(status.metadata(), "www-authenticate"), Some(challenge.as_str()));
        }
    }
}

#[tokio::test]
async fn a_missing_scope_is_permission_denied_with_the_required_scopes() {
    let scene = Scene::new().await;
    let mut client = protected(&scene).await;
    let token = scene.token_with(json!({ "scope": "write:me" }));
    let status = client.check(call(Some(&token))).await.unwrap_err();
    assert_eq!(
        (status.code(), status.message()),
        (Code::PermissionDenied, "the token is missing a required scope")
    );
    let challenge = text(status.metadata(), "www-authenticate").unwrap();
    assert!(challenge.ends_with(r#"scope="read:me", error="insufficient_scope""#), "{challenge}");
}

#[tokio::test]
async fn a_token_that_cannot_be_validated_is_unavailable_with_a_retry_hint() {
    let scene = Scene { issuer: TestIssuer::down(), ..Scene::new().await };
    let mut client = protected(&scene).await;
    let status = client.check(call(Some(&scene.token()))).await.unwrap_err();
    assert_eq!((status.code(), status.message()), (Code::Unavailable, "the token cannot be validated now"));
    assert_eq!(text(status.metadata(), "grpc-retry-pushback-ms"), Some("2000"));
    assert_eq!(text(status.metadata(), "www-authenticate"), None);
}

#[tokio::test]
async fn a_whole_server_can_be_protected_and_each_service_by_itself() {
    let scene = Scene::new().await;
    assert_eq!(<jeton_resource::BearerService<HealthServer<Service>>>::NAME, "grpc.health.v1.Health");
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let validator = scene.validator();
    let inner = BearerLayer::new(validator.clone()).require_scope("write:me");
    let service = inner.layer(HealthServer::new(Service));
    let server = Server::builder().layer(layer(validator)).add_service(service);
    tokio::spawn(server.serve_with_incoming(TcpIncoming::from(listener)));
    let mut client = connect(url).await;
    client.check(call(Some(&scene.token()))).await.unwrap();
    let token = scene.token_with(json!({ "scope": "read:me" }));
    let status = client.check(call(Some(&token))).await.unwrap_err();
    assert_eq!(status.code(), Code::PermissionDenied);
    let challenge = text(status.metadata(), "www-authenticate").unwrap();
    assert!(challenge.contains(r#"scope="read:me write:me""#), "{challenge}");
}

#[tokio::test]
async fn a_service_without_the_layer_fails_as_internal() {
    let mut client = client(Routes::new(HealthServer::new(Service))).await;
    let status = client.check(call(Some("any"))).await.unwrap_err();
    assert_eq!((status.code(), status.message()), (Code::Internal, ""));
}

#[tokio::test]
async fn a_client_sends_a_fetched_token_and_replaces_a_rejected_one() {
    let scene = Scene::new().await;
    let mut client = protected(&scene).await;
    let issue = |token: &str| {
        let body = json!({ "access_token": token, "token_type": "Bearer", "expires_in": 3600 });
        scene.issuer.answer("/token", &body);
    };
    let credentials = ClientCredentials::new("client", "canary");
    let source = TokenSource::builder(&scene.issuer.url, credentials).resource(API).build().unwrap();
    let authorized = |token: &FetchedToken| {
        let mut request = call(None);
        token.authorize_call(&mut request);
        assert!(request.metadata().get("authorization").unwrap().is_sensitive());
        request
    };
    issue("revoked");
    let token = source.token().await.unwrap();
    let status = client.check(authorized(&token)).await.unwrap_err();
    assert_eq!(status.code(), Code::Unauthenticated);
    issue(&scene.token());
    let another = source.replace(&token).await.unwrap().unwrap();
    assert!(client.check(authorized(&another)).await.is_ok());
}

#[tokio::test]
async fn a_request_that_is_not_grpc_gets_an_http_response() {
    let scene = Scene::new().await;
    let service = layer(scene.validator()).layer(HealthServer::new(Service));
    for (content_type, status, grpc_status) in [
        ("application/grpc", 200, Some("16")),
        ("application/grpc+proto", 200, Some("16")),
        ("application/json", 401, None),
    ] {
        let request =
            http::Request::post("/grpc.health.v1.Health/Check").header("content-type", content_type);
        let request = request.body(tonic::body::Body::empty()).unwrap();
        let answer = service.clone().oneshot(request).await.unwrap();
        let read = |name: &str| answer.headers().get(name).map(|value| value.to_str().unwrap());
        assert_eq!((answer.status().as_u16(), read("grpc-status")), (status, grpc_status), "{content_type}");
        assert_eq!(read("content-type"), grpc_status.map(|_| "application/grpc"));
        assert!(read("www-authenticate").is_some());
    }
}
