// An API that checks Jeton's JWTs by itself, with Nimbus JOSE+JWT and the JDK's own HTTP server.
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.jose.util.JSONObjectUtils;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.text.ParseException;
import java.util.List;
import java.util.Map;
import java.util.Set;

import static java.nio.charset.StandardCharsets.UTF_8;

public class JwtApi {
    private final DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();

    /** Finds the issuer's keys. They are cached, and fetched again before they are five minutes old. */
    JwtApi(String issuer, String audience) throws IOException, ParseException {
        var retriever = new DefaultResourceRetriever(5_000, 5_000, 51_200);
        var discovery = URI.create(issuer + "/.well-known/openid-configuration").toURL();
        var metadata = JSONObjectUtils.parse(retriever.retrieveResource(discovery).getContent());
        if (!issuer.equals(metadata.get("issuer"))) {
            throw new IOException("expected issuer " + issuer + ", got " + metadata.get("issuer"));
        }
        var keys = JWKSourceBuilder.create(JSONObjectUtils.getURI(metadata, "jwks_uri").toURL(), retriever).build();
        processor.setJWSTypeVerifier(new DefaultJOSEObjectTypeVerifier<>(new JOSEObjectType("at+jwt")));
        processor.setJWSKeySelector(new JWSVerificationKeySelector<>(JWSAlgorithm.ES256, keys));
        processor.setJWTClaimsSetVerifier(new DefaultJWTClaimsVerifier<>(
                Set.of(audience),
                new JWTClaimsSet.Builder().issuer(issuer).build(),
                Set.of("exp", "client_id", "scope"),
                Set.of("cnf"))); // bound to a key; this API does not check the proof
    }

    /** Returns the claims, or null if the request was refused. */
    JWTClaimsSet requireScope(HttpExchange exchange, String scope) throws IOException {
        var header = exchange.getRequestHeaders().getFirst("Authorization");
        if (header == null || !header.regionMatches(true, 0, "Bearer ", 0, 7)) {
            return refuse(exchange, 401, "Bearer");
        }
        try {
            var claims = processor.process(header.substring(7).strip(), null);
            if (List.of(claims.getStringClaim("scope").split(" ")).contains(scope)) {
                return claims;
            }
            return refuse(exchange, 403, "Bearer error=\"insufficient_scope\", scope=\"" + scope + "\"");
        } catch (ParseException | BadJOSEException error) {
            return refuse(exchange, 401, "Bearer error=\"invalid_token\"");
        } catch (JOSEException error) { // the keys could not be fetched
            System.err.println(error);
            exchange.getResponseHeaders().set("Retry-After", "1");
            exchange.sendResponseHeaders(503, -1);
            return null;
        }
    }

    private static JWTClaimsSet refuse(HttpExchange exchange, int status, String challenge) throws IOException {
        exchange.getResponseHeaders().set("WWW-Authenticate", challenge);
        exchange.sendResponseHeaders(status, -1);
        return null;
    }

    private void things(HttpExchange exchange) throws IOException {
        try (exchange) {
            var token = requireScope(exchange, "read:me");
            if (token != null) {
                var things = Map.<String, Object>of("client", token.getClaim("client_id"));
                var body = JSONObjectUtils.toJSONString(things).getBytes(UTF_8);
                exchange.getResponseHeaders().set("Content-Type", "application/json");
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
            }
        }
    }

    public static void main(String[] arguments) throws Exception {
        var api = new JwtApi(System.getenv("ISSUER"), System.getenv("AUDIENCE"));
        var address = new InetSocketAddress("127.0.0.1", Integer.parseInt(System.getenv("PORT")));
        var server = HttpServer.create(address, 0);
        server.createContext("/things", api::things);
        server.start();
        System.out.println("Listening on " + server.getAddress());
    }
}
