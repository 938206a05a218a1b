import { defineConfig } from 'tsup'
import { library } from '../../tsup.base.ts'
import { bundleCommand } from './bundle.ts'

// `src/main.ts`, the command, is bundled with all it runs
export default defineConfig({ ...library(['src/index.ts']), platform: 'node', target: 'node20.19', onSuccess: async () => bundleCommand('dist') })
