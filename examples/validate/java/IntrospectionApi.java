// An API that introspects each token at Jeton, with the JDK's own HTTP client and server, and Nimbus to parse the JSON.
import com.nimbusds.jose.util.JSONObjectUtils;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.text.ParseException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;

import static java.nio.charset.StandardCharsets.UTF_8;

public class IntrospectionApi {
    private final HttpClient client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final URI endpoint = URI.create(System.getenv("INTROSPECTION_ENDPOINT"));
    private final String audience = System.getenv("AUDIENCE");
    private final String credentials = Base64.getEncoder().encodeToString(
            (System.getenv("OAUTH_CLIENT_ID") + ":" + System.getenv("OAUTH_CLIENT_SECRET")).getBytes(UTF_8));

    /** Returns the claims, or null if the token is invalid. Throws an IOException if the introspection fails. */
    Map<String, Object> introspect(String token) throws IOException {
        var request = HttpRequest.newBuilder(endpoint)
                .timeout(Duration.ofSeconds(5))
                .header("Authorization", "Basic " + credentials)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("token=" + URLEncoder.encode(token, UTF_8)))
                .build();
        try {
            var answer = client.send(request, BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new IOException("introspection answered " + answer.statusCode());
            }
            var claims = JSONObjectUtils.parse(answer.body());
            var valid = Boolean.TRUE.equals(claims.get("active"))
                    && audience.equals(claims.get("aud"))
                    && !claims.containsKey("cnf");
            return valid ? claims : null;
        } catch (InterruptedException | ParseException error) {
            throw new IOException(error);
        }
    }

    /** Returns the claims, or null if the request was refused. */
    Map<String, Object> requireScope(HttpExchange exchange, String scope) throws IOException {
        var header = exchange.getRequestHeaders().getFirst("Authorization");
        if (header == null || !header.regionMatches(true, 0, "Bearer ", 0, 7)) {
            return refuse(exchange, 401, "Bearer");
        }
        Map<String, Object> claims;
        try {
            claims = introspect(header.substring(7).strip());
        } catch (IOException error) {
            System.err.println(error);
            exchange.getResponseHeaders().set("Retry-After", "1");
            exchange.sendResponseHeaders(503, -1);
            return null;
        }
        if (claims == null) {
            return refuse(exchange, 401, "Bearer error=\"invalid_token\"");
        }
        if (!List.of(claims.get("scope").toString().split(" ")).contains(scope)) {
            return refuse(exchange, 403, "Bearer error=\"insufficient_scope\", scope=\"" + scope + "\"");
        }
        return claims;
    }

    private static Map<String, Object> refuse(HttpExchange exchange, int status, String challenge)
            throws IOException {
        exchange.getResponseHeaders().set("WWW-Authenticate", challenge);
        exchange.sendResponseHeaders(status, -1);
        return null;
    }

    private void things(HttpExchange exchange) throws IOException {
        try (exchange) {
            var token = requireScope(exchange, "read:me");
            if (token != null) {
                var things = Map.of("client", token.get("client_id"));
                var body = JSONObjectUtils.toJSONString(things).getBytes(UTF_8);
                exchange.getResponseHeaders().set("Content-Type", "application/json");
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
            }
        }
    }

    public static void main(String[] arguments) throws IOException {
        var address = new InetSocketAddress("127.0.0.1", Integer.parseInt(System.getenv("PORT")));
        var server = HttpServer.create(address, 0);
        server.createContext("/things", new IntrospectionApi()::things);
        server.start();
        System.out.println("Listening on " + server.getAddress());
    }
}
