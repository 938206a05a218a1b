import { defineConfig } from 'vitest/config'
import { projects } from './vitest.workspace.ts'

export default defineConfig({
  ssr: { resolve: { conditions: ['@cilock/source'] } },
  resolve: { conditions: ['@cilock/source'] },
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    projects,
  },
})
