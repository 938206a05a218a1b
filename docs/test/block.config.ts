import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

/** For blocks that are tests themselves: `code-blocks.test.ts` names the file. */
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  ssr: { resolve: { conditions: ['@cilock/source'] } },
  test: { include: ['docs/.blocks/**/*.ts'] },
})
