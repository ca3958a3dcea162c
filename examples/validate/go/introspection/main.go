// An API that introspects each token at Jeton, with only the standard library.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"
)

type Introspection struct {
	Active       bool   `json:"active"`
	Audience     string `json:"aud"`
	ClientID     string `json:"client_id"`
	Scope        string `json:"scope"`
	Confirmation any    `json:"cnf"`
}

type Introspector struct {
	Endpoint, ID, Secret string
	Audience             string
	Client               http.Client
}

// Introspect returns nil for an invalid token, and an error if the introspection fails.
func (i *Introspector) Introspect(ctx context.Context, token string) (*Introspection, error) {
	form := strings.NewReader(url.Values{"token": {token}}.Encode())
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, i.Endpoint, form)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.SetBasicAuth(i.ID, i.Secret)
	answer, err := i.Client.Do(request)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("introspection answered %s", answer.Status)
	}
	var result Introspection
	if err := json.NewDecoder(answer.Body).Decode(&result); err != nil {
		return nil, err
	}
	if !result.Active || result.Audience != i.Audience || result.Confirmation != nil {
		return nil, nil
	}
	return &result, nil
}

type tokenKey struct{}

func (i *Introspector) RequireScope(scope string, next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		refuse := func(status int, challenge string) {
			w.Header().Set("WWW-Authenticate", challenge)
			w.WriteHeader(status)
		}
		scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
		if !strings.EqualFold(scheme, "Bearer") || token == "" {
			refuse(http.StatusUnauthorized, "Bearer")
			return
		}
		result, err := i.Introspect(r.Context(), token)
		if err != nil {
			log.Print(err)
			w.Header().Set("Retry-After", "1")
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		if result == nil {
			refuse(http.StatusUnauthorized, `Bearer error="invalid_token"`)
			return
		}
		if !slices.Contains(strings.Fields(result.Scope), scope) {
			refuse(http.StatusForbidden, fmt.Sprintf(`Bearer error="insufficient_scope", scope="%s"`, scope))
			return
		}
		next(w, r.WithContext(context.WithValue(r.Context(), tokenKey{}, result)))
	}
}

func things(w http.ResponseWriter, r *http.Request) {
	token := r.Context().Value(tokenKey{}).(*Introspection)
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(map[string]string{"client": token.ClientID})
}

func main() {
	introspector := Introspector{
		Endpoint: os.Getenv("INTROSPECTION_ENDPOINT"),
		ID:       os.Getenv("OAUTH_CLIENT_ID"),
		Secret:   os.Getenv("OAUTH_CLIENT_SECRET"),
		Audience: os.Getenv("AUDIENCE"),
		Client:   http.Client{Timeout: 5 * time.Second},
	}
	http.HandleFunc("GET /things", introspector.RequireScope("read:me", things))
	listener, err := net.Listen("tcp", "127.0.0.1:"+os.Getenv("PORT"))
	if err != nil {
		log.Fatal(err)
	}
	log.Print("Listening on ", listener.Addr())
	log.Fatal(http.Serve(listener, nil))
}
