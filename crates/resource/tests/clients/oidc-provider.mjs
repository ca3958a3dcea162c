// A third-party authorization server: panva's oidc-provider, with JWT access tokens for one resource.
// Prints its issuer. For each input line it creates a signing key with that id and prints the line. Exits at the end of
// the input.
import { createServer } from 'node:http'
import { createInterface } from 'node:readline'
import { once } from 'node:events'
import { Provider } from 'oidc-provider'
import { exportJWK, generateKeyPair } from 'jose'

const [resource, clientId, secret, authMethod = 'client_secret_basic'] = process.argv.slice(2)
const keys = []

const addKey = async (alg, kid) => {
  const { privateKey } = await generateKeyPair(alg, { extractable: true })
  // oidc-provider signs with the first key of an algorithm.
  keys.unshift({ ...(await exportJWK(privateKey)), alg, use: 'sig', kid })
}

const provider = () => new Provider(issuer, {
  jwks: { keys },
  clients: [{
    client_id: clientId,
    client_secret: secret,
    grant_types: ['client_credentials'],
    redirect_uris: [],
    response_types: [],
    token_endpoint_auth_method: authMethod
  }],
  scopes: ['read:me', 'write:me'],
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    introspection: { enabled: true, allowedPolicy: async () => true },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: async (ctx, indicator) => ({
        scope: 'read:me write:me',
        audience: indicator,
        accessTokenTTL: 600,
        accessTokenFormat: ctx.oidc.params.scope === 'write:me' ? 'opaque' : 'jwt',
        jwt: { sign: { alg: 'ES256' } }
      })
    }
  }
}).callback()

let handler = (request, response) => response.writeHead(503).end()
const server = createServer((request, response) => handler(request, response)).listen(0, '127.0.0.1')
await once(server, 'listening')
const issuer = `http://127.0.0.1:${server.address().port}`
await addKey('RS256', 'first RS256')
await addKey('ES256', 'first ES256')
handler = provider()
console.log(issuer)

for await (const line of createInterface({ input: process.stdin })) {
  await addKey('ES256', line)
  handler = provider()
  console.log(line)
}
process.exit()
