"""An API that checks Jeton's JWTs by itself, with FastAPI and PyJWT."""

import json
import logging
import os
from functools import cache
from urllib.request import urlopen

import jwt
from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

ISSUER = os.environ["ISSUER"]
AUDIENCE = os.environ["AUDIENCE"]


# PyJWT caches the keys. It fetches them again after five minutes, or if a token has an unknown key id.
@cache
def keys() -> jwt.PyJWKClient:
    with urlopen(f"{ISSUER}/.well-known/openid-configuration", timeout=5) as answer:
        metadata = json.load(answer)
    if metadata["issuer"] != ISSUER:
        raise jwt.PyJWKClientConnectionError(f"expected issuer {ISSUER}, got {metadata['issuer']}")
    return jwt.PyJWKClient(metadata["jwks_uri"], lifespan=300, timeout=5)


def validate(token: str) -> dict:
    key = keys().get_signing_key_from_jwt(token)
    options = {"require": ["exp", "client_id", "scope"]}
    decoded = jwt.decode_complete(token, key, ["ES256"], options, issuer=ISSUER, audience=AUDIENCE)
    if decoded["header"].get("typ") != "at+jwt":
        raise jwt.InvalidTokenError("not an access token")
    if "cnf" in decoded["payload"]:
        raise jwt.InvalidTokenError("token is bound to a key; this API does not check the proof")
    return decoded["payload"]


def require_scope(scope: str):
    def check(bearer: HTTPAuthorizationCredentials | None = Depends(HTTPBearer(auto_error=False))) -> dict:
        if bearer is None:
            raise HTTPException(401, headers={"WWW-Authenticate": "Bearer"})
        try:
            token = validate(bearer.credentials)
        except (OSError, jwt.PyJWKClientConnectionError) as error:  # the keys could not be fetched
            logging.exception("a token could not be checked")
            raise HTTPException(503, headers={"Retry-After": "1"}) from error
        except jwt.PyJWTError as error:
            raise HTTPException(401, headers={"WWW-Authenticate": 'Bearer error="invalid_token"'}) from error
        if scope not in token["scope"].split():
            challenge = f'Bearer error="insufficient_scope", scope="{scope}"'
            raise HTTPException(403, headers={"WWW-Authenticate": challenge})
        return token

    return check


app = FastAPI()


@app.get("/things")
def things(token: dict = Depends(require_scope("read:me"))) -> dict:
    return {"client": token["client_id"]}
