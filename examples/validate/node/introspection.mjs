// An API that introspects each token at Jeton, with Express.
import express from 'express'

const { INTROSPECTION_ENDPOINT: endpoint, AUDIENCE: audience, PORT: port } = process.env
const { OAUTH_CLIENT_ID: id, OAUTH_CLIENT_SECRET: secret } = process.env

// Returns the claims, or null if the token is invalid. Throws if the introspection fails.
async function introspect(token) {
  const answer = await fetch(endpoint, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` },
    body: new URLSearchParams({ token }),
    signal: AbortSignal.timeout(5_000),
  })
  if (answer.status !== 200) throw new Error(`introspection answered ${answer.status}`)
  const claims = await answer.json()
  return claims.active === true && claims.aud === audience && !claims.cnf ? claims : null
}

function requireScope(scope) {
  return async (request, response, next) => {
    const refuse = (status, challenge) => response.status(status).set('WWW-Authenticate', challenge).end()
    const token = /^Bearer +(\S+)$/i.exec(request.get('authorization') ?? '')?.[1]
    if (!token) return refuse(401, 'Bearer')
    try {
      request.token = await introspect(token)
    } catch (error) {
      console.error(error)
      return response.status(503).set('Retry-After', '1').end()
    }
    if (!request.token) return refuse(401, 'Bearer error="invalid_token"')
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
