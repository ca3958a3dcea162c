// An API that checks Jeton's JWTs by itself, with Express and jose.
import express from 'express'
import { createRemoteJWKSet, errors, jwtVerify } from 'jose'

const { ISSUER: issuer, AUDIENCE: audience, PORT: port } = process.env

// jose caches the keys. It fetches them again after five minutes, or if a token has an unknown key id.
let keys
async function discover() {
  const answer = await fetch(`${issuer}/.well-known/openid-configuration`, { signal: AbortSignal.timeout(5_000) })
  const metadata = await answer.json()
  if (metadata.issuer !== issuer) throw new Error(`expected issuer ${issuer}, got ${metadata.issuer}`)
  return createRemoteJWKSet(new URL(metadata.jwks_uri), { cacheMaxAge: 300_000 })
}

async function validate(token) {
  keys ??= await discover()
  const { payload } = await jwtVerify(token, keys, {
    issuer,
    audience,
    typ: 'at+jwt',
    algorithms: ['ES256'],
    requiredClaims: ['exp', 'client_id', 'scope'],
  })
  if (payload.cnf) throw new errors.JWTInvalid('token is bound to a key; this API does not check the proof')
  return payload
}

// jose throws these errors if it cannot fetch the keys. Its other errors mean that the token is invalid.
const outages = ['ERR_JOSE_GENERIC', 'ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID']

function requireScope(scope) {
  return async (request, response, next) => {
    const refuse = (status, challenge) => response.status(status).set('WWW-Authenticate', challenge).end()
    const token = /^Bearer +(\S+)$/i.exec(request.get('authorization') ?? '')?.[1]
    if (!token) return refuse(401, 'Bearer')
    try {
      request.token = await validate(token)
    } catch (error) {
      const invalid = error instanceof errors.JOSEError && !outages.includes(error.code)
      if (invalid) return refuse(401, 'Bearer error="invalid_token"')
      console.error(error)
      return response.status(503).set('Retry-After', '1').end()
    }
    if (!request.token.scope.split(' ').includes(scope)) {
      return refuse(403, `Bearer error="insufficient_scope", scope="${scope}"`)
    }
    next()
  }
}

const app = express()
app.get('/things', requireScope('read:me'), (request, response) => {
  response.json({ client: request.token.client_id })
})
const server = app.listen(port, '127.0.0.1', () => console.log(`Listening on port ${server.address().port}`))
