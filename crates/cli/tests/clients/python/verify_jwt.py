"""Verifies access tokens as an API would with PyJWT: the keys come from the JWKS URL and are kept as PyJWT keeps them.

Arguments: JWKS URL, issuer. Each line of standard input is `NOW ALG AUDIENCE TOKEN`, NOW in Unix seconds; each is
answered by a line: `ok SUBJECT`, or why not.
"""

import sys

import jwt

jwks_url, issuer = sys.argv[1:]
keys = jwt.PyJWKClient(jwks_url)
for line in sys.stdin:
    now, alg, audience, token = line.split()
    try:
        key = keys.get_signing_key_from_jwt(token)
        # PyJWT cannot be told the time, so that the two claims about it are compared here.
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
            raise ValueError("not alive now")
        print("ok", claims["sub"], flush=True)
    except Exception as error:  # whatever it is, the token was not accepted
        print(type(error).__name__ + ":", str(error).replace("\n", " "), flush=True)
