// An API that checks Jeton's JWTs by itself, with golang-jwt and keyfunc.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/MicahParks/keyfunc/v3"
	"github.com/golang-jwt/jwt/v5"
	"golang.org/x/time/rate"
)

type Claims struct {
	jwt.RegisteredClaims
	ClientID     string `json:"client_id"`
	Scope        string `json:"scope"`
	Confirmation any    `json:"cnf"`
}

// Validate is called by the parser after it has checked the times, issuer and audience.
func (c Claims) Validate() error {
	if c.Confirmation != nil {
		return errors.New("token is bound to a key; this API does not check the proof")
	}
	return nil
}

type Validator struct {
	keys   keyfunc.Keyfunc
	parser *jwt.Parser
}

// Discover finds the issuer's keys and caches them. They are fetched again every five minutes, and for an unknown key
// id at most every thirty seconds.
func Discover(ctx context.Context, issuer, audience string) (*Validator, error) {
	client := http.Client{Timeout: 5 * time.Second}
	answer, err := client.Get(issuer + "/.well-known/openid-configuration")
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	var metadata struct {
		Issuer string `json:"issuer"`
		Keys   string `json:"jwks_uri"`
	}
	if err := json.NewDecoder(answer.Body).Decode(&metadata); err != nil {
		return nil, err
	}
	if metadata.Issuer != issuer {
		return nil, fmt.Errorf("expected issuer %s, got %s", issuer, metadata.Issuer)
	}
	keys, err := keyfunc.NewDefaultOverrideCtx(ctx, []string{metadata.Keys}, keyfunc.Override{
		RefreshInterval:   5 * time.Minute,
		RefreshUnknownKID: rate.NewLimiter(rate.Every(30*time.Second), 1),
		RateLimitWaitMax:  time.Millisecond,
	})
	if err != nil {
		return nil, err
	}
	parser := jwt.NewParser(
		jwt.WithIssuer(issuer),
		jwt.WithAudience(audience),
		jwt.WithExpirationRequired(),
		jwt.WithValidMethods([]string{"ES256"}),
	)
	return &Validator{keys, parser}, nil
}

func (v *Validator) Validate(token string) (*Claims, error) {
	claims := new(Claims)
	parsed, err := v.parser.ParseWithClaims(token, claims, v.keys.Keyfunc)
	if err != nil {
		return nil, err
	}
	if parsed.Header["typ"] != "at+jwt" {
		return nil, errors.New("not an access token")
	}
	return claims, nil
}

type claimsKey struct{}

func (v *Validator) RequireScope(scope string, next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		refuse := func(status int, challenge string) {
			w.Header().Set("WWW-Authenticate", challenge)
			w.WriteHeader(status)
		}
		scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
		if !strings.EqualFold(scheme, "Bearer") {
			refuse(http.StatusUnauthorized, "Bearer")
			return
		}
		claims, err := v.Validate(token)
		if err != nil {
			refuse(http.StatusUnauthorized, `Bearer error="invalid_token"`)
			return
		}
		if !slices.Contains(strings.Fields(claims.Scope), scope) {
			refuse(http.StatusForbidden, fmt.Sprintf(`Bearer error="insufficient_scope", scope="%s"`, scope))
			return
		}
		next(w, r.WithContext(context.WithValue(r.Context(), claimsKey{}, claims)))
	}
}

func things(w http.ResponseWriter, r *http.Request) {
	claims := r.Context().Value(claimsKey{}).(*Claims)
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(map[string]string{"client": claims.ClientID})
}

func main() {
	validator, err := Discover(context.Background(), os.Getenv("ISSUER"), os.Getenv("AUDIENCE"))
	if err != nil {
		log.Fatal(err)
	}
	http.HandleFunc("GET /things", validator.RequireScope("read:me", things))
	listener, err := net.Listen("tcp", "127.0.0.1:"+os.Getenv("PORT"))
	if err != nil {
		log.Fatal(err)
	}
	log.Print("Listening on ", listener.Addr())
	log.Fatal(http.Serve(listener, nil))
}
