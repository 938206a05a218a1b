import { defineConfig } from 'tsup'
import { library } from '../../tsup.base.ts'

export default defineConfig(library(['src/index.ts', 'src/node/index.ts', 'src/testing/index.ts', 'src/testing/node/index.ts']))
