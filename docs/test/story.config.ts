import { defineConfig } from 'vitest/config'

/** For `npx vitest` in a story: the tests of the folder that it is told in. */
export default defineConfig({
  root: process.cwd(),
  ssr: { resolve: { conditions: ['@cilock/source'] } },
  resolve: { conditions: ['@cilock/source'] },
  test: { include: ['test/**/*.test.ts'] },
})
