// Calls GetSessionActivity through mcp-remote, like a program that supports MCP only over stdio.
// Arguments: MCP URL, client id, and optionally the token endpoint. Without it, mcp-remote uses discovery.
// Reads the secret from standard input. Prints one JSON line: the result, or the error with mcp-remote's stderr.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'

const [url, clientId, tokenEndpoint] = process.argv.slice(2)
const program = fileURLToPath(new URL('./node_modules/mcp-remote/dist/proxy.js', import.meta.url))
const info = { client_id: clientId, client_secret: '${MCP_CLIENT_SECRET}' }
const folder = mkdtempSync(join(tmpdir(), 'mcp-remote-'))
const transport = new StdioClientTransport({
  command: process.execPath,
  args: [
    ...[program, url, '--client-credentials', '--resource', url, '--static-oauth-client-info', JSON.stringify(info)],
    ...(tokenEndpoint ? ['--token-endpoint', tokenEndpoint] : []),
  ],
  env: { MCP_CLIENT_SECRET: readFileSync(0, 'utf8').trim(), MCP_REMOTE_CONFIG_DIR: folder, HOME: folder },
  stderr: 'pipe',
})
let stderr = ''
transport.stderr.on('data', (text) => (stderr += text))
const client = new Client({ name: 'test', version: '1.0.0' })
try {
  await client.connect(transport)
  const { tools } = await client.listTools()
  const call = { name: 'GetSessionActivity', arguments: { visitorId: 'visitor-1001' } }
  const activity = await client.callTool(call)
  console.log(JSON.stringify({ tools: tools.map((tool) => tool.name), summary: activity.structuredContent.summary }))
} catch (error) {
  console.log(JSON.stringify({ error: error.message, stderr }))
} finally {
  await client.close()
  rmSync(folder, { recursive: true, force: true })
}
