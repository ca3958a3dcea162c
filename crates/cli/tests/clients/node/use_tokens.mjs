// Uses the client of docs/for-integrators.md, which is beside this file, with a clock that stands still.
// Arguments: token endpoint, client id, client secret. Each line of standard input is a command: `at SECONDS` sets the
// clock, `get` and `get REJECTED_TOKEN` ask for a token, `together COUNT` asks as many times at once. Each but the first
// prints one line: the tokens, or the error.
import { createInterface } from 'node:readline'
import { Tokens } from './tokens.mjs'

let clock = 1000
performance.now = () => clock * 1000
const [url, clientId, clientSecret] = process.argv.slice(2)
const client = new Tokens({ url, clientId, clientSecret })
const get = (rejected) => client.get(rejected).catch((error) => `error: ${error.message}`)

for await (const line of createInterface({ input: process.stdin })) {
  const [command, argument] = line.split(' ')
  if (command === 'at') {
    clock = Number(argument)
  } else if (command === 'get') {
    console.log(await get(argument))
  } else {
    console.log((await Promise.all(Array.from({ length: Number(argument) }, () => get()))).join(' '))
  }
}
