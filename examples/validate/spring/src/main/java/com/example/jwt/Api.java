// An API that checks Jeton's JWTs by itself, with Spring Security's resource server.
package com.example.jwt;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtClaimValidator;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtDecoderInitializationException;
import org.springframework.security.oauth2.jwt.JwtValidators;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.oauth2.jwt.SupplierJwtDecoder;
import org.springframework.security.oauth2.server.resource.web.authentication.BearerTokenAuthenticationFilter;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

@SpringBootApplication
@RestController
public class Api {
    @Bean
    JwtDecoder decoder(@Value("${issuer}") String issuer, @Value("${audience}") String audience) {
        // Checks typ, iss, aud and exp, and that the other claims of RFC 9068 are present.
        var accessToken = JwtValidators.createAtJwtValidator()
                .issuer(issuer)
                .audience(audience)
                .validators(validators -> {
                    // Any client may call; its scopes decide what it may do.
                    validators.put("client_id", new JwtClaimValidator<>("client_id", Objects::nonNull));
                    // A token that is bound to a key is refused, because its proof is not checked.
                    validators.put("cnf", new JwtClaimValidator<>("cnf", Objects::isNull));
                })
                .build();
        // Discovery happens at the first token.
        return new SupplierJwtDecoder(() -> {
            var decoder = NimbusJwtDecoder.withIssuerLocation(issuer)
                    .jwsAlgorithm(SignatureAlgorithm.ES256)
                    .validateType(false) // the validator checks the type; this check would require JWT
                    .build();
            decoder.setJwtValidator(accessToken);
            return decoder;
        });
    }

    @Bean
    SecurityFilterChain rules(HttpSecurity http) throws Exception {
        return http
                .addFilterBefore(Api::answerOutageWith503, BearerTokenAuthenticationFilter.class)
                .authorizeHttpRequests(requests -> requests
                        // Without this line, the API's own errors would get 401.
                        .dispatcherTypeMatchers(DispatcherType.ERROR).permitAll()
                        .anyRequest().hasAuthority("SCOPE_read:me"))
                .oauth2ResourceServer(server -> server.jwt(Customizer.withDefaults()))
                .build();
    }

    /** Answers 503 if Jeton cannot be reached, so that clients retry. */
    private static void answerOutageWith503(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        try {
            chain.doFilter(request, response);
        } catch (AuthenticationServiceException | JwtDecoderInitializationException outage) {
            var answer = (HttpServletResponse) response;
            answer.setHeader("Retry-After", "2");
            answer.setStatus(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
        }
    }

    @GetMapping("/things")
    Map<String, String> things(@AuthenticationPrincipal Jwt token) {
        return Map.of("client", token.getClaimAsString("client_id"));
    }

    public static void main(String[] arguments) {
        SpringApplication.run(Api.class, arguments);
    }
}
