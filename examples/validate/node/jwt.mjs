// An API that checks Jeton's JWTs by itself, with Express and jose.
import express from 'express'
import { createRemoteJWKSet, errors, jwtVerify } from 'jose'

const { ISSUER: issuer, AUDIENCE: audience, PORT: port } = process.env

// jose keeps the keys, and fetches them again when they are five minutes old or a token names one that it lacks.
let keys
async function discover() {
  const answer = await fetch(`${issuer}/.well-known/openid-configuration`, { signal: AbortSignal.timeout(5_000) })
  const metadata = await answer.json()
  if (metadata.issuer !== issuer) throw new Error(`${issuer} calls itself ${metadata.issuer}`)
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
  if (payload.cnf) throw new errors.JWTInvalid('bound to a key, whose proof this API does not check')
  return payload
}

// What jose throws when it could not get the keys; every other error of its own says that the token is not good.
const outages = ['ERR_JOSE_GENERIC', 'ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID']

function requireScope(scope) {
  return async (request, response, next) => {
    const refuse = (status, challenge) => response.status(status).set('WWW-Authenticate', challenge).end()
    const token = /^Bearer +(\S+)$/i.exec(request.get('authorization') ?? '')?.[1]
    if (!token) return refuse(401, 'Bearer')
    try {
      request.token = await validate(token)
    } catch (error) {
      const bad = error instanceof errors.JOSEError && !outages.includes(error.code)
      if (bad) return refuse(401, 'Bearer error="invalid_token"')
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
