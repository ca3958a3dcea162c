// Calls GetSessionActivity with the official Go SDK, given the MCP URL, a client id and a secret.
//
// Arguments: MCP URL, client id, and optionally the expected issuer. Reads the secret from standard input. Prints one
// JSON line.
package main

import (
	"context"
	"encoding/json"
	"io"
	"log"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/modelcontextprotocol/go-sdk/auth/extauth"
	"github.com/modelcontextprotocol/go-sdk/mcp"
	"github.com/modelcontextprotocol/go-sdk/oauthex"
)

func main() {
	log.SetFlags(0)
	secret, err := io.ReadAll(os.Stdin)
	check(err)
	credentials := &oauthex.ClientCredentials{
		ClientID:         os.Args[2],
		ClientSecretAuth: &oauthex.ClientSecretAuth{ClientSecret: strings.TrimSpace(string(secret))},
	}
	if len(os.Args) > 3 {
		credentials.Issuer = os.Args[3]
	}
	// Ignores proxies of the environment, because both servers are on this machine.
	direct := &http.Client{Transport: &http.Transport{}, Timeout: 30 * time.Second}
	handler, err := extauth.NewClientCredentialsHandler(&extauth.ClientCredentialsHandlerConfig{
		Credentials: credentials,
		HTTPClient:  direct,
	})
	check(err)

	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	client := mcp.NewClient(&mcp.Implementation{Name: "test", Version: "1.0.0"}, nil)
	transport := &mcp.StreamableClientTransport{
		Endpoint:             os.Args[1],
		HTTPClient:           direct,
		DisableStandaloneSSE: true,
		OAuthHandler:         handler,
	}
	session, err := client.Connect(ctx, transport, nil)
	check(err)
	defer session.Close()

	tools, err := session.ListTools(ctx, nil)
	check(err)
	names := []string{}
	for _, tool := range tools.Tools {
		names = append(names, tool.Name)
	}
	call := func(visitor string) *mcp.CallToolResult {
		result, err := session.CallTool(ctx, &mcp.CallToolParams{
			Name:      "GetSessionActivity",
			Arguments: map[string]any{"visitorId": visitor},
		})
		check(err)
		return result
	}
	activity := call("visitor-1001").StructuredContent.(map[string]any)
	malformed := call("not an id")

	tokens, err := handler.TokenSource(ctx)
	check(err)
	token, err := tokens.Token()
	check(err)
	check(json.NewEncoder(os.Stdout).Encode(map[string]any{
		"server":    session.InitializeResult().ServerInfo.Name,
		"tools":     names,
		"summary":   activity["summary"],
		"malformed": malformed.IsError,
		"scope":     token.Extra("scope"),
	}))
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
