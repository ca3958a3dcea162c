// Gets a token with openid-client by discovery, with HTTP Basic and with the body, and introspects it.
// Arguments: issuer, client id. Reads the secret from standard input. Prints one JSON line.
import { readFileSync } from 'node:fs'
import * as client from 'openid-client'

const [issuer, clientId] = process.argv.slice(2)
const secret = readFileSync(0, 'utf8').trim()
const seen = {}
for (const [method, authentication] of [
  ['basic', client.ClientSecretBasic(secret)],
  ['post', client.ClientSecretPost(secret)],
]) {
  for (const algorithm of ['oauth2', 'oidc']) {
    const options = { algorithm, execute: [client.allowInsecureRequests] }
    const config = await client.discovery(new URL(issuer), clientId, undefined, authentication, options)
    const token = await client.clientCredentialsGrant(config, { scope: 'read:me' })
    const introspection = await client.tokenIntrospection(config, token.access_token)
    seen[`${method}/${algorithm}`] = {
      token_type: token.token_type,
      scope: token.scope,
      expires_in: token.expires_in,
      active: introspection.active,
      client_id: introspection.client_id,
    }
  }
}
const wrong = await client.discovery(new URL(issuer), clientId, undefined, client.ClientSecretBasic('wrong'), {
  execute: [client.allowInsecureRequests],
})
seen.wrong = await client.clientCredentialsGrant(wrong).then(
  () => 'a token',
  (error) => ({ name: error.name, status: error.status }),
)
console.log(JSON.stringify(seen))
