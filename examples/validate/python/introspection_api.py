"""An API that introspects each token at Jeton, with FastAPI and httpx."""

import logging
import os

import httpx
from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

AUDIENCE = os.environ["AUDIENCE"]
ENDPOINT = os.environ["INTROSPECTION_ENDPOINT"]
jeton = httpx.AsyncClient(auth=(os.environ["OAUTH_CLIENT_ID"], os.environ["OAUTH_CLIENT_SECRET"]), timeout=5)


async def introspect(token: str) -> dict | None:
    """Return the claims, or None if the token is invalid. Raise httpx.HTTPError if the introspection fails."""
    answer = await jeton.post(ENDPOINT, data={"token": token})
    answer.raise_for_status()
    claims = answer.json()
    valid = claims["active"] is True and claims["aud"] == AUDIENCE and "cnf" not in claims
    return claims if valid else None


def require_scope(scope: str):
    async def check(bearer: HTTPAuthorizationCredentials | None = Depends(HTTPBearer(auto_error=False))) -> dict:
        if bearer is None:
            raise HTTPException(401, headers={"WWW-Authenticate": "Bearer"})
        try:
            token = await introspect(bearer.credentials)
        except httpx.HTTPError as error:
            logging.exception("a token could not be checked")
            raise HTTPException(503, headers={"Retry-After": "1"}) from error
        if token is None:
            raise HTTPException(401, headers={"WWW-Authenticate": 'Bearer error="invalid_token"'})
        if scope not in token["scope"].split():
            challenge = f'Bearer error="insufficient_scope", scope="{scope}"'
            raise HTTPException(403, headers={"WWW-Authenticate": challenge})
        return token

    return check


app = FastAPI()


@app.get("/things")
async def things(token: dict = Depends(require_scope("read:me"))) -> dict:
    return {"client": token["client_id"]}
