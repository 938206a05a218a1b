import { defineConfig } from 'tsup'
import { library } from '../../tsup.base.ts'

export default defineConfig(library(['src/index.ts', 'src/schema.ts', 'src/merkle.ts', 'src/node/index.ts', 'src/platform/crypto.node.ts', 'src/platform/crypto-deno.node.ts', 'src/platform/crypto.web.ts']))
