"""Calls GetSessionActivity with the official Python SDK, given the MCP URL, a client id and a secret.

Arguments: MCP URL, client id, and optionally the expected issuer. Reads the secret from standard input. Prints one
JSON line.
"""

import asyncio
import json
import sys

import httpx2
from mcp import ClientSession
from mcp.client.auth.extensions.client_credentials import ClientCredentialsOAuthProvider
from mcp.client.streamable_http import streamable_http_client


class Storage:
    """Stores the token in memory."""

    tokens = None

    async def get_tokens(self):
        return self.tokens

    async def set_tokens(self, tokens):
        self.tokens = tokens

    async def get_client_info(self):
        return None

    async def set_client_info(self, client_info):
        pass


async def main(url, client_id, issuer=None):
    secret = sys.stdin.read().strip()
    storage = Storage()
    auth = ClientCredentialsOAuthProvider(url, storage, client_id, secret, issuer=issuer)
    async with (
        httpx2.AsyncClient(auth=auth, trust_env=False) as http,
        streamable_http_client(url, http_client=http) as streams,
        ClientSession(streams[0], streams[1]) as session,
    ):
        greeting = await session.initialize()
        tools = await session.list_tools()
        activity = await session.call_tool("GetSessionActivity", {"visitorId": "visitor-1001"})
        malformed = await session.call_tool("GetSessionActivity", {"visitorId": "not an id"})
        seen = {
            "server": greeting.server_info.name,
            "tools": [tool.name for tool in tools.tools],
            "summary": activity.structured_content["summary"],
            "malformed": malformed.is_error,
            "scope": storage.tokens.scope,
        }
        print(json.dumps(seen))


asyncio.run(main(*sys.argv[1:]))
