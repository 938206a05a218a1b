import { defineConfig } from 'vitest/config'

/** What needs real servers. They are installed where they are absent, so this is no part of `npm test`. */
export default defineConfig({
  ssr: { resolve: { conditions: ['@cilock/source'] } },
  test: { include: ['packages/*/stores/**/*.test.ts', 'examples/*/stores/**/*.test.ts'], testTimeout: 30_000, fileParallelism: false },
})
