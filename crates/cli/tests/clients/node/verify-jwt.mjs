// Verifies access tokens with jose as an API would: jose fetches the keys from the JWKS URL and caches them.
// Arguments: JWKS URL, issuer. Each line of standard input is `NOW ALG AUDIENCE TOKEN`, NOW in Unix seconds. For each
// line, prints `ok SUBJECT` or the reason of the rejection.
import { createInterface } from 'node:readline'
import { createRemoteJWKSet, jwtVerify } from 'jose'

const [jwksUrl, issuer] = process.argv.slice(2)
const keys = createRemoteJWKSet(new URL(jwksUrl))
for await (const line of createInterface({ input: process.stdin })) {
  const [now, alg, audience, token] = line.split(' ')
  const options = { issuer, audience, typ: 'at+jwt', algorithms: [alg], currentDate: new Date(Number(now) * 1000) }
  const answer = await jwtVerify(token, keys, options).then(
    ({ payload }) => `ok ${payload.sub}`,
    (error) => `${error.code}: ${error.message}`,
  )
  console.log(answer.replaceAll('\n', ' '))
}
