// Calls GetSessionActivity with the official TypeScript SDK, given the MCP URL, a client id and a secret.
// Arguments: the package (`sdk` or `client`), MCP URL, client id, and optionally the expected issuer.
// Reads the secret from standard input. Prints one JSON line.
import { readFileSync } from 'node:fs'

const [name, url, clientId, expectedIssuer] = process.argv.slice(2)
const packages = {
  sdk: async () => ({
    ...(await import('@modelcontextprotocol/sdk/client/index.js')),
    ...(await import('@modelcontextprotocol/sdk/client/streamableHttp.js')),
    ...(await import('@modelcontextprotocol/sdk/client/auth-extensions.js')),
  }),
  client: () => import('@modelcontextprotocol/client'),
}
const { Client, StreamableHTTPClientTransport, ClientCredentialsProvider } = await packages[name]()
const clientSecret = readFileSync(0, 'utf8').trim()
const authProvider = new ClientCredentialsProvider({ clientId, clientSecret, expectedIssuer })
const client = new Client({ name: 'test', version: '1.0.0' })
await client.connect(new StreamableHTTPClientTransport(new URL(url), { authProvider }))
const { tools } = await client.listTools()
const call = (visitorId) => client.callTool({ name: 'GetSessionActivity', arguments: { visitorId } })
const activity = await call('visitor-1001')
const malformed = await call('not an id')
console.log(
  JSON.stringify({
    server: client.getServerVersion().name,
    tools: tools.map((tool) => tool.name),
    summary: activity.structuredContent.summary,
    malformed: malformed.isError,
    scope: authProvider.tokens().scope,
  }),
)
await client.close()
