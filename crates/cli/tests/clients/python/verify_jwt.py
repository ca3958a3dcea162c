"""Verifies access tokens with PyJWT as an API would: PyJWT fetches the keys from the JWKS URL and caches them.

Arguments: JWKS URL, issuer. Each line of standard input is `NOW ALG AUDIENCE TOKEN`, NOW in Unix seconds. For each
line, prints `ok SUBJECT` or the reason of the rejection.
"""

import sys

import jwt

jwks_url, issuer = sys.argv[1:]
keys = jwt.PyJWKClient(jwks_url)
for line in sys.stdin:
    now, alg, audience, token = line.split()
    try:
        key = keys.get_signing_key_from_jwt(token)
        # PyJWT always uses the system clock, so the two time claims are checked here.
        claims = jwt.decode(
            token,
            key,
            algorithms=[alg],
            audience=audience,
            issuer=issuer,
            options={"verify_exp": False, "verify_iat": False, "require": ["exp", "iat", "sub"]},
        )
        if jwt.get_unverified_header(token)["typ"] != "at+jwt":
            raise ValueError("not an access token")
        if not claims["iat"] <= int(now) < claims["exp"]:
            raise ValueError("not valid now")
        print("ok", claims["sub"], flush=True)
    except Exception as error:  # whatever it is, the token was not accepted
        print(type(error).__name__ + ":", str(error).replace("\n", " "), flush=True)
