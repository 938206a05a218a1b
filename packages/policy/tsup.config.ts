import { defineConfig } from 'tsup'
import { library } from '../../tsup.base.ts'

export default defineConfig(library(['src/index.ts', 'src/explain/index.ts', 'src/lint/index.ts', 'src/render/index.ts']))
