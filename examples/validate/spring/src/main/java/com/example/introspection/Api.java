// An API that introspects each token at Jeton, with Spring Security's resource server.
package com.example.introspection;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.oauth2.core.OAuth2AuthenticatedPrincipal;
import org.springframework.security.oauth2.server.resource.introspection.BadOpaqueTokenException;
import org.springframework.security.oauth2.server.resource.introspection.OpaqueTokenIntrospector;
import org.springframework.security.oauth2.server.resource.introspection.SpringOpaqueTokenIntrospector;
import org.springframework.security.oauth2.server.resource.web.authentication.BearerTokenAuthenticationFilter;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

@SpringBootApplication
@RestController
public class Api {
    @Bean
    OpaqueTokenIntrospector introspector(
            @Value("${introspection.endpoint}") String endpoint,
            @Value("${oauth.client.id}") String id,
            @Value("${oauth.client.secret}") String secret,
            @Value("${audience}") String audience) {
        var jeton = SpringOpaqueTokenIntrospector.withIntrospectionUri(endpoint)
                .clientId(id)
                .clientSecret(secret)
                .build();
        return token -> {
            var claims = jeton.introspect(token);
            // Spring does not check the audience. A token that is bound to a key is refused, because its proof is not
            // checked.
            if (!List.of(audience).equals(claims.getAttribute("aud")) || claims.getAttribute("cnf") != null) {
                throw new BadOpaqueTokenException("not a token for this API");
            }
            return claims;
        };
    }

    @Bean
    SecurityFilterChain rules(HttpSecurity http) throws Exception {
        return http
                .addFilterBefore(Api::answerOutageWith503, BearerTokenAuthenticationFilter.class)
                .authorizeHttpRequests(requests -> requests
                        // Without this line, the API's own errors would get 401.
                        .dispatcherTypeMatchers(DispatcherType.ERROR).permitAll()
                        .anyRequest().hasAuthority("SCOPE_read:me"))
                .oauth2ResourceServer(server -> server.opaqueToken(Customizer.withDefaults()))
                .build();
    }

    /** Answers 503 if Jeton cannot be reached, so that clients retry. */
    private static void answerOutageWith503(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        try {
            chain.doFilter(request, response);
        } catch (AuthenticationServiceException outage) {
            var answer = (HttpServletResponse) response;
            answer.setHeader("Retry-After", "2");
            answer.setStatus(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
        }
    }

    @GetMapping("/things")
    Map<String, String> things(@AuthenticationPrincipal OAuth2AuthenticatedPrincipal token) {
        return Map.of("client", token.getAttribute("client_id"));
    }

    public static void main(String[] arguments) {
        SpringApplication.run(Api.class, arguments);
    }
}
