import { gzipSync } from 'node:zlib'
import { bundleRego, type EntryPoint } from './bundle.ts'

// node scripts/ts.mjs packages/rego/scripts/size.ts: the size of each entry point, minified and gzipped.
const limit = 70 * 1024
for (const entry of ['index', 'further', 'crypto', 'jwt', 'json-schema', 'yaml', 'all'] as const satisfies readonly EntryPoint[]) {
  const bundle = await bundleRego([entry])
  const zipped = gzipSync(bundle, { level: 9 }).length
  const kilobytes = (bytes: number): string => `${(bytes / 1024).toFixed(1)} KB`
  const over = entry === 'index' && zipped > limit
  if (over) process.exitCode = 1
  console.log(`@cilock/rego${entry === 'index' ? '' : `/${entry}`}: ${kilobytes(bundle.length)} minified, ${kilobytes(zipped)} gzipped${entry === 'index' ? ` (limit 70 KB${over ? ': OVER' : ''})` : ''}`)
}
