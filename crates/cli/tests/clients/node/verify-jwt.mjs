// Verifies access tokens as an API would with jose: the keys come from the JWKS URL and are kept as jose keeps them.
// Arguments: JWKS URL, issuer. Each line of standard input is `NOW ALG AUDIENCE TOKEN`, NOW in Unix seconds; each is
// answered by a line: `ok SUBJECT`, or why not.
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
